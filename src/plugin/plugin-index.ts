import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FileContent } from "./listing";
import { ownPackage } from "./own-package";
import { fingerprint, isOurs, readTrusted, type Stamp } from "./stamp";
import type { Witness } from "./witness";
import type { Project } from "./project";

/** Counts up when what is written below changes. */
const FORMAT = 1;

/** What is remembered of one plugin file. */
export interface IndexedFile {
  readonly self: Witness;
  /** The project's own files that loading it read, and places where it looked for some in vain. */
  readonly behind: readonly Witness[];
  readonly content: FileContent;
}

/** What is remembered of a project's plugins. It is data, never code, and holds no defaults of options. */
export interface PluginIndex {
  /** What every file depends on: the project's package.json and the record of what is installed. */
  readonly common: readonly Witness[];
  /** By the path as it is shown. */
  readonly files: ReadonlyMap<string, IndexedFile>;
}

/** Which index: of another version of appd or of Node, or of another project, none is read. */
export interface IndexKey {
  readonly project: Project;
  /** appd's version, if it isn't the one of its package. */
  readonly version?: string | undefined;
}

/** The index's file in a cache folder. Its name says which project: folders of packages may be shared. */
export const indexFile = (folder: string, { root }: Project): string =>
  join(folder, `${basename(root).slice(0, 60)}.${fingerprint(root)}.json`);

/** Every index that there is, best first. One that others could have written is none. */
export function* readIndexes(folders: readonly string[], key: IndexKey): Iterable<PluginIndex> {
  for (const folder of folders) {
    const file = indexFile(folder, key.project);
    const text = isOursAt(dirname(file)) ? readTrusted(file) : undefined;
    const index = text === undefined ? undefined : decode(text, key);
    if (index) yield index;
  }
}

type WitnessLine = readonly [path: string, print: string, unsure: 0 | 1, ...stamp: number[]];

interface Encoded {
  readonly key: string;
  readonly witnesses: readonly WitnessLine[];
  /** How many of the witnesses are common. */
  readonly common: number;
  readonly files: Readonly<Record<string, readonly [...EncodedFile]>>;
}
type EncodedFile = readonly [
  self: WitnessLine,
  behind: readonly number[],
  plugins: FileContent["plugins"],
  faults?: FileContent["faults"],
  others?: FileContent["others"],
];

/** The text of an index file. Witnesses that several files share are written once. */
export function encodeIndex(index: PluginIndex, key: IndexKey): string {
  const witnesses = new Map<string, number>();
  const lines: WitnessLine[] = [];
  const place = (seen: Witness): number => {
    const known = witnesses.get(seen.path);
    if (known !== undefined) return known;
    witnesses.set(seen.path, lines.length);
    return lines.push(lineOf(seen)) - 1;
  };
  index.common.forEach(place);
  const common = lines.length;
  const files: Record<string, EncodedFile> = {};
  for (const [shown, { self, behind, content }] of index.files) {
    const { plugins, faults, others } = content;
    files[shown] = [lineOf(self), behind.map(place), plugins, faults, others];
  }
  const encoded: Encoded = { key: keyText(key), witnesses: lines, common, files };
  return JSON.stringify(encoded);
}

function decode(text: string, key: IndexKey): PluginIndex | undefined {
  try {
    const encoded = JSON.parse(text) as Encoded;
    if (encoded.key !== keyText(key)) return undefined;
    const witnesses = encoded.witnesses.map(witnessOf);
    const files = new Map<string, IndexedFile>();
    for (const [shown, [self, behind, plugins, faults = [], others = []]] of Object.entries(encoded.files))
      files.set(shown, {
        self: witnessOf(self),
        behind: behind.map((at) => witnesses[at]).filter((seen) => seen !== undefined),
        content: { plugins, faults, others },
      });
    return { common: witnesses.slice(0, encoded.common), files };
  } catch {
    return undefined;
  }
}

const keyText = ({ project, version = ownPackage().version }: IndexKey): string =>
  [FORMAT, version, process.versions.node.split(".")[0], project.root].join(" ");

const lineOf = ({ path, print, unsure, stamp }: Witness): WitnessLine => [
  path,
  print,
  unsure ? 1 : 0,
  ...(stamp ?? []),
];

function witnessOf([path, print, unsure, ...stamp]: WitnessLine): Witness {
  return {
    path,
    print,
    unsure: unsure === 1,
    ...(stamp.length === 4 ? { stamp: stamp as unknown as Stamp } : {}),
  };
}

function isOursAt(folder: string): boolean {
  try {
    return isOurs(statSync(folder));
  } catch {
    return false;
  }
}
