import { cacheFolders } from "./cache-folder";
import { listingOf, type Listing } from "./listing";
import type { IndexKey } from "./plugin-index";
import { readIndexes } from "./read-indexes";
import { scanPlugins } from "./scan";
import type { Where } from "./sources";

/**
 * What the index remembers, if it is certainly up to date: one stat a file, nothing is loaded. Undefined if
 * anything has changed: the catalog brings the index up to date then.
 */
export function readListing(where: Where & Pick<IndexKey, "version">): Listing | undefined {
  const scan = scanPlugins(where);
  for (const index of readIndexes(cacheFolders(where.project, where.environment), where))
    if (index.isFresh(scan.files)) return listingOf(scan, ({ shown }) => index.content(shown));
  return undefined;
}
