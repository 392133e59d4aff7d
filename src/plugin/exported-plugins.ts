import { AppdError } from "../base/errors";
import { implementedBy, providedBy, provides } from "../interface/implements";
import { interfaceId, interfaceName, isInterface, type AbstractClass } from "../interface/record";
import { verifyObject } from "../interface/verify";
import { thrownText } from "./explain";
import { IPlugin } from "./plugin";
import { presentedBy, refuseOtherCopy } from "./presented";

/** One export of a plugin file: a plugin, or what would be one but for its fault, or what is none. */
export interface ExportedPlugin {
  /** The name of the export; `module.exports` for the module itself. */
  readonly name: string;
  readonly plugin?: object;
  /** Why it is none. */
  readonly reason?: string;
  /** What was thrown, where its being none is a fault. */
  readonly cause?: unknown;
}

/** What a class export was made into: once, however often it is asked for. */
const made = new WeakMap<object, object>();

/** What a module exports that concerns plugins, in its order; each object once, under its first name. */
export function exportedPlugins(exported: unknown): ExportedPlugin[] {
  const found: ExportedPlugin[] = [];
  const seen = new Set<unknown>();
  for (const [name, read] of exportsOf(exported)) {
    const plugin = judged(name, read, seen);
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

function judged(name: string, read: () => unknown, seen: Set<unknown>): ExportedPlugin | undefined {
  try {
    const value = read();
    if (!isObject(value) || seen.has(value)) return undefined;
    seen.add(value);
    const plugin = presentedBy(value) ?? itself(value) ?? instanceOf(value);
    if (!plugin) return unmarked(name, value);
    if (plugin !== value && seen.has(plugin)) return undefined;
    seen.add(plugin);
    refuseOtherCopy(plugin);
    // What says that it provides an interface has all of its members, or is refused.
    for (const provided of providedBy(plugin)) verifyObject(plugin, provided);
    return { name, plugin };
  } catch (error) {
    return { name, reason: error instanceof AppdError ? error.message : thrownText(error), cause: error };
  }
}

const itself = (value: object): object | undefined => (provides(value, IPlugin) ? value : undefined);

function instanceOf(value: object): object | undefined {
  if (!isClass(value)) return undefined;
  if (!implementedBy(value).some((declared) => interfaceId(declared) === interfaceId(IPlugin)))
    return undefined;
  const known = made.get(value);
  if (known) return known;
  const plugin = new (value as unknown as new () => object)();
  made.set(value, plugin);
  return plugin;
}

/** PL-01: what provides an interface but not `IPlugin` is no plugin, and may be meant so. */
function unmarked(name: string, value: object): ExportedPlugin | undefined {
  const [first] = isClass(value) ? implementedBy(value) : providedBy(value);
  if (!first) return undefined;
  const declared = interfaceName(first);
  return { name, reason: `it provides ${declared}, which does not extend IPlugin` };
}

const isClass = (value: object): value is AbstractClass & object =>
  typeof value === "function" && !isInterface(value);
const isObject = (x: unknown): x is object =>
  (typeof x === "object" && x !== null) || typeof x === "function";
