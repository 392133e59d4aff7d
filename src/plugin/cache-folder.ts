import { chmodSync, mkdirSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Project } from "./project";
import type { Environment } from "./sources";
import { isOurs } from "./stamp";

/**
 * The folders in which appd keeps what it can make anew, best first: in the project's node_modules if it has
 * one of this user's, else in the user's own cache.
 */
export function cacheFolders({ root }: Project, environment: Environment = {}): string[] {
  const { XDG_CACHE_HOME: xdg, HOME: home } = environment;
  const folders: string[] = [];
  if (isMine(join(root, "node_modules"))) folders.push(join(root, "node_modules", ".cache", "appd"));
  if (xdg && isAbsolute(xdg)) folders.push(join(xdg, "appd"));
  else if (home && isAbsolute(home)) folders.push(join(home, ".cache", "appd"));
  return folders;
}

/** The first of these that can be written and that only this user writes; undefined where there is none. */
export const cacheFolder = (project: Project, environment?: Environment): string | undefined =>
  cacheFolders(project, environment).find(isSafeFolder);

/** Writes a whole file or nothing, for the eyes of its owner only. False where the disk doesn't take it. */
export function writeAtomically(file: string, content: string | Uint8Array): boolean {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
    renameSync(temporary, file);
    return true;
  } catch {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never written.
    }
    return false;
  }
}

/** Makes a folder if need be; false when it can't be made, or others could write in it. */
export function isSafeFolder(folder: string): boolean {
  try {
    makeFolder(folder);
    return isOurs(statSync(folder));
  } catch {
    return false;
  }
}

function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
}

function isMine(folder: string): boolean {
  const me = process.getuid?.();
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats !== undefined && stats.isDirectory() && (me === undefined || stats.uid === me);
}
