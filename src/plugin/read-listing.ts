import { cacheFolders } from "./cache-folder";
import { listingOf, type Listing } from "./listing";
import { readIndexes, type IndexKey, type PluginIndex } from "./plugin-index";
import { scanPlugins, type Scan } from "./scan";
import type { Where } from "./sources";
import { isUntouched } from "./witness";

/**
 * What the index remembers, if it is certainly up to date: one stat a file, nothing is loaded. Undefined if
 * anything has changed: the catalog brings the index up to date then.
 */
export function readListing(where: Where & Pick<IndexKey, "version">): Listing | undefined {
  const scan = scanPlugins(where);
  for (const index of readIndexes(cacheFolders(where.project, where.environment), where))
    if (isFresh(index, scan)) return listingOf(scan, ({ shown }) => index.files.get(shown)?.content);
  return undefined;
}

function isFresh(index: PluginIndex, { files }: Scan): boolean {
  if (!index.common.every((seen) => isUntouched(seen))) return false;
  const behind = new Set<PluginIndex["common"][number]>();
  for (const { leftOut, shown, stamp } of files) {
    if (leftOut !== undefined) continue;
    const known = index.files.get(shown);
    if (!known || !stamp || !isUntouched(known.self, stamp)) return false;
    for (const seen of known.behind) behind.add(seen);
  }
  for (const seen of behind) if (!isUntouched(seen)) return false;
  return true;
}
