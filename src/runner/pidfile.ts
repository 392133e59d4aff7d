/**
 * What may run only once: a file that says which process has it. It is claimed in one step, by a hard link to a file
 * that is complete already, so nobody ever sees half of one; and a stale one is removed only by whoever has the lock
 * beside it, so nobody ever removes the claim of one who was quicker. See `pidfile-entry.ts` for what stands in it.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  unlinkSync,
  writeSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { tryLinkLock } from "../base/link-lock";
import { describeProcess, formatIdentity, ownIdentity, readIdentity } from "../base/process-identity";
import { silently } from "../base/silently";
import { plain, quote } from "../base/text";
import type { Logger } from "../log/logger";
import { sleep } from "../log/sleep";
import { exposedFolder, isRoot } from "../plugin/exposed";
import { AlreadyRunningError, PidfileError, UnsafePidfileError } from "./errors";
import { entryText, findPidfile, isRunning, textIn, type FoundPidfile } from "./pidfile-entry";

export interface Claim {
  /** What runs, for whoever finds that it does. */
  readonly name: string;
  /** Told of a stale pidfile that was replaced. */
  readonly log: Pick<Logger, "info" | "warn">;
  /** The option that lets another one run beside it: the name where it makes the path. */
  readonly another?: "--name NAME" | "--pidfile FILE";
}

/** Other programs read it whoever they run as, and none writes it: whatever the umask. */
const MODE = 0o644;
/** Milliseconds that others may take to remove a stale one. */
const PATIENCE = 2_000;
const PAUSE = 2;

/** A pidfile that this process has. */
export class Pidfile {
  readonly path: string;
  readonly #fd: number;
  readonly #text: string;
  #isReleased = false;

  private constructor(path: string, fd: number, text: string) {
    this.path = path;
    this.#fd = fd;
    this.#text = text;
  }

  /**
   * Claims the pidfile at an absolute path for this process.
   *
   * @throws AlreadyRunningError, PidfileError, UnsafePidfileError
   */
  static claim(path: string, { name, log, another = "--pidfile FILE" }: Claim): Pidfile {
    refuseExposedFolder(path);
    const text = entryText(name);
    const made = makeTemporary(path, text);
    try {
      const stale = putInPlace(made, path, another);
      silently(() => tidy(path));
      if (stale) tellReplaced(path, stale, log);
      return new Pidfile(path, made.fd, text);
    } catch (error) {
      closeSync(made.fd);
      throw error;
    } finally {
      silently(() => unlinkSync(made.path));
    }
  }

