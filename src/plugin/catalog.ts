import { PluginError } from "./errors";
import type { ImportOptions } from "./import-module";
import { listingOf, type Listing, type PluginEntry } from "./listing";
import { loadFile, type Summarize } from "./load-file";
import type { IndexKey } from "./plugin-index";
import { scanPlugins } from "./scan";
import type { Where } from "./sources";
import { updateIndex } from "./update-index";

export interface CatalogOptions extends Where, ImportOptions, IndexKey {
  readonly summarize?: Summarize | undefined;
  /** Tries files again that were broken last time, though nothing about them changed. */
  readonly retry?: boolean | undefined;
}

/** Every plugin that a project can use. What is not remembered from last time is loaded when it is opened. */
export class PluginCatalog implements Listing {
  readonly files: Listing["files"];
  readonly entries: Listing["entries"];
  readonly problems: Listing["problems"];
  readonly #options: CatalogOptions;

  private constructor(listing: Listing, options: CatalogOptions) {
    this.files = listing.files;
    this.entries = listing.entries;
    this.problems = listing.problems;
    this.#options = options;
  }

  /** Looks at every source and brings what is remembered up to date. Never throws for a broken plugin. */
  static async open(options: CatalogOptions): Promise<PluginCatalog> {
    const scan = scanPlugins(options);
    const index = await updateIndex(scan, options);
    const listing = listingOf(scan, ({ shown }) => index.file(shown)?.content);
    return new PluginCatalog(listing, options);
  }

  /**
   * The plugin itself.
   *
   * @throws PluginError
   */
  load(entry: PluginEntry): Promise<object> {
    return loadPlugin(entry, this.#options);
  }
}

/**
 * Loads one plugin, and no other file.
 *
 * @throws PluginError
 */
export async function loadPlugin(entry: PluginEntry, options: ImportOptions = {}): Promise<object> {
  const { file, exportName } = entry;
  const found = (await loadFile(file, options)).find(({ name }) => name === exportName);
  if (!found) throw new PluginError(file.shown, `it does not export ${exportName} any more`);
  if (!found.plugin)
    throw new PluginError(file.shown, `${exportName}: ${found.reason ?? ""}`, { cause: found.cause });
  return found.plugin;
}
