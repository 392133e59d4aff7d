import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import type { RunView } from "./companion";

type Leaving = Pick<RunView, "openLog" | "world">;

/**
 * Gets ready to go to another root, from where there is no way back to appd's own files: all of them are loaded, and
 * caches are written while they still can be.
 */
export function takeAlong({ openLog, world }: Leaving): void {
  openLog();
  loadChunks();
  world.leave();
}

/** The same to become another user, who mostly can read them as well: that takes its time. */
export function takeAlongUnlessOpen(run: Leaving): void {
  if (isOpenToAll(__dirname)) run.world.leave();
  else takeAlong(run);
}

/** What a build puts the files into that are loaded when they are needed. */
const CHUNKS = "chunks";

/** By the very words that the others use, because Node knows a file again by them without looking for it. */
function loadChunks(): void {
  if (basename(__dirname) !== CHUNKS) return;
  const load = createRequire(__filename);
  for (const name of chunks()) if (name.endsWith(".js")) load(`./${name}`);
}

/** In another root there are none: they were loaded on the way there. */
function chunks(): string[] {
  try {
    return readdirSync(__dirname);
  } catch {
    return [];
  }
}

/** Whether everybody may read what is in a folder. In another root it is not there, and nobody has to. */
function isOpenToAll(folder: string): boolean {
  try {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
    for (let at = folder; at !== dirname(at); at = dirname(at))
      if ((statSync(dirname(at)).mode & 0o001) === 0) return false;
    return true;
  } catch {
    return true;
  }
}
