import { outOfLimits, type HashScheme } from "./hash-scheme";
import { writePHC } from "./phc";

/** The part of `@node-rs/argon2` that is used here. */
interface Library {
  hash(
    password: string,
    options: { memoryCost: number; timeCost: number; parallelism: number },
  ): Promise<string>;
  verify(hashed: string, password: string): Promise<boolean>;
}

let found: Library | undefined;
let absent: string | undefined;

/** OWASP's least: 19 MiB, 2 passes, 1 lane; about 20 ms. */
const policy = { m: 19456, t: 2, p: 1 };

/** RFC 9106, through a library in native code that works on Node's threads. */
export const argon2id: HashScheme = {
  id: "argon2id",
  policy,
  costOf: ({ m = 0, t = 0 }) => m * t,
  missing: () => (library() ? undefined : absent),
  faultOf(phc) {
    if (phc.version !== 19) return "its version is not v=19";
    if (phc.salt.length < 8) return "its salt is shorter than 8 bytes";
    return outOfLimits(phc, { m: [8, 1_048_576], t: [1, 64], p: [1, 64] });
  },
  hash: (password) =>
    needed().hash(password, { memoryCost: policy.m, timeCost: policy.t, parallelism: policy.p }),
  verify: (password, phc) => needed().verify(writePHC(phc), password),
};

function library(): Library | undefined {
  if (found ?? absent) return found;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- optional, and loaded when the first hash needs it
    found = require("@node-rs/argon2") as Library;
  } catch {
    absent = "argon2id needs a library in native code that is not here: npm install @node-rs/argon2";
  }
  return found;
}

/** Who calls has asked what is missing. */
function needed(): Library {
  const there = library();
  if (there) return there;
  throw new Error(absent);
}
