import { lstatSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from "node:fs";
import { resolve } from "node:path";
import {
  describeProcess,
  formatIdentity,
  isAlive,
  ownIdentity,
  readIdentity,
  type ProcessIdentity,
} from "../base/process-identity";
import { ListenPathError } from "./errors";
import { inUse, say, type Place } from "./listen-error";

/** Others may take the lock, or leave it, in between: but not for ever. */
const TRIES = 10;

/** From the root, because the process may go elsewhere meanwhile. */
export const lockOf = (path: string): string => `${resolve(path)}.lock`;

/** Who holds a lock: `process 1234 (node)`. */
export function lockHolder(path: string): string | undefined {
  try {
    const holder = readIdentity(readlinkSync(path));
    return holder && isAlive(holder) ? nameOf(holder) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock beside a socket: a symbolic link that says which process holds it, and is never followed. That of a
 * process which is gone is taken over, also when its number has been given to another one since.
 *
 * Gives the way to let go of it.
 *
 * @throws ListenError when a process that runs holds it; ListenPathError; Node's error
 */
export function takeLock(path: string, place: Pick<Place, "description">): () => void {
  const own = formatIdentity(ownIdentity());
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      symlinkSync(own, path);
      return () => release(path, own);
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
    const held = holderIn(path, place);
    const holder = held === undefined ? undefined : readIdentity(held);
    if (holder && isAlive(holder)) throw inUse(place, { holder: nameOf(holder) });
    if (held !== undefined) takeAway(path, held);
  }
  throw inUse(place, {});
}

const nameOf = ({ pid }: ProcessIdentity): string =>
  pid === process.pid ? "another service of this very process" : describeProcess(pid);

/** What the lock says; undefined when it is gone again. */
function holderIn(path: string, place: Pick<Place, "description">): string | undefined {
  try {
    if (!lstatSync(path).isSymbolicLink())
      throw new ListenPathError(
        "APPD_LISTEN_PATH",
        say(place, `${path} stands where its lock belongs; remove that, or choose another socket`),
      );
    return readlinkSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Moves a stale lock aside, and puts it back if it turns out to be another's, who was quicker. */
function takeAway(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    const moved = readlinkSync(aside);
    unlinkSync(aside);
    if (moved !== stale) symlinkSync(moved, path);
  } catch (error) {
    if (!hasCode(error, "ENOENT") && !hasCode(error, "EEXIST")) throw error;
  }
}

function release(path: string, own: string): void {
  try {
    if (readlinkSync(path) === own) unlinkSync(path);
  } catch {
    // It is not there any more, or not ours.
  }
}

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;
