import { readlinkSync } from "node:fs";
import { resolve } from "node:path";
import { tryLinkLock, type LinkLock } from "../base/link-lock";
import { describeProcess, isAlive, readIdentity, type ProcessIdentity } from "../base/process-identity";
import { ListenPathError } from "./errors";
import { inUse, say, type Place } from "./listen-error";

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
  const { release, holder } = tryTake(path, place);
  if (release) return release;
  throw inUse(place, { holder: nameOf(holder) });
}

const nameOf = ({ pid }: ProcessIdentity): string =>
  pid === process.pid ? "another service of this very process" : describeProcess(pid);

function tryTake(path: string, place: Pick<Place, "description">): LinkLock {
  try {
    return tryLinkLock(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EINVAL") throw error;
    throw new ListenPathError(
      "APPD_LISTEN_PATH",
      say(place, `${path} stands where its lock belongs; remove that, or choose another socket`),
    );
  }
}
