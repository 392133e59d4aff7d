/** Reads a file that decides who may log in, and refuses one that somebody else could have written. */
import { basename, dirname } from "node:path";
import { constants, type BigIntStats } from "node:fs";
import type * as Files from "node:fs/promises";
import { NoPasswordFileError, PasswordFileError, PasswordFilePermissionError } from "./errors";

export interface Trust {
  /** Whether everybody may read it, as usual for some formats. */
  readonly worldReadable: boolean;
  /** What the advice for a file that everybody can read ends with: `, or say insecure=readable`. */
  readonly orElse?: string | undefined;
}

export interface ReadFile {
  readonly text: string;
  /** Another one, as soon as the file was changed or replaced. */
  readonly stamp: string;
}

/** Without waiting for who writes into a pipe: it is refused. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const GROUP_OR_OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o004;
const STICKY = 0o1000;
/** Bytes; more is no password file. */
const LARGEST = 64 * 1024 * 1024;

const files = (): typeof Files => process.getBuiltinModule("node:fs/promises");

/** Tells one state of a file from another without reading it. */
export async function stampOf(path: string): Promise<string> {
  return stamp(await inWords(path, () => files().stat(path, { bigint: true })));
}

/**
 * Reads it. What is checked is what is read: the very file that was opened.
 *
 * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError
 */
export async function readTrustedFile(path: string, trust: Trust): Promise<ReadFile> {
  await refuseForeignLink(path);
  const handle = await inWords(path, () => files().open(path, READ));
  try {
    const stats = await handle.stat({ bigint: true });
    refuseUnlessFile(stats);
    refuseMode(stats, trust);
    for (const folder of await foldersOf(path)) await refuseOpenFolder(folder);
    const bytes = await inWords(path, () => handle.readFile());
    return { text: textOf(bytes), stamp: stamp(stats) };
  } finally {
    await handle.close();
  }
}

/**
 * Looks at the place where a file is to be made.
 *
 * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError
 */
export async function refuseUntrustedPlace(path: string): Promise<void> {
  const folder = dirname(path);
  const stats = await inWords(path, () => files().stat(folder)).catch((error: unknown) => {
    throw error instanceof NoPasswordFileError
      ? new NoPasswordFileError(`there is no folder ${folder}`)
      : error;
  });
  if (!stats.isDirectory()) throw new NoPasswordFileError(`there is no folder ${folder}`);
  await refuseOpenFolder(folder);
}

/** What Node says of a file, in words and in the class of error that says whose fault it is. */
export async function inWords<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, path);
  }
}

/** The same for something that was thrown already; anything that is not about a file stays as it is. */
export function fileError(error: unknown, path = pathIn(error)): unknown {
  const options = { cause: error };
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case "ENOENT":
      return new NoPasswordFileError(`there is no file ${basename(path)} in ${dirname(path)}`, options);
    case "ENOTDIR":
      return new NoPasswordFileError(`there is no folder ${dirname(path)}`, options);
    case "EACCES":
    case "EPERM":
      return new PasswordFilePermissionError("it may not be read by whom this runs as", options);
    case "EISDIR":
      return new PasswordFileError("it is a folder, not a file", options);
    case "ELOOP":
      return new PasswordFileError("it is a symbolic link that leads in a circle", options);
    default:
      return error;
  }
}

const stamp = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(" ");

/** A link of somebody else's decides what is read. */
async function refuseForeignLink(path: string): Promise<void> {
  const me = process.geteuid?.();
  const link = await inWords(path, () => files().lstat(path));
  if (me === undefined || !link.isSymbolicLink() || link.uid === me || link.uid === 0) return;
  throw new PasswordFileError(
    `it is a symbolic link owned by someone else (uid ${link.uid}), who could let it lead anywhere`,
  );
}

function refuseUnlessFile(stats: BigIntStats): void {
  if (stats.isDirectory()) throw new PasswordFileError("it is a folder, not a file");
  if (!stats.isFile()) throw new PasswordFileError("it is no regular file");
  if (stats.size > LARGEST) throw new PasswordFileError("it is larger than 64 MiB");
}

function refuseMode({ mode, uid }: BigIntStats, { worldReadable, orElse = "" }: Trust): void {
  const me = process.geteuid?.();
  if (me === undefined) return;
  const bits = Number(mode);
  if (bits & GROUP_OR_OTHERS_WRITE)
    throw new PasswordFileError(`${whoWrites(bits)} can write it (mode ${octal(bits)}): chmod go-w`);
  if (me !== 0 && Number(uid) !== me && uid !== 0n)
    throw new PasswordFileError(`it is owned by someone else (uid ${uid}), who could write anything into it`);
  if (!worldReadable && bits & OTHERS_READ)
    throw new PasswordFileError(`everybody can read it (mode ${octal(bits)}): chmod o-r${orElse}`);
}

/** Where the name stands, and where the file stands that it leads to. */
async function foldersOf(path: string): Promise<Set<string>> {
  return new Set([dirname(path), dirname(await files().realpath(path))]);
}

/** Who can write a folder can put another file in the place of this one. In a sticky one only its owner can. */
async function refuseOpenFolder(folder: string): Promise<void> {
  if (process.geteuid === undefined) return;
  const { mode } = await files().stat(folder);
  if (!(mode & GROUP_OR_OTHERS_WRITE) || mode & STICKY) return;
  throw new PasswordFileError(
    `${whoWrites(mode)} can write its folder ${folder} (mode ${octal(mode)}), and so replace it: chmod go-w ${folder}`,
  );
}

const whoWrites = (mode: number): string => (mode & 0o002 ? "everybody" : "its group");
const octal = (mode: number): string => `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const line = lineOfFault(bytes);
    throw new PasswordFileError(`line ${line} is not UTF-8`, { cause: error });
  }
}

function lineOfFault(bytes: Buffer): number {
  const lines = bytes.toString("latin1").split("\n");
  const isBroken = (line: string): boolean => {
    const again = Buffer.from(line, "latin1");
    return !Buffer.from(again.toString("utf8"), "utf8").equals(again);
  };
  return lines.findIndex(isBroken) + 1;
}

const pathIn = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.path ?? "";
