/**
 * What somebody else may put his own code in place of. As root nothing of that is run. It is about the files that appd
 * itself finds or is given; what they import is theirs to keep safe. Who owns a file is not asked: people run sudo in
 * their own projects.
 */
import { statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { UnsafePluginError } from "./errors";
import { realPath } from "./project";

/** Whether this process would run everything with the rights of root. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether someone besides its owner and root's group may write it. */
export function isWritableByOthers({ mode, gid }: Pick<Stats, "mode" | "gid">): boolean {
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
}

/** A folder above a path, or above what it links to, in which anyone may replace what lies on the way to it. */
export function exposedFolder(path: string): { readonly folder: string; readonly mode: number } | undefined {
  for (const start of new Set([path, realPath(path)])) {
    for (let at = start; dirname(at) !== at;) {
      at = dirname(at);
      const mode = modeOf(at);
      // In a sticky folder, such as /tmp, everyone replaces his own only.
      if ((mode & 0o1002) === 0o002) return { folder: at, mode };
    }
  }
  return undefined;
}

/**
 * Refuses, as root, to run a file that others may write or replace.
 *
 * @throws UnsafePluginError
 */
export function refuseExposed(path: string, shown: string): void {
  if (!isRoot()) return;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && isWritableByOthers(stats)) throw new UnsafePluginError(shown, stats.mode);
  const exposed = exposedFolder(path);
  if (exposed) throw new UnsafePluginError(shown, exposed.mode, exposed.folder);
}

function modeOf(folder: string): number {
  try {
    return statSync(folder).mode;
  } catch {
    return 0;
  }
}
