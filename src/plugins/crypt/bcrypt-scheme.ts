import { optionalPeer } from "appd";
import type { CryptScheme } from "./crypt-scheme";

/** The part of `@node-rs/bcrypt` that is used here: it works on Node's threads. */
interface Library {
  verify(password: string, hash: string): Promise<boolean>;
}

let found: Library | undefined;

const library = (): Library | undefined =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, loaded when a hash needs it
  (found ??= optionalPeer(() => require("@node-rs/bcrypt") as Library, "@node-rs/bcrypt"));

/** A cost beyond this takes longer than anybody waits for. */
const MOST_COST = 20;

/** bcrypt: `$2b$`, and htpasswd's `$2y$`. It looks at the first 72 bytes of a password only. */
export const bcryptScheme: CryptScheme = {
  name: "bcrypt",
  begins: /^\$2[aby]\$/,
  form: /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/,
  missing: () => (library() ? undefined : "npm install @node-rs/bcrypt"),
  faultOf: (hash) =>
    Number(hash.slice(4, 6)) > MOST_COST ? `its hash has a cost of more than ${MOST_COST}` : undefined,
  verify: (password, hash) => library()?.verify(password, hash) ?? Promise.resolve(false),
};
