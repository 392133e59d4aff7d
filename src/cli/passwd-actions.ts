import { didYouMean } from "../base/suggest";
import { quote } from "../base/text";
import { DEFAULT_REALM } from "../cred/default-realm";
import { editFile } from "../cred/edit-file";
import { NoPasswordFileError } from "../cred/errors";
import { writeHA1, type DigestName } from "../cred/ha1";
import { nameFault, PasswordFile } from "../cred/password-file";
import { canonical } from "../cred/canonical";
import { hashMissing, hashPassword } from "../cred/password-hash";
import { withLine, withoutLine } from "../cred/password-lines";
import { fitsStored, readStored, type StoredPassword } from "../cred/stored-password";
import { refuseUntrustedPlace } from "../cred/trusted-file";
import type { World } from "../runner/world";
import {
  CannotWriteError,
  HashMissingError,
  NoSuchUserError,
  UserNameError,
  WrongPasswordError,
} from "./errors";
import type { PasswdLine } from "./passwd-options";
import { readNewPassword, readPassword } from "./read-password";

/** What is to be done with which file. */
export interface PasswdRequest {
  readonly world: World;
  readonly typed: PasswdLine;
  /** The file, from the root. */
  readonly path: string;
}

type Users = ReadonlyMap<string, StoredPassword>;

/** Adds a user, or gives one another password. The file is looked at before anything is asked. */
export async function addUser({ world, typed, path }: PasswdRequest): Promise<void> {
  const name = canonical(typed.user);
  const fault = nameFault(name);
  if (fault !== undefined) throw new UserNameError(name, fault);
  const users = await usersOrNone(path, typed);
  const way = wayToStore(typed, users);
  const password = await readNewPassword(world, name);
  const stored = await way({ username: name, password });
  await edit(path, (text) => withLine(text, { name, stored }));
  world.stdout.write(users.has(name) ? `${name} has a new password\n` : `${name} was added\n`);
}

export async function removeUser({ world, typed, path }: PasswdRequest): Promise<void> {
  const { name } = await theUser(path, typed);
  await edit(path, (text) => withoutLine(text, name));
  world.stdout.write(`${name} was removed\n`);
}

/** A line a user: the name, a TAB, and what the password is stored as. */
export async function listUsers({ world, typed, path }: PasswdRequest): Promise<void> {
  const users = await readUsers(path, typed);
  for (const [name, stored] of users) world.stdout.write(`${name}\t${kindOf(stored)}\n`);
}

export async function verifyUser({ world, typed, path }: PasswdRequest): Promise<void> {
  const { name, stored } = await theUser(path, typed);
  const password = await readPassword(world, `Password of ${name}: `);
  if (!(await fitsStored(stored, { username: name, password }))) throw new WrongPasswordError(name);
  world.stdout.write(`this is the password of ${name}\n`);
}

/** By the same rules as `--auth file`, so that what is written here can be served. */
async function readUsers(path: string, { insecure = [] }: PasswdLine): Promise<Users> {
  const plaintext = insecure.includes("plaintext");
  const format = {
    readEntry: (text: string, place: { name: string; line: number }): StoredPassword =>
      readStored(text, { ...place, plaintext, orElse: ", or say --insecure plaintext" }),
  };
  const trust = { worldReadable: insecure.includes("readable"), orElse: ", or say --insecure readable" };
  return new PasswordFile(path, format, trust).load();
}

async function usersOrNone(path: string, typed: PasswdLine): Promise<Users> {
  try {
    return await readUsers(path, typed);
  } catch (error) {
    if (!(error instanceof NoPasswordFileError)) throw error;
    await refuseUntrustedPlace(path);
    return new Map();
  }
}

async function theUser(path: string, typed: PasswdLine): Promise<{ name: string; stored: StoredPassword }> {
  const users = await readUsers(path, typed);
  const name = canonical(typed.user);
  const stored = users.get(name);
  if (stored) return { name, stored };
  throw new NoSuchUserError(`there is no ${quote(name)} in it${didYouMean(name, [...users.keys()])}`);
}

type WayToStore = (who: { readonly username: string; readonly password: string }) => Promise<string>;

/** As was said; else as the others in the file, where these are of one kind that challenges need. */
function wayToStore({ hash, realm, md5 = false }: PasswdLine, users: Users): WayToStore {
  const [first] = users.values();
  const allHA1 =
    first?.ha1 && [...users.values()].every(({ kind }) => kind === "ha1") ? first.ha1 : undefined;
  if (hash === "ha1" || (hash === undefined && (realm !== undefined || md5 || allHA1))) {
    const names = new Set<DigestName>(["SHA-256", ...(Object.keys(allHA1?.hashes ?? {}) as DigestName[])]);
    if (md5) names.add("MD5");
    const inRealm = realm ?? allHA1?.realm ?? DEFAULT_REALM;
    return async (who) => Promise.resolve(writeHA1({ ...who, realm: inRealm }, [...names]));
  }
  const missing = hash && hashMissing(hash);
  if (missing !== undefined) throw new HashMissingError(missing);
  return ({ password }) => hashPassword(password, hash && { hash });
}

function kindOf({ kind, text, ha1 }: StoredPassword): string {
  if (kind === "plain") return "in the clear";
  if (kind === "hash") return /^\$([a-z0-9-]+)\$/.exec(text)?.[1] ?? "";
  return `ha1 for ${quote(ha1?.realm ?? "")}: ${Object.keys(ha1?.hashes ?? {}).join(", ")}`;
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  try {
    await editFile(path, change, { create: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT" || code === "EIO" || code === "EFBIG")
      throw new CannotWriteError(code, error);
    throw error;
  }
}
