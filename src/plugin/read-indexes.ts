import { basename, dirname, join } from "node:path";
import { decodeIndex, type StoredIndex } from "./index-format";
import type { IndexKey } from "./plugin-index";
import type { Project } from "./project";
import { fingerprint, isOursAt, readTrusted } from "./stamp";

/** The index's file in a cache folder. Its name says which project: folders of packages may be shared. */
export const indexFile = (folder: string, { root }: Project): string =>
  join(folder, `${basename(root).slice(0, 60)}.${fingerprint(root)}.json`);

/** Every index that there is, best first. One that others could have written is none. */
export function* readIndexes(folders: readonly string[], key: IndexKey): Iterable<StoredIndex> {
  for (const folder of folders) {
    const file = indexFile(folder, key.project);
    const text = isOursAt(dirname(file)) ? readTrusted(file) : undefined;
    const index = text === undefined ? undefined : decodeIndex(text, key);
    if (index) yield index;
  }
}
