import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, cacheFolders, isSafeFolder, writeAtomically } from "./cache-folder";
import { ImportMark } from "./import-mark";
import type { ImportOptions } from "./import-module";
import { IndexMemory } from "./index-memory";
import type { FileContent } from "./listing";
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

const DEADLY: FileContent = {
  plugins: [],
  faults: [
    {
      reason:
        "the process did not outlive its import, twice; does it loop for ever, or abort? (appd plugins tries again)",
    },
  ],
  others: [],
};

/**
 * The index as it is now: what still holds of the one that is remembered, and what loading the other files
 * shows. It is written where that is possible; where it is not, the next one has the same work.
 */
export async function updateIndex(scan: Scan, options: UpdateOptions): Promise<PluginIndex> {
  const update = new IndexUpdate(options);
  for (const file of scan.files) if (file.leftOut === undefined) await update.add(file);
  return update.finish();
}

class IndexUpdate {
  readonly #options: UpdateOptions;
  readonly #since = Date.now();
  readonly #folders: readonly string[];
  readonly #known: readonly PluginIndex[];
  readonly #memories: readonly IndexMemory[];
  readonly #mark: ImportMark;
  readonly #files = new Map<string, IndexedFile>();

  constructor(options: UpdateOptions) {
    const { project, environment } = options;
    this.#options = options;
    this.#folders = cacheFolders(project, environment);
    this.#known = [...readIndexes(this.#folders, options)];
    this.#memories = this.#known.map((index) => new IndexMemory(index, this.#since));
    const folder = cacheFolder(project, environment);
    this.#mark = new ImportMark(folder && `${indexFile(folder, project)}.importing`);
  }

  async add(file: LookedAt): Promise<void> {
    const recalled = firstOf(this.#memories, (memory) => memory.recall(file.shown));
    const again = this.#options.retry === true && recalled?.content.faults.length !== 0;
    this.#files.set(file.shown, recalled && !again ? recalled : await this.#loaded(file));
  }

  async #loaded(file: LookedAt): Promise<IndexedFile> {
    const self = witness(file.path, this.#since);
    if (this.#mark.isDeadly(self)) return { self, behind: [], content: DEADLY };
    this.#mark.begin(self);
    const content = await contentOfFile(file, this.#options);
    const isBroken = content.faults.length > 0;
    const places = projectFilesBehind(realPath(file.path), { isBroken });
    return { self, behind: places.map((path) => witnessAfterwards(path, this.#since)), content };
  }

  /** Files that are not looked at now, because another environment names them, stay as long as they are there. */
  #keepOthers(): void {
    const [known] = this.#known;
    for (const shown of known?.shown ?? []) {
      const file = this.#files.has(shown) ? undefined : known?.file(shown);
      if (file && existsSync(file.self.path)) this.#files.set(shown, file);
    }
  }

  finish(): PluginIndex {
    this.#mark.end();
    this.#keepOthers();
    const common =
      firstOf(this.#memories, (memory) => memory.common) ??
      commonPlaces(this.#options.project).map((path) => witness(path, this.#since));
    const files = this.#files;
    const index: PluginIndex = { common, shown: [...files.keys()], file: (shown) => files.get(shown) };
    this.#write(index);
    return index;
  }

  #write(index: PluginIndex): void {
    const key = this.#options;
    const text = encodeIndex(index, key);
    if (this.#known.some((other) => text === encodeIndex(other, key))) return;
    this.#folders.some(
      (folder) => isSafeFolder(folder) && writeAtomically(indexFile(folder, key.project), text),
    );
  }
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
