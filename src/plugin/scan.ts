import { readdirSync, statSync, type Dirent, type Stats } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { AppdError } from "../base/errors";
import { NoPluginFolderError, PluginFolderError, UnsafePluginError } from "./errors";
import { exposedFolder, isRoot, isWritableByOthers } from "./exposed";
import { realPath } from "./project";
import { pluginSources, type Source, type Where } from "./sources";
import { stampOf, type Stamp } from "./stamp";

/** One file that was looked at. */
export interface LookedAt {
  readonly path: string;
  /** The path as it is shown: relative to the project where it lies in it. */
  readonly shown: string;
  /** The project that it was found for. */
  readonly root: string;
  readonly source: Source;
  /** Why it is not loaded; undefined for a plugin file. */
  readonly leftOut?: string | undefined;
  /** What a plugin file looks like now. */
  readonly stamp?: Stamp | undefined;
}

/** What a look at every source found, without loading anything. */
export interface Scan {
  readonly sources: readonly Source[];
  readonly files: readonly LookedAt[];
  readonly problems: readonly AppdError[];
}

const PLAIN = /^[^._][^.]*\.[cm]?[jt]s$/;
const EXTENSION = /\.[cm]?[jt]s$/;
const DECLARATION = /\.d\.[cm]?ts$/;
const TEST = /\.(?:test|spec)\.[cm]?[jt]s$/;
const INDEXES = ["ts", "mts", "cts", "js", "mjs", "cjs"].map((extension) => `index.${extension}`);

/** Looks at every file in every source: folders in their order, the files of each sorted by name. */
export function scanPlugins(where: Where): Scan {
  const { sources, problems } = pluginSources(where);
  const scan = new Scanner(where.project.root);
  for (const source of sources) scan.lookAt(source);
  return { sources, files: [...scan.files.values()], problems: [...problems, ...scan.problems] };
}

class Scanner {
  readonly files = new Map<string, LookedAt>();
  readonly problems: AppdError[] = [];
  readonly #root: string;
  readonly #asRoot = isRoot();

  constructor(root: string) {
    this.#root = root;
  }

  lookAt(source: Source): void {
    const stats = this.#stat(source);
    if (!stats) return;
    if (this.#isUnsafe(source.location, stats) || this.#isExposed(source.location)) return;
    if (stats.isFile() && source.named) {
      this.#add(source, source.location);
      return;
    }
    if (!stats.isDirectory()) {
      this.#notAFolder(source);
      return;
    }
    const entries = this.#read(source);
    if (entries) this.#folder(source, entries);
  }

  #stat(source: Source): Stats | undefined {
    try {
      const stats = statSync(source.location, { throwIfNoEntry: false });
      if (!stats && source.named)
        this.problems.push(new NoPluginFolderError(source.said, this.#shown(source.location)));
      return stats;
    } catch (error) {
      this.#cantRead(source, error);
      return undefined;
    }
  }

  #read(source: Source): Dirent[] | undefined {
    try {
      return readdirSync(source.location, { withFileTypes: true });
    } catch (error) {
      this.#cantRead(source, error);
      return undefined;
    }
  }

  #folder(source: Source, entries: readonly Dirent[]): void {
    const names = new Set(entries.map(({ name }) => name));
    for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${source.location}${sep}${entry.name}`;
      if (isFolder(entry, path)) this.#index(source, path);
      else this.#add(source, path, reasonAgainst(entry.name, names) ?? this.#reasonAgainstLink(path, entry));
    }
  }

  /** `NAME/index.*`: nothing else below a folder counts. */
  #index(source: Source, folder: string): void {
    if (/^[._]|^node_modules$/.test(basename(folder))) return;
    let names: Set<string>;
    try {
      names = new Set(readdirSync(folder));
    } catch (error) {
      this.#cantRead({ ...source, location: folder }, error);
      return;
    }
    if (this.#isUnsafe(folder, fileStats(folder)) || this.#isLinkExposed(folder)) return;
    const found = INDEXES.filter((name) => names.has(name));
    for (const name of found) {
      const path = join(folder, name);
      this.#add(source, path, reasonAgainst(name, names) ?? this.#reasonAgainstLink(path));
    }
  }

  #add(source: Source, path: string, leftOut?: string): void {
    if (this.files.has(path)) return;
    const stats = leftOut === undefined ? fileStats(path) : undefined;
    const reason = leftOut ?? this.#reasonAgainstFile(path, stats);
    const stamp = stats && reason === undefined ? stampOf(stats) : undefined;
    const shown = this.#shown(path);
    this.files.set(path, { path, shown, root: this.#root, source, leftOut: reason, stamp });
  }

  #reasonAgainstFile(path: string, stats: Stats | undefined): string | undefined {
    if (!stats?.isFile()) return "no file that can be read";
    return this.#isUnsafe(path, stats) ? "others may write it, and appd runs as root" : undefined;
  }

  /** As root, no plugin file is run that somebody else may have written. What it imports is not looked at. */
  #isUnsafe(path: string, stats: Stats | undefined): boolean {
    if (!this.#asRoot || !stats || !isWritableByOthers(stats)) return false;
    this.problems.push(new UnsafePluginError(this.#shown(path), stats.mode));
    return true;
  }

  /** Nor one that lies where anyone may put another in its place. */
  #isExposed(path: string): boolean {
    const exposed = this.#asRoot ? exposedFolder(path) : undefined;
    if (!exposed) return false;
    this.problems.push(new UnsafePluginError(this.#shown(path), exposed.mode, exposed.folder));
    return true;
  }

  /** What lies in a source's own folder is as safe as that; a link may lead elsewhere. */
  #isLinkExposed(path: string): boolean {
    return this.#asRoot && realPath(path) !== path && this.#isExposed(path);
  }

  #reasonAgainstLink(path: string, entry?: Dirent): string | undefined {
    if (entry?.isSymbolicLink() === false || !this.#isLinkExposed(path)) return undefined;
    return "anyone may replace it, and appd runs as root";
  }

  #notAFolder(source: Source): void {
    this.problems.push(new PluginFolderError(source.said, `${this.#shown(source.location)} is not a folder`));
  }

  #cantRead(source: Source, error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const fault = `${this.#shown(source.location)} can't be read (${code})`;
    this.problems.push(new PluginFolderError(source.said, fault, error));
  }

  #shown(path: string): string {
    return path.startsWith(this.#root + sep) ? path.slice(this.#root.length + 1) : path;
  }
}

function reasonAgainst(name: string, beside: ReadonlySet<string>): string | undefined {
  // Most names are plain: one test tells.
  if (!PLAIN.test(name)) {
    if (!EXTENSION.test(name)) return "no TypeScript or JavaScript";
    if (DECLARATION.test(name)) return "declarations only";
    if (TEST.test(name)) return "a test";
    if (name.startsWith("_")) return 'its name begins with "_"';
    if (name.startsWith(".")) return "a hidden file";
  }
  if (!name.endsWith("js")) return undefined;
  const source = `${name.slice(0, -2)}ts`;
  return beside.has(source) ? `${source} beside it is its source` : undefined;
}

function isFolder(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return fileStats(path)?.isDirectory() ?? false;
}

function fileStats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The folder whose state a missing path depends on: the nearest one above it that is there. */
export function nearestFolder(path: string): string {
  for (let at = dirname(path); ; at = dirname(at)) {
    if (fileStats(at) ?? dirname(at) === at) return at;
  }
}
