import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolders, isSafeFolder, writeAtomically } from "./cache-folder";
import type { ImportOptions } from "./import-module";
import { IndexMemory } from "./index-memory";
import { contentOfFile, type Summarize } from "./load-file";
import type { IndexedFile, IndexKey, PluginIndex } from "./plugin-index";
import { encodeIndex } from "./index-format";
import { indexFile, readIndexes } from "./read-indexes";
import { realPath, type Project } from "./project";
import { projectFilesBehind } from "./project-files";
import type { LookedAt, Scan } from "./scan";
import type { Where } from "./sources";
import { witness, witnessAfterwards } from "./witness";

export interface UpdateOptions extends Where, ImportOptions, IndexKey {
  readonly summarize?: Summarize | undefined;
  /** Tries broken files again, though nothing about them changed. */
  readonly retry?: boolean | undefined;
}

/** Files in which package managers write what they installed: one stat stands for all of node_modules. */
const RECORDS = [".package-lock.json", ".modules.yaml", ".yarn-state.yml", ".yarn-integrity"] as const;

/**
 * The index as it is now: what still holds of the one that is remembered, and what loading the other files
 * shows. It is written where that is possible; where it is not, the next one has the same work.
 */
export async function updateIndex(scan: Scan, options: UpdateOptions): Promise<PluginIndex> {
  const since = Date.now();
  const folders = cacheFolders(options.project, options.environment);
  const known = [...readIndexes(folders, options)];
  const memories = known.map((index) => new IndexMemory(index, since));
  const files = new Map<string, IndexedFile>();
  for (const file of scan.files) {
    if (file.leftOut !== undefined) continue;
    const recalled = firstOf(memories, (memory) => memory.recall(file.shown));
    const again = options.retry && recalled?.content.faults.length !== 0;
    files.set(file.shown, recalled && !again ? recalled : await loaded(file, since, options));
  }
  for (const shown of known[0]?.shown ?? []) {
    const file = files.has(shown) ? undefined : known[0]?.file(shown);
    if (file && existsSync(file.self.path)) files.set(shown, file);
  }
  const common =
    firstOf(memories, (memory) => memory.common) ??
    commonPlaces(options.project).map((path) => witness(path, since));
  const index: PluginIndex = { common, shown: [...files.keys()], file: (shown) => files.get(shown) };
  write(index, { folders, known, key: options });
  return index;
}

async function loaded(file: LookedAt, since: number, options: UpdateOptions): Promise<IndexedFile> {
  const self = witness(file.path, since);
  const content = await contentOfFile(file, options);
  const isBroken = content.faults.length > 0;
  const places = projectFilesBehind(realPath(file.path), { isBroken });
  const behind = places.map((path) => witnessAfterwards(path, since));
  return { self, behind, content };
}

function firstOf<T, R>(items: readonly T[], ask: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function commonPlaces({ root }: Project): string[] {
  // Of node_modules itself nothing is to be learnt: the cache is made in it.
  return [join(root, "package.json"), installRecord(root) ?? join(root, "node_modules", RECORDS[0])];
}

function installRecord(root: string): string | undefined {
  for (let at = root; ; at = dirname(at)) {
    const found = RECORDS.map((name) => join(at, "node_modules", name)).find((path) => existsSync(path));
    if (found !== undefined || dirname(at) === at) return found;
  }
}

function write(
  index: PluginIndex,
  { folders, known, key }: { folders: readonly string[]; known: readonly PluginIndex[]; key: IndexKey },
): void {
  const text = encodeIndex(index, key);
  if (known.some((other) => text === encodeIndex(other, key))) return;
  folders.some((folder) => isSafeFolder(folder) && writeAtomically(indexFile(folder, key.project), text));
}
