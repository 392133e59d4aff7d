import { implementedBy, providedBy, provides } from "../interface/implements";
import { interfaceId, interfaceName, isInterface, type AbstractClass } from "../interface/record";
import { verifyObject } from "../interface/verify";
import { AppdError } from "../base/errors";
import { IPlugin } from "./plugin";
import { presentedBy } from "./presented";
import { thrownText } from "./thrown-text";

/** One export of a plugin file that is a plugin, or that would be one but for its fault. */
export interface ExportedPlugin {
  /** The name of the export; `module.exports` for the module itself. */
  readonly name: string;
  readonly plugin?: object;
  /** Why it is none. */
  readonly fault?: string;
  readonly cause?: unknown;
}

/** What a class export was made into: once, however often it is asked for. */
const made = new WeakMap<object, object>();

/** The plugins among a module's exports, in their order; each object once. */
export function exportedPlugins(exported: unknown): ExportedPlugin[] {
  const found: ExportedPlugin[] = [];
  const seen = new Set<unknown>();
  for (const [name, read] of exportsOf(exported)) {
    const plugin = pluginOf(name, read, seen);
    if (plugin) found.push(plugin);
  }
  return found;
}

/** Names of the interfaces that a plugin provides, for the index: names may clash, so they only preselect. */
export const interfaceNames = (plugin: object): string[] => providedBy(plugin).map(interfaceName);

function* exportsOf(exported: unknown): Iterable<readonly [string, () => unknown]> {
  if (!isObject(exported)) return;
  yield ["module.exports", () => exported];
  for (const name of Object.keys(exported))
    yield [name, () => (exported as Readonly<Record<string, unknown>>)[name]];
}

function pluginOf(name: string, read: () => unknown, seen: Set<unknown>): ExportedPlugin | undefined {
  try {
    const value = read();
    if (!isObject(value) || seen.has(value)) return undefined;
    seen.add(value);
    const plugin = presentedBy(value) ?? itself(value) ?? instanceOf(value);
    if (!plugin || (plugin !== value && seen.has(plugin))) return undefined;
    seen.add(plugin);
    return checked(name, plugin);
  } catch (error) {
    return { name, fault: error instanceof AppdError ? error.message : thrownText(error), cause: error };
  }
}

/** What says that it provides an interface has all of its members, or is left out. */
function checked(name: string, plugin: object): ExportedPlugin {
  for (const provided of providedBy(plugin)) verifyObject(plugin, provided);
  return { name, plugin };
}

const itself = (value: object): object | undefined => (provides(value, IPlugin) ? value : undefined);

function instanceOf(value: object): object | undefined {
  if (typeof value !== "function" || isInterface(value)) return undefined;
  const cls = value as unknown as AbstractClass;
  if (!implementedBy(cls).some((declared) => interfaceId(declared) === interfaceId(IPlugin)))
    return undefined;
  const known = made.get(value);
  if (known) return known;
  const plugin = new (value as unknown as new () => object)();
  made.set(value, plugin);
  return plugin;
}

const isObject = (x: unknown): x is object =>
  (typeof x === "object" && x !== null) || typeof x === "function";
