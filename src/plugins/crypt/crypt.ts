/**
 * Hashes of crypt(3), as accounts and web servers store them. Verifying one is work for the hash queue, and never
 * happens on the event loop.
 */
import { hashQueue } from "appd";
import { bcryptScheme } from "./bcrypt-scheme";
import type { CryptScheme } from "./crypt-scheme";
import { libcryptScheme } from "./libcrypt-scheme";
import { PLAIN_SCHEMES } from "./plain-schemes";
import { sha1Scheme } from "./sha1-scheme";

const SCHEMES: readonly CryptScheme[] = [...PLAIN_SCHEMES, sha1Scheme, bcryptScheme, libcryptScheme];
const KNOWN = "$1$, $5$, $6$, $apr1$, {SHA}, $2b$ and $y$";

/** What is wrong with what is stored as a hash, in words that don't show it; undefined if it can be verified. */
export function cryptFault(hash: string): string | undefined {
  const scheme = schemeOf(hash);
  if (!scheme) return unknown(hash);
  if (!scheme.form.test(hash)) return `it begins like a hash of ${scheme.name}, but is none`;
  const fault = scheme.faultOf?.(hash);
  if (fault !== undefined) return fault;
  const missing = scheme.missing();
  return missing && `it has a hash of ${scheme.name}, which needs a library that is not here: ${missing}`;
}

/**
 * Whether a hash that has no fault was made of this password.
 *
 * @throws LoginBusy when too many wait for their turn
 */
export async function verifyCrypt(password: string, hash: string): Promise<boolean> {
  // What C takes for the end of a password would make it a shorter one.
  if (password.includes("\0")) return false;
  return hashQueue().run(async () => (await schemeOf(hash)?.verify(password, hash)) ?? false);
}

const schemeOf = (hash: string): CryptScheme | undefined => SCHEMES.find(({ begins }) => begins.test(hash));

function unknown(hash: string): string {
  const mark = /^\$[a-z0-9-]{1,16}\$/.exec(hash)?.[0];
  if (mark !== undefined)
    return `it has a hash of a kind that is not known here (${mark}); known are ${KNOWN}`;
  if (/^(?:_[./A-Za-z0-9]{19}|[./A-Za-z0-9]{13})$/.test(hash))
    return "it has no hash, or one of the old DES kind, which looks at eight letters only: set the password anew";
  return `it has no hash that is known here; known are ${KNOWN}`;
}
