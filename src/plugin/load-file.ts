import { AppdError } from "../base/errors";
import { PluginError } from "./errors";
import { explained } from "./explain";
import { exportedPlugins, interfaceNames, type ExportedPlugin } from "./exported-plugins";
import { importModule, type ImportOptions } from "./import-module";
import type { FileContent } from "./listing";
import type { LookedAt } from "./scan";
import { thrownText } from "./thrown-text";

/** Says in plain data what a plugin is, for the index. Nothing secret, nothing computed for one run. */
export type Summarize = (plugin: object) => unknown;

/** Files that were loaded in this process: a module is loaded once, however many catalogs ask for it. */
const loaded = new Map<string, Promise<readonly ExportedPlugin[]>>();

/**
 * The plugins that a file exports. A file that failed is tried again when it is asked for again.
 *
 * @throws PluginError
 */
export function loadFile(file: LookedAt, options: ImportOptions = {}): Promise<readonly ExportedPlugin[]> {
  const known = loaded.get(file.path);
  if (known) return known;
  const loading = load(file, options);
  loaded.set(file.path, loading);
  loading.catch(() => loaded.delete(file.path));
  return loading;
}

async function load(file: LookedAt, options: ImportOptions): Promise<readonly ExportedPlugin[]> {
  try {
    return exportedPlugins(await importModule(file.path, options));
  } catch (error) {
    throw new PluginError(file.shown, explained(error, file.path), { cause: error });
  }
}

/** What a file holds, as the index remembers it. Never throws: a broken file holds its fault. */
export async function contentOfFile(
  file: LookedAt,
  options: ImportOptions & { readonly summarize?: Summarize | undefined },
): Promise<FileContent> {
  try {
    const exported = await loadFile(file, options);
    return contentOf(exported, options.summarize);
  } catch (error) {
    const cause = (error as Error).cause;
    const stack = cause instanceof Error ? cause.stack : undefined;
    return { plugins: [], faults: [{ reason: (error as PluginError).reason, stack }] };
  }
}

function contentOf(exported: readonly ExportedPlugin[], summarize?: Summarize): FileContent {
  const plugins: FileContent["plugins"][number][] = [];
  const faults: FileContent["faults"][number][] = [];
  for (const { name: exportName, plugin, fault, cause } of exported) {
    try {
      if (!plugin) {
        faults.push({
          exportName,
          reason: fault ?? "",
          stack: cause instanceof Error ? cause.stack : undefined,
        });
        continue;
      }
      const provides = interfaceNames(plugin);
      plugins.push({ exportName, provides, summary: summarize?.(plugin) });
    } catch (error) {
      const reason = error instanceof AppdError ? error.message : thrownText(error);
      faults.push({ exportName, reason, stack: error instanceof Error ? error.stack : undefined });
    }
  }
  return { plugins, faults };
}
