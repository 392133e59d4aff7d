import type * as Crypto from "node:crypto";
import { HASH_LENGTH, outOfLimits, SALT_LENGTH, type HashScheme } from "./hash-scheme";
import { writePHC, type PHC } from "./phc";

const crypto = (): typeof Crypto => process.getBuiltinModule("node:crypto");

/** OWASP's choice for 32 MiB: N = 2^15, and three times that; Node computes it without any library. */
const policy = { ln: 15, r: 8, p: 3 };

/** RFC 7914, on Node's threads. */
export const scrypt: HashScheme = {
  id: "scrypt",
  policy,
  costOf: ({ ln = 0, r = 0, p = 0 }) => 2 ** ln * r * p,
  missing: () => undefined,
  faultOf(phc) {
    if (phc.hash.length < 16) return "it is shorter than 16 bytes";
    return outOfLimits(phc, { ln: [1, 20], r: [1, 32], p: [1, 16] });
  },
  async hash(password) {
    const salt = crypto().randomBytes(SALT_LENGTH);
    const hash = await derive(password, { salt, params: policy, length: HASH_LENGTH });
    return writePHC({ id: "scrypt", version: undefined, params: policy, salt, hash });
  },
  async verify(password, { salt, params, hash }) {
    return crypto().timingSafeEqual(await derive(password, { salt, params, length: hash.length }), hash);
  },
};

interface Work extends Pick<PHC, "salt" | "params"> {
  readonly length: number;
}

function derive(password: string, { salt, params, length }: Work): Promise<Buffer> {
  const { ln = 0, r = 0, p = 0 } = params;
  const N = 2 ** ln;
  // What it needs, and some to spare: Node refuses more than it is allowed.
  const options = { N, r, p, maxmem: 128 * r * (N + p + 8) };
  return new Promise((resolve, reject) => {
    crypto().scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
