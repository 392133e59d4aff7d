import { isAbsolute, join } from "node:path";
import type { FileContent } from "./listing";
import { ownPackage } from "./own-package";
import type { IndexedFile, IndexKey, PluginIndex } from "./plugin-index";
import type { LookedAt } from "./scan";
import type { Stamp } from "./stamp";
import { isUntouched, type Witness } from "./witness";

/** Counts up when what is written below changes. */
const FORMAT = 2;

/*
 * How it is written: short, because `appd --help` of a project with hundreds of plugins reads it in a few
 * milliseconds. Witnesses that several files share, and lists of interfaces, stand once.
 */
interface Encoded {
  readonly key: string;
  readonly witnesses: readonly [path: string, ...WitnessLine][];
  /** How many of the witnesses are common. */
  readonly common: number;
  readonly interfaces: readonly (readonly string[])[];
  readonly files: Readonly<Record<string, EncodedFile>>;
}
type WitnessLine = [print: string, unsure: 0 | 1, ...stamp: number[]];
type EncodedPlugin = readonly [exportName: string, interfaces: number, summary?: unknown];
type EncodedFile = readonly [
  self: WitnessLine,
  plugins: readonly EncodedPlugin[],
  behind?: readonly number[],
  faults?: FileContent["faults"],
  others?: FileContent["others"],
];

/** The text of an index file. */
export function encodeIndex(index: PluginIndex, key: IndexKey): string {
  const witnesses = new Numbered<Witness>(({ path }) => path);
  const interfaces = new Numbered<readonly string[]>((names) => names.join());
  for (const seen of index.common) witnesses.numberOf(seen);
  const common = witnesses.items.length;
  const files: Record<string, EncodedFile> = {};
  for (const shown of index.shown) {
    const file = index.file(shown);
    if (!file) continue;
    const { self, behind, content } = file;
    const { plugins, faults, others } = content;
    files[shown] = [
      lineOf(self),
      plugins.map(({ exportName, provides, summary }) => [
        exportName,
        interfaces.numberOf(provides),
        summary,
      ]),
      ...withoutEmptyEnd(
        behind.map((seen) => witnesses.numberOf(seen)),
        faults,
        others,
      ),
    ] as unknown as EncodedFile;
  }
  const encoded: Encoded = {
    key: keyText(key),
    witnesses: witnesses.items.map((seen) => [seen.path, ...lineOf(seen)]),
    common,
    interfaces: interfaces.items,
    files,
  };
  return JSON.stringify(encoded);
}

/** What an index file holds, if it is one of this format and for this key. */
export function decodeIndex(text: string, key: IndexKey): StoredIndex | undefined {
  try {
    const encoded = JSON.parse(text) as Encoded;
    if (encoded.key !== keyText(key) || !isWellFormed(encoded)) return undefined;
    return new StoredIndex(encoded, key.project.root);
  } catch {
    return undefined;
  }
}

/** What is looked at in any case; a file's own lines are looked at when they are asked for. */
function isWellFormed({ files, interfaces }: Encoded): boolean {
  return (
    typeof files === "object" &&
    (files as unknown) !== null &&
    interfaces.every((names) => Array.isArray(names))
  );
}

/** An index as it was read. Of its files only those are made into objects that somebody asks for. */
export class StoredIndex implements PluginIndex {
  readonly common: readonly Witness[];
  readonly #encoded: Encoded;
  readonly #witnesses: readonly Witness[];
  readonly #root: string;

  constructor(encoded: Encoded, root: string) {
    this.#encoded = encoded;
    this.#witnesses = encoded.witnesses.map(([path, ...line]) => witnessOf(path, line));
    this.common = this.#witnesses.slice(0, encoded.common);
    this.#root = root;
  }

  get shown(): readonly string[] {
    return Object.keys(this.#encoded.files);
  }

  file(shown: string): IndexedFile | undefined {
    return unlessMisshapen(() => this.#file(shown));
  }

  content(shown: string): FileContent | undefined {
    return unlessMisshapen(() => this.#content(shown));
  }

  /** Whether these files, and everything behind them, are certainly as they were. */
  isFresh(files: readonly LookedAt[]): boolean {
    return unlessMisshapen(() => this.#isFresh(files)) ?? false;
  }

  #file(shown: string): IndexedFile | undefined {
    const line = this.#line(shown);
    const content = this.#content(shown);
    if (!line || !content) return undefined;
    const [self, , behind = []] = line;
    const path = isAbsolute(shown) ? shown : join(this.#root, shown);
    return {
      self: witnessOf(path, self),
      behind: behind.flatMap((at) => this.#witnesses[at] ?? []),
      content,
    };
  }

  #content(shown: string): FileContent | undefined {
    const line = this.#line(shown);
    if (!line) return undefined;
    const [, plugins, , faults = [], others = []] = line;
    return { plugins: plugins.map((plugin) => pluginOf(plugin, this.#encoded)), faults, others };
  }

  #isFresh(files: readonly LookedAt[]): boolean {
    if (!this.common.every((seen) => isUntouched(seen))) return false;
    const behind = new Set<number>();
    for (const { leftOut, shown, stamp } of files) {
      if (leftOut !== undefined) continue;
      const line = this.#line(shown);
      if (!line || !stamp || !isSame(line[0], stamp)) return false;
      for (const at of line[2] ?? []) behind.add(at);
    }
    for (const at of behind) {
      const seen = this.#witnesses[at];
      if (!seen || !isUntouched(seen)) return false;
    }
    return true;
  }

  #line(shown: string): EncodedFile | undefined {
    const { files } = this.#encoded;
    return Object.hasOwn(files, shown) ? files[shown] : undefined;
  }
}

/** What somebody has meddled with is not remembered. */
function unlessMisshapen<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Items in the order in which they were first asked for, each once. */
class Numbered<T> {
  readonly items: T[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #keyOf: (item: T) => string;

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  numberOf(item: T): number {
    const key = this.#keyOf(item);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

function withoutEmptyEnd(...lists: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  const last = lists.findLastIndex((list) => list.length > 0);
  return lists.slice(0, last + 1);
}

const keyText = ({ project, version = ownPackage().version }: IndexKey): string =>
  [FORMAT, version, process.versions.node.split(".")[0], project.root].join(" ");

/** Most files have one time: the mtime is left out where it is the ctime. */
function lineOf({ print, unsure, stamp }: Witness): WitnessLine {
  const [size, mtimeMs, ctimeMs, ino] = stamp ?? [];
  const times = mtimeMs === ctimeMs ? [ctimeMs] : [ctimeMs, mtimeMs];
  return [print, unsure ? 1 : 0, ...(stamp ? [size, ino, ...times] : [])] as WitnessLine;
}

function witnessOf(path: string, [print, unsure, size, ino, ctimeMs, mtimeMs]: WitnessLine): Witness {
  const stamp: Stamp | undefined =
    size === undefined || ino === undefined || ctimeMs === undefined
      ? undefined
      : [size, mtimeMs ?? ctimeMs, ctimeMs, ino];
  return { path, print, unsure: unsure === 1, stamp };
}

function isSame([, unsure, size, ino, ctimeMs, mtimeMs = ctimeMs]: WitnessLine, stamp: Stamp): boolean {
  return (
    unsure === 0 && size === stamp[0] && mtimeMs === stamp[1] && ctimeMs === stamp[2] && ino === stamp[3]
  );
}

function pluginOf(
  [exportName, interfaces, summary]: EncodedPlugin,
  encoded: Encoded,
): FileContent["plugins"][number] {
  return { exportName, provides: encoded.interfaces[interfaces] ?? [], summary };
}
