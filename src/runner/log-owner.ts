import { accessSync, constants, fchownSync, fstatSync, lstatSync, realpathSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { RunView } from "./companion";
import type { Identity } from "./identity";

type Log = Pick<RunView, "log" | "logDescriptor">;

/**
 * Gives the open log to whom the run goes on as, so that it can be opened again by its name. By its descriptor, and
 * only a file that this process has made, or that nobody but root can have put there: what an ordinary user has
 * linked to that name is not given to him.
 */
export function giveLogTo({ uid, gid }: Identity, { logDescriptor }: Log): void {
  if (logDescriptor === undefined || (uid === undefined && gid === undefined)) return;
  const { fd, isNew, path } = logDescriptor;
  const stats = fstatSync(fd);
  if (stats.uid === uid || !stats.isFile()) return;
  if (isNew || (path !== undefined && isOfRootAlone(path, stats)))
    fchownSync(fd, uid ?? stats.uid, gid ?? stats.gid);
}

/** Says once, as the user that it now is, what will not be possible. The log itself stays open. */
export function warnOfLog({ log, logDescriptor }: Log): void {
  if (logDescriptor === undefined || !fstatSync(logDescriptor.fd).isFile()) return;
  const { path } = logDescriptor;
  if (path === undefined) {
    log.warn(
      "the log is outside of the root that this process has: it grows until something else copies and empties it",
    );
    return;
  }
  const { R_OK, W_OK, X_OK } = constants;
  const folder = dirname(path);
  if (!mayI(path, W_OK))
    log.warn(
      `this user may not open the log ${path} again: after a log rotation lines go to the old file until a restart`,
    );
  else if (!mayI(folder, R_OK | W_OK | X_OK))
    log.warn(
      `this user may not write ${folder}: the log grows until something else rotates it; a --logfile in a folder of the ` +
        "user's own would rotate by itself",
    );
}

/** Whether no folder on the way to it is anybody else's, and it has one name. */
function isOfRootAlone(path: string, { dev, ino, nlink, uid }: Stats): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.dev !== dev || found.ino !== ino || nlink !== 1 || uid !== 0) return false;
  if (realpathSync(dirname(path)) !== dirname(path)) return false;
  return foldersAbove(path).every((folder) => {
    const stats = lstatSync(folder);
    return stats.uid === 0 && (stats.mode & 0o022) === 0;
  });
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

function mayI(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
