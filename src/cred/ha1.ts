import type { DigestAlgorithm } from "./credentials";
import { canonical } from "./canonical";

/** The hash functions behind the names; a `-sess` algorithm needs the same HA1 as the one without. */
export const DIGESTS = { MD5: "md5", "SHA-256": "sha256" } as const;
export type DigestName = keyof typeof DIGESTS;

export const digestName = (algorithm: DigestAlgorithm): DigestName =>
  algorithm.replace(/-sess$/, "") as DigestName;

/** What HTTP digest needs of a password, for one realm: as bad to lose as the password itself, there. */
export interface HA1 {
  readonly realm: string;
  /** Hexadecimal, by the hash function. */
  readonly hashes: Readonly<Partial<Record<DigestName, string>>>;
}

/** RFC 7616, 3.4.2. */
export function makeHA1(
  { username, realm, password }: { username: string; realm: string; password: string },
  name: DigestName,
): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash(DIGESTS[name])
    .update(`${username}:${realm}:${canonical(password)}`)
    .digest("hex");
}

const FORM = /^\$ha1\$r=([A-Za-z0-9+/]+)\$((?:MD5|SHA-256)=[0-9a-f]+(?:,(?:MD5|SHA-256)=[0-9a-f]+)*)$/;
const LENGTHS: Readonly<Record<DigestName, number>> = { MD5: 32, "SHA-256": 64 };

/** `$ha1$r=<realm in Base64>$SHA-256=…,MD5=…`; undefined for text that has not this form. */
export function readHA1(text: string): HA1 | undefined {
  const [, realm, listed] = FORM.exec(text) ?? [];
  if (realm === undefined || listed === undefined) return undefined;
  const pairs = listed.split(",").map((pair) => pair.split("=") as [DigestName, string]);
  if (pairs.some(([name, hash]) => hash.length !== LENGTHS[name])) return undefined;
  return { realm: Buffer.from(realm, "base64").toString("utf8"), hashes: Object.fromEntries(pairs) };
}

/** The text to store for a user. MD5 only when asked for: it is weaker still. */
export function writeHA1(
  who: { readonly username: string; readonly realm: string; readonly password: string },
  names: readonly DigestName[] = ["SHA-256"],
): string {
  const realm = Buffer.from(who.realm, "utf8").toString("base64").replace(/=+$/, "");
  return `$ha1$r=${realm}$${names.map((name) => `${name}=${makeHA1(who, name)}`).join(",")}`;
}
