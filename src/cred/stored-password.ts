import { digestName, makeHA1, readHA1, type HA1 } from "./ha1";
import type { IUsernameDigestHash } from "./credentials";
import { canonical } from "./canonical";
import { decoyOf, hashFault, verifyPassword } from "./password-hash";
import { sameSecret } from "./same-secret";

/** What stands behind a name in a password file, read. */
export interface StoredPassword {
  readonly kind: "hash" | "ha1" | "plain";
  /** As it is stored. */
  readonly text: string;
  readonly line: number;
  readonly ha1?: HA1;
}

/** Where something stands, and what is taken there. */
export interface StoredPlace {
  readonly name: string;
  readonly line: number;
  /** Whether a password in the clear is taken. */
  readonly plaintext: boolean;
  /** What the advice ends with where it is not. */
  readonly orElse?: string | undefined;
}

/**
 * Reads what stands behind a name.
 *
 * @throws an Error that says what is wrong with it
 */
export function readStored(
  text: string,
  { name, line, plaintext, orElse = ", or say insecure=plaintext" }: StoredPlace,
): StoredPassword {
  if (text === "") throw new Error(`${name} has no password`);
  if (text.startsWith("$ha1$")) {
    const ha1 = readHA1(text);
    if (ha1) return { kind: "ha1", text, line, ha1 };
    throw new Error("the hash begins like HA1, but is none");
  }
  if (text.startsWith("$")) {
    const fault = hashFault(text);
    if (fault === undefined) return { kind: "hash", text, line };
    throw new Error(fault);
  }
  if (/^(?:[x*]|!.*)?:\d*:\d*:/.test(text))
    throw new Error(
      "this is a line of passwd(5), which has no passwords of its own; use --auth passwd or unix",
    );
  if (plaintext) return { kind: "plain", text: canonical(text), line };
  throw new Error(`the password stands there in the clear; store a hash of it with \`appd passwd\`${orElse}`);
}

/** Whether a password in the clear is the one that is stored. */
export async function fitsStored(
  { kind, text, ha1 }: StoredPassword,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<boolean> {
  if (kind === "hash") return verifyPassword(password, text);
  if (kind === "plain") return sameSecret(canonical(password), text);
  const [name, stored] = Object.entries(ha1?.hashes ?? {})[0] ?? ["SHA-256", ""];
  const made = makeHA1({ username, realm: ha1?.realm ?? "", password }, digestName(name as "SHA-256"));
  return sameSecret(made, stored);
}

/** The HA1 that credentials ask for; undefined when it is not stored and can't be made. */
export function ha1For(
  { kind, text, ha1 }: StoredPassword,
  { username, realm, algorithm }: Pick<IUsernameDigestHash, "username" | "realm" | "algorithm">,
): string | undefined {
  const name = digestName(algorithm);
  if (kind === "plain") return makeHA1({ username, realm, password: text }, name);
  return ha1?.realm === realm ? ha1.hashes[name] : undefined;
}

/** Someone who is not stored, but costs what someone like `other` costs. */
export function nobodyLike(other: StoredPassword | undefined): StoredPassword {
  if (other && other.kind !== "hash") return { ...other, text: NOBODYS, ha1: { realm: "", hashes: {} } };
  return { kind: "hash", text: decoyOf(other?.text), line: 0 };
}

const NOBODYS = "nobody's password";