  /**
   * Removes the file where it still is the one that was claimed. Where that is not permitted any more, or it can't be
   * reached, it is left empty, which counts as nobody's.
   */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    silently(() => {
      // Somebody else has written into it: it is no longer ours to put away.
      if (textIn(this.#fd) !== this.#text) return;
      if (!this.#removed()) ftruncateSync(this.#fd, 0);
    });
    silently(() => closeSync(this.#fd));
  }

  #removed(): boolean {
    try {
      if (!isSame(lstatSync(this.path), fstatSync(this.#fd))) return false;
      unlinkSync(this.path);
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * Removes the pidfile of a process that this one has started, and that has ended without having done so, or could only
 * empty it. One of another process stays, and so does what is no pidfile. Never throws.
 */
export function removePidfileOf(path: string, pid: number): void {
  const began = Date.now() - process.uptime() * 1_000;
  const isMeant = ({ entry, written }: FoundPidfile): boolean =>
    entry ? entry.pid === pid : written.getTime() >= began;
  silently(() => removeStale(path, isMeant));
  silently(() => tidy(path));
}

/** Whoever may write into a folder could put any process's number there. */
function refuseExposedFolder(path: string): void {
  const exposed = isRoot() ? exposedFolder(path) : undefined;
  if (!exposed) return;
  const mode = `0${(exposed.mode & 0o7777).toString(8)}`;
  throw new UnsafePidfileError(
    path,
    `everybody can write its folder ${exposed.folder} (mode ${mode}): chmod o-w, or choose another`,
  );
}

interface Temporary {
  readonly path: string;
  readonly fd: number;
}

function makeTemporary(path: string, text: string): Temporary {
  const random = Math.random().toString(36).slice(2);
  const temporary = join(dirname(path), `${TEMPORARY}${formatIdentity(ownIdentity())}.${random}`);
  let fd: number | undefined;
  try {
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
    fd = openSync(temporary, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600);
    if (writeSync(fd, text) < Buffer.byteLength(text))
      throw Object.assign(new Error("it was not written whole"), { code: "ENOSPC" });
    fchmodSync(fd, MODE);
    return { path: temporary, fd };
  } catch (error) {
    if (fd !== undefined) {
      closeSync(fd);
      silently(() => unlinkSync(temporary));
    }
    throw PidfileError.of(path, error);
  }
}

/** Gives the stale one that stood there. */
function putInPlace(made: Temporary, path: string, another: string): FoundPidfile | undefined {
  const until = performance.now() + PATIENCE;
  for (let stale: FoundPidfile | undefined; ;) {
    if (isLinked(made, path)) return stale;
    const found = findPidfile(path);
    if (!found) continue;
    if (found.entry && isRunning(found.entry, found.written)) throw alreadyRunning(path, found, another);
    stale = found;
    const holder = inWords(path, () => removeStale(path));
    if (holder === undefined) continue;
    if (performance.now() > until)
      throw new AlreadyRunningError(`${describeProcess(holder)} is about to claim ${plain(path)}`, holder);
    pause();
  }
}

function isLinked(made: Temporary, path: string): boolean {
  try {
    linkSync(made.path, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw PidfileError.of(path, error);
  }
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats && isSame(stats, fstatSync(made.fd))) return true;
  throw new UnsafePidfileError(path, "somebody has put another file in its place");
}

/** Removes a pidfile whose process has ended; gives the process that is about to do so instead. */
function removeStale(
  path: string,
  isMeant: (found: FoundPidfile) => boolean = () => true,
): number | undefined {
  const { release, holder } = tryLinkLock(lockOf(path), isRunning);
  if (!release) return holder.pid;
  try {
    const found = findPidfile(path);
    const { entry, written } = found ?? {};
    if (found && isMeant(found) && !(entry && isRunning(entry, written))) unlinkSync(path);
  } finally {
    release();
  }
  return undefined;
}

const lockOf = (path: string): string => join(dirname(path), `.${basename(path)}.lock`);

const TEMPORARY = ".appd-pid-";

/** Removes what was left by those who were killed while they claimed. */
function tidy(path: string): void {
  // Whoever lets go of it leaves none.
  if (lstatSync(lockOf(path), { throwIfNoEntry: false })) tryLinkLock(lockOf(path), isRunning).release?.();
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const identity = readIdentity(name.slice(TEMPORARY.length).split(".", 1)[0] ?? "");
    if (identity && !isRunning(identity)) silently(() => unlinkSync(join(folder, name)));
  }
}

function alreadyRunning(
  path: string,
  { entry, written }: FoundPidfile,
  another: string,
): AlreadyRunningError {
  const { pid = 0, name } = entry ?? {};
  const who = name ? quote(name) : "it";
  return new AlreadyRunningError(
    `${who} is already running: ${describeProcess(pid)} since ${written.toISOString()}, according to ${plain(path)}; ` +
      `${another} lets another one run beside it`,
    pid,
  );
}

function tellReplaced(path: string, { entry }: FoundPidfile, log: Claim["log"]): void {
  if (!entry) log.info("replaced the empty pidfile %s of one that has ended", path);
  else if (entry.pid === process.pid && entry.began === undefined)
    log.info("replaced the pidfile %s that had this very number", path);
  else log.warn("replaced the stale pidfile %s: process %d runs no longer", path, entry.pid);
}

function inWords<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof PidfileError ? error : PidfileError.of(path, error);
  }
}

const isSame = (one: Stats, other: Stats): boolean => one.dev === other.dev && one.ino === other.ino;

const pause = (): void => sleep(PAUSE);
