import { stat } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import {
  InvalidAuthArgumentString,
  NoPasswordFileError,
  PasswordFileError,
  PasswordFilePermissionError,
  TrustedContent,
} from "appd";
import type { LoginAttempt } from "appd";
import { UselessSourceError } from "../_errors";
import { getent } from "../unix/getent";
import { Remembered } from "../unix/remembered";
import { SYSTEM } from "../unix/system";
import { readAuthorizedKeys, type AuthorizedKey, type AuthorizedKeys } from "./authorized-keys";

/** The keys of whoever has this name: none if nobody has. */
export type KeysOf = (
  name: string,
  attempt?: Pick<LoginAttempt, "complain">,
) => Promise<readonly AuthorizedKey[]>;

/** As sshd has it. */
const USUAL = ["%h/.ssh/authorized_keys", "%h/.ssh/authorized_keys2"];
const TOKEN = /%[uh%]/g;

/**
 * Where the keys stand, found to be there as far as that can be told before anybody logs in.
 *
 * @throws InvalidAuthArgumentString, NoPasswordFileError, PasswordFilePermissionError, PasswordFileError,
 * PasswordFilePermissionError, UselessSourceError
 */
export async function openKeys(path: string | undefined, user: string | undefined): Promise<KeysOf> {
  const isPattern = path === undefined || /%[uh]/.test(path);
  if (!isPattern) return keysOfOne(path.replaceAll("%%", "%"), user);
  if (user !== undefined) throw new InvalidAuthArgumentString("user= is for a path without %u and %h");
  return keysOfMany(path === undefined ? USUAL : [path]);
}

async function keysOfOne(path: string, user: string | undefined): Promise<KeysOf> {
  if (user === undefined)
    throw new InvalidAuthArgumentString("a path without %u or %h is one person's: say whose, with user=NAME");
  const { keys, faults } = await fileOf(path).load();
  if (faults[0] !== undefined) throw new PasswordFileError(faults[0]);
  if (keys.length === 0) throw new UselessSourceError("there is no key in it that could be used here");
  return async (name, attempt) => (name === user.normalize("NFC") ? keysIn(path, attempt) : []);
}

async function keysOfMany(patterns: readonly string[]): Promise<KeysOf> {
  for (const pattern of patterns) await refuseMissingFolder(pattern);
  const homes = new Remembered(SYSTEM, async () => homesIn(await getent("passwd")));
  const needsHomes = patterns.some((pattern) => pattern.includes("%h"));
  if (needsHomes) await homes.load();
  return async (name, attempt) => {
    if (!isPlain(name)) return [];
    const home = needsHomes ? (await homes.current(attempt)).get(name) : "";
    if (home === undefined || (needsHomes && !isAbsolute(home))) return [];
    const paths = patterns.map((pattern) => filled(pattern, { name, home }));
    return (await Promise.all(paths.map((path) => keysIn(path, attempt)))).flat();
  };
}

const fileOf = (path: string): TrustedContent<AuthorizedKeys> =>
  new TrustedContent(path, readAuthorizedKeys, { worldReadable: true });

/** As the file is now: who has removed a key, or the file, means it. */
async function keysIn(
  path: string,
  attempt?: Pick<LoginAttempt, "complain">,
): Promise<readonly AuthorizedKey[]> {
  try {
    const { keys, faults } = await fileOf(path).load();
    if (faults.length > 0) attempt?.complain(`${path}: ${faults.join("; ")}`);
    return keys;
  } catch (error) {
    if (error instanceof NoPasswordFileError) return [];
    throw error;
  }
}

/** The folder up to where names begin to differ. */
async function refuseMissingFolder(pattern: string): Promise<void> {
  const folder = dirname(`${pattern.slice(0, pattern.search(/%[uh]/))}x`).replaceAll("%%", "%");
  if (pattern.startsWith("%h")) return;
  const stats = await stat(folder).catch(() => undefined);
  if (!stats?.isDirectory()) throw new NoPasswordFileError(`there is no folder ${folder}`);
  // Asks for more than that it is there: for what is in it.
  await stat(`${folder}/.`).catch((cause: unknown) => {
    throw new PasswordFilePermissionError(`the files in ${folder} may not be read by whom this runs as`, {
      cause,
    });
  });
}

const homesIn = (passwd: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    passwd
      .map((line) => line.split(":"))
      .reverse()
      .map(([name = "", , , , , home = ""]) => [name, home]),
  );

/** A name that leads nowhere else when it stands in a path. */
const isPlain = (name: string): boolean => /^[^./\p{Cc}-][^/\p{Cc}]*$/u.test(name);

const filled = (pattern: string, { name, home }: { readonly name: string; readonly home: string }): string =>
  pattern.replace(TOKEN, (token) => (token === "%u" ? name : token === "%h" ? home : "%"));
