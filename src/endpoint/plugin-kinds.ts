import { SoftwareError, UsageError } from "../base/errors";
import { messageOf } from "../log/describe-error";
import { shown } from "../base/text";
import type { AbstractClass } from "../interface/record";
import { NoProjectError, type PluginError } from "../plugin/errors";
import { locatePlugins } from "../plugin/get-plugins";
import type { EndpointArgument } from "./endpoint-text";
import { EndpointKindError, EndpointTextError } from "./errors";
import type { NamedArguments } from "./i-stream-server-endpoint-string-parser";
import { KIND, type AnyKind, type FreeKind } from "./read-endpoint";

/** What plugins of one interface are, and how they are asked. */
export interface PluginKinds<E, P extends { readonly prefix: string }> {
  readonly wanted: AbstractClass<P>;
  readonly parse: (parser: P, positional: readonly string[], named: NamedArguments) => E;
  /** What every endpoint has. */
  readonly member: keyof E & string;
}

/** Kinds that plugins have, by name in small letters, and what kept other plugins from being asked. */
export interface FoundKinds<E> {
  readonly kinds: ReadonlyMap<string, FreeKind<E>>;
  readonly problems: readonly PluginError[];
}

/**
 * The kinds of all plugins.
 *
 * @throws EndpointKindError for two of one name, or one that is appd's own
 */
export async function findPluginKinds<E, P extends { readonly prefix: string }>(
  { wanted, parse, member }: PluginKinds<E, P>,
  known: ReadonlyMap<string, AnyKind<E>>,
): Promise<FoundKinds<E>> {
  const kinds = new Map<string, FreeKind<E>>();
  const files = new Map<string, string>();
  const problems: PluginError[] = [];
  try {
    for await (const { plugin, file } of locatePlugins(wanted, {
      onError: (error) => problems.push(error),
    })) {
      const { prefix } = plugin;
      const name = nameOf(prefix, file.shown);
      refuseTaken(prefix, { file: file.shown, isOwn: known.has(name), other: files.get(name) });
      files.set(name, file.shown);
      kinds.set(
        name,
        freeKind(prefix, (positional, named) => checked(parse(plugin, positional, named), member)),
      );
    }
  } catch (error) {
    // A script that belongs to no project has no plugins either.
    if (!(error instanceof NoProjectError)) throw error;
  }
  return { kinds, problems };
}

function nameOf(prefix: unknown, file: string): string {
  if (typeof prefix === "string" && KIND.test(prefix)) return prefix.toLowerCase();
  throw new EndpointKindError(`${file}: no kind of endpoint can be called ${shown(prefix)}`);
}

function refuseTaken(
  prefix: string,
  { file, isOwn, other }: { file: string; isOwn: boolean; other: string | undefined },
): void {
  if (isOwn) throw new EndpointKindError(`${file}: the kind of endpoint "${prefix}" is appd's own`);
  if (other !== undefined)
    throw new EndpointKindError(
      `two plugins have a kind of endpoint "${prefix}": ${other} and ${file}; rename one of them`,
    );
}

function checked<E>(made: E, member: keyof E & string): E {
  if (typeof (made as Partial<E> | undefined)?.[member] === "function") return made;
  throw new TypeError(`what it returned is no endpoint, which has a method ${member}`);
}

function freeKind<E>(
  name: string,
  parse: (positional: readonly string[], named: NamedArguments) => E,
): FreeKind<E> {
  return {
    name,
    parse(text, args) {
      const { positional, named } = byName(text, args);
      try {
        return parse(positional, named);
      } catch (error) {
        throw plugins(error, { name, text, at: args[0]?.at ?? text.length });
      }
    },
  };
}

function byName(text: string, args: readonly EndpointArgument[]) {
  const positional: string[] = [];
  const named = new Map<string, string>();
  for (const { name, value, at } of args) {
    if (name === undefined) positional.push(value);
    else if (named.has(name)) throw new EndpointTextError(text, { at, problem: `${name} is given twice` });
    else named.set(name, value);
  }
  return { positional, named: Object.fromEntries(named) };
}

/** Whose fault it is what a plugin throws: a usage error is about the text, any other is the plugin's. */
function plugins(cause: unknown, { name, text, at }: { name: string; text: string; at: number }): Error {
  if (cause instanceof UsageError)
    return new EndpointTextError(text, { at, problem: messageOf(cause), cause });
  const problem = `endpoint "${text}": the plugin for "${name}" failed: ${messageOf(cause)}`;
  return new SoftwareError("APPD_ENDPOINT_PLUGIN", problem, { cause });
}
