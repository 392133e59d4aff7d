import { AppdError } from "../base/errors";
import { PluginError } from "./errors";
import { explained, thrownText } from "./explain";
import { exportedPlugins, interfaceNames, type ExportedPlugin } from "./exported-plugins";
import { importModule, type ImportOptions } from "./import-module";
import type { Fault, FileContent } from "./listing";
import type { LookedAt } from "./scan";

/** Says in plain data what a plugin is, for the index. Nothing secret, nothing computed for one run. */
export type Summarize = (plugin: object) => unknown;

/** Files that were loaded in this process: a module is loaded once, however many catalogs ask for it. */
const loaded = new Map<string, Promise<readonly ExportedPlugin[]>>();

/**
 * What a file exports that concerns plugins. A file that failed is tried again when it is asked for again.
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
    throw new PluginError(file.shown, explained(error, { file: file.path, root: file.root }), {
      cause: error,
    });
  }
}

/** What a file holds, as the index remembers it. Never throws: a broken file holds its fault. */
export async function contentOfFile(
  file: LookedAt,
  options: ImportOptions & { readonly summarize?: Summarize | undefined },
): Promise<FileContent> {
  try {
    return contentOf(await loadFile(file, options), options.summarize);
  } catch (error) {
    return {
      plugins: [],
      faults: [faultOf(error instanceof PluginError ? error.cause : error, error)],
      others: [],
    };
  }
}

function contentOf(exported: readonly ExportedPlugin[], summarize?: Summarize): FileContent {
  const content = {
    plugins: [] as FileContent["plugins"][number][],
    faults: [] as Fault[],
    others: [] as Fault[],
  };
  for (const item of exported) {
    const { name: exportName, plugin, reason = "" } = item;
    if (!plugin) {
      const list = Object.hasOwn(item, "cause") ? content.faults : content.others;
      list.push({ exportName, reason, ...stackOf(item.cause) });
      continue;
    }
    try {
      content.plugins.push({ exportName, provides: interfaceNames(plugin), summary: summarize?.(plugin) });
    } catch (error) {
      content.faults.push({ exportName, ...faultOf(error, error) });
    }
  }
  return content;
}

function faultOf(cause: unknown, error: unknown): Fault {
  const reason =
    error instanceof PluginError
      ? error.reason
      : error instanceof AppdError
        ? error.message
        : thrownText(error);
  return { reason, ...stackOf(cause) };
}

const stackOf = (cause: unknown): { readonly stack?: string } =>
  cause instanceof Error && cause.stack !== undefined ? { stack: cause.stack } : {};
