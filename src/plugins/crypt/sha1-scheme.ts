import { createHash } from "node:crypto";
import { sameSecret } from "appd";
import type { CryptScheme } from "./crypt-scheme";

/** `htpasswd -s`: SHA-1 without a salt, in Base64. Too quick for today, and for long. */
export const sha1Scheme: CryptScheme = {
  name: "SHA-1",
  begins: /^\{SHA\}/,
  form: /^\{SHA\}[A-Za-z0-9+/]{27}=$/,
  missing: () => undefined,
  verify: (password, hash) =>
    Promise.resolve(sameSecret(`{SHA}${createHash("sha1").update(password).digest("base64")}`, hash)),
};
