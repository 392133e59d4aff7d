import { cacheFolders } from "./cache-folder";
import { adapt, adaptableTo } from "../interface/adapters";
import { interfaceId, interfaceName, isInterface, type AbstractClass } from "../interface/record";
import { NoProjectError, PluginError } from "./errors";
import { explained } from "./explain";
import type { ExportedPlugin } from "./exported-plugins";
import type { ImportOptions } from "./import-module";
import { IndexMemory } from "./index-memory";
import type { FileContent } from "./listing";
import { loadFile } from "./load-file";
import { readIndexes } from "./read-indexes";
import { shippedPlugins } from "./own-package";
import { findProject, type Project } from "./project";
import { scanPlugins, type LookedAt } from "./scan";
import type { Where } from "./sources";

export interface GetPluginsOptions extends Partial<Omit<Where, "project">>, ImportOptions {
  /** Whose plugins: a folder of the project, or the project. Under the `appd` command, the one it runs. */
  readonly project?: Project | string | undefined;
  /** Hears of every plugin that can't be loaded or adapted. It is left out; the others still come. */
  readonly onError?: ((error: PluginError) => void) | undefined;
}

/** What holds for calls that don't say otherwise. */
let defaults: GetPluginsOptions = {};

/** Says where `getPlugins` looks when it isn't told: the command says so once, before any plugin is loaded. */
export function lookForPluginsIn(options: GetPluginsOptions): void {
  defaults = options;
}

/**
 * Every plugin that provides an interface, or can be adapted to it, in the order of the sources and, in a
 * folder, of the file names. Each call looks at the disk again: a plugin that was added meanwhile is found. Files
 * that are known not to provide it are not loaded.
 *
 * ```ts
 * for await (const greeter of getPlugins(IGreeter)) greeter.greet("you");
 * ```
 *
 * @throws NoProjectError where it can't tell which project is meant
 */
export async function* getPlugins<T>(
  wanted: AbstractClass<T>,
  options: GetPluginsOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const { plugin } of locatePlugins(wanted, options)) yield plugin;
}

/** A plugin, and the file that it comes from. */
export interface LocatedPlugin<T> {
  readonly plugin: T;
  readonly file: LookedAt;
}

/** As {@link getPlugins}, with the place of each. */
export async function* locatePlugins<T>(
  wanted: AbstractClass<T>,
  options: GetPluginsOptions = {},
): AsyncGenerator<LocatedPlugin<T>, void, undefined> {
  const all = { shipped: shippedPlugins(), ...defaults, ...options };
  const where = { ...all, project: projectOf(all.project) };
  const isCandidate = preselect(wanted, where);
  const seen = new Set<object>();
  for (const file of scanPlugins(where).files) {
    if (file.leftOut !== undefined || !isCandidate(file)) continue;
    for (const exported of await exportsOf(file, all)) {
      const { plugin } = exported;
      if (!plugin) reportFault(exported, file, all.onError);
      if (!plugin || seen.has(plugin)) continue;
      seen.add(plugin);
      const provider = adapted(plugin, { wanted, file, onError: all.onError });
      if (provider !== undefined) yield { plugin: provider, file };
    }
  }
}

function projectOf(project: Project | string | undefined): Project {
  if (typeof project === "object") return project;
  const folder = project ?? require.main?.path;
  if (folder === undefined) throw new NoProjectError();
  return findProject(folder);
}

/** Whether a file may hold what is wanted. The index only knows names: it can rule out, never say for sure. */
function preselect(wanted: AbstractClass, where: Where): (file: LookedAt) => boolean {
  const origins = [wanted, ...adaptableTo(wanted)];
  const isFrom = origins.some(isOwn) ? () => true : ({ source }: LookedAt) => source.kind !== "appd";
  if (!origins.every(isInterface)) return isFrom;
  const names = new Set(origins.map(interfaceName));
  const [index] = readIndexes(cacheFolders(where.project, where.environment), where);
  const memory = new IndexMemory(index, Date.now());
  const mayHold = ({ plugins, faults }: FileContent): boolean =>
    faults.length > 0 || plugins.some(({ provides }) => provides.some((name) => names.has(name)));
  return (file) => {
    const known = memory.recall(file.shown);
    return isFrom(file) && (!known || mayHold(known.content));
  };
}

/** Whether it is an interface of appd's: what comes with appd provides no others. */
const isOwn = (wanted: AbstractClass): boolean =>
  isInterface(wanted) && (Symbol.keyFor(interfaceId(wanted))?.startsWith("appd:") ?? false);

async function exportsOf(file: LookedAt, options: GetPluginsOptions): Promise<readonly ExportedPlugin[]> {
  try {
    return await loadFile(file, options);
  } catch (error) {
    options.onError?.(error as PluginError);
    return [];
  }
}

/** What is none may be meant so; what would be a plugin but for its fault is told of. */
function reportFault(
  { reason = "", cause }: ExportedPlugin,
  { shown }: LookedAt,
  onError: GetPluginsOptions["onError"],
): void {
  if (cause !== undefined) onError?.(new PluginError(shown, reason, { cause }));
}

interface Adaptation<T> {
  readonly wanted: AbstractClass<T>;
  readonly file: LookedAt;
  readonly onError: GetPluginsOptions["onError"];
}

function adapted<T>(plugin: object, { wanted, file, onError }: Adaptation<T>): T | undefined {
  try {
    return adapt(plugin, wanted);
  } catch (error) {
    const reason = explained(error, { file: file.path, root: file.root });
    onError?.(new PluginError(file.shown, `an adapter failed: ${reason}`, { cause: error }));
    return undefined;
  }
}
