import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import type { RunView } from "./companion";

/**
 * Gets ready to become another user, or to go to another root, from where there may be no way back to appd's own
 * files: all of them are loaded, and caches are written while they still can be.
 */
export function takeAlong({ openLog, world }: Pick<RunView, "openLog" | "world">): void {
  openLog();
  loadChunks();
  world.leave();
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
