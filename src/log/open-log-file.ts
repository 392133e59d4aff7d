/** How a log file is opened: appended to, never waited for, never through a link that somebody else has laid. */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type BigIntStats,
} from "node:fs";
import { dirname, resolve } from "node:path";

/** Its owner writes it, its group reads it, others don't: whatever the umask. */
const MODE = 0o640;
/** Without O_NONBLOCK a pipe that nobody reads would hold up the start for ever. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NOCTTY | constants.O_NONBLOCK;
const ANEW = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const PERMISSIONS = 0o7777n;
/** Whoever makes and removes a file in turn may make this go wrong as often. */
const TRIES = 10;

/** What becomes of a new file: as an old one was. */
export type Likeness = Pick<BigIntStats, "mode" | "uid" | "gid">;

export interface OpenedFile {
  readonly fd: number;
  /** Whether there was none of that name before. */
  readonly isNew: boolean;
  readonly stats: BigIntStats;
}

/**
 * Opens a file to append to, and makes it where there is none: with mode 0640 whatever the umask, or with mode and
 * owner of the file in whose place it comes. One that exists keeps its own.
 *
 * @throws what the system says; `ELOOP` for a link
 */
export function openLogFile(path: string, like?: Likeness): OpenedFile {
  for (let tries = 1; ; tries++) {
    const fd = opened(path, APPEND | ANEW, "EEXIST");
    if (fd !== undefined) {
      makeLike(fd, like);
      return { fd, isNew: true, stats: fstatSync(fd, { bigint: true }) };
    }
    const existing = opened(path, APPEND | constants.O_NOFOLLOW, tries < TRIES ? "ENOENT" : "");
    if (existing !== undefined)
      return { fd: existing, isNew: false, stats: fstatSync(existing, { bigint: true }) };
  }
}

/** Opens what is no file of ours, such as a device: it must be there. */
export function openDevice(path: string): OpenedFile {
  const fd = openSync(path, APPEND);
  return { fd, isNew: false, stats: fstatSync(fd, { bigint: true }) };
}

/**
 * Where the file really is: a link of one's own or of root's is followed, so that the log rotates beside the file
 * and not beside the link.
 *
 * @throws `ELOOP` for somebody else's, who could make it lead anywhere
 */
export function realLogPath(path: string): string {
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (!link?.isSymbolicLink()) return path;
  const me = process.geteuid?.();
  if (me !== undefined && link.uid !== me && link.uid !== 0) throw foreignLink(path);
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // It leads to a file that is still to be made.
    return resolve(dirname(path), readlinkSync(path));
  }
}

/** Gives an open file the mode and, as far as that is permitted, the owner of another. */
export function makeLike(fd: number, like?: Likeness): void {
  if (like !== undefined) quietly(() => fchownSync(fd, Number(like.uid), Number(like.gid)));
  quietly(() => fchmodSync(fd, like === undefined ? MODE : Number(like.mode & PERMISSIONS)));
}

export function closeQuietly(fd: number): void {
  quietly(() => closeSync(fd));
}

/** Undefined where that went wrong as expected. */
function opened(path: string, flags: number, expected: string): number | undefined {
  try {
    return openSync(path, flags, MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return undefined;
    throw error;
  }
}

function foreignLink(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${path} is a symbolic link of somebody else's`), { code: "ELOOP" });
}

/** Some file systems know no modes and no owners, and only root gives files away. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The log is written all the same.
  }
}
