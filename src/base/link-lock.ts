import { readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { formatIdentity, isAlive, ownIdentity, readIdentity, type ProcessIdentity } from "./process-identity";

/** How a try to take a lock ended: taken, or who has it. */
export type LinkLock =
  | { readonly release: () => void; readonly holder?: undefined }
  | { readonly release?: undefined; readonly holder: ProcessIdentity };

/** What decides whether a process that is named in a lock still runs. */
export type Liveness = (identity: ProcessIdentity) => boolean;

/** Others may take the lock, or leave it, in between: but not for ever. */
const TRIES = 10;

/**
 * Tries to take a lock: a symbolic link that says which process holds it, and is never followed. It is made in one
 * step, on a full disk too. That of a process which is gone is taken over by whoever has the lock of the lock: so no
 * two processes ever hold the same, however they meet.
 *
 * @throws Node's error, such as EINVAL where the path is no link
 */
export function tryLinkLock(path: string, isRunning: Liveness = isAlive): LinkLock {
  const identity = ownIdentity();
  const own = formatIdentity(identity);
  for (let tries = 0; ; tries += 1) {
    if (makeLink(own, path)) return { release: () => release(path, own) };
    const held = targetOf(path);
    const holder = held === undefined ? undefined : readIdentity(held);
    if (holder && isRunning(holder)) return { holder };
    // Who takes it away meanwhile counts as who has it.
    const other = held === undefined ? undefined : takeAway(path, held, isRunning);
    if (other) return { holder: other };
    if (tries === TRIES) return { holder: holder ?? identity };
  }
}

/** Removes a stale lock; gives who is about to do so instead. */
function takeAway(path: string, stale: string, isRunning: Liveness): ProcessIdentity | undefined {
  const { release, holder } = tryLinkLock(`${path}.lock`, isRunning);
  if (!release) return holder;
  try {
    if (targetOf(path) === stale) unlinkSync(path);
  } finally {
    release();
  }
  return undefined;
}

function release(path: string, own: string): void {
  try {
    if (readlinkSync(path) === own) unlinkSync(path);
  } catch {
    // It is not there any more, or not ours.
  }
}

function makeLink(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Undefined when it is gone again. */
function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;
