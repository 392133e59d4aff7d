import { didYouMean } from "../base/suggest";
import { quote } from "../base/text";
import type { EndpointKind } from "./endpoint-kind";
import { readEndpointText, type EndpointArgument, type EndpointText } from "./endpoint-text";
import { EndpointTextError, UnknownEndpointKindError } from "./errors";
import { readArguments } from "./read-arguments";

/** A kind that reads its arguments by itself, as a plugin's does. */
export interface FreeKind<E> {
  readonly name: string;
  /** @throws EndpointTextError; whatever its author's fault is */
  parse(text: string, args: readonly EndpointArgument[]): E;
}

export type AnyKind<E> = EndpointKind<E> | FreeKind<E>;

/** The kinds of servers' endpoints, or of clients'. */
export interface Kinds<E> {
  /** By name, in small letters. */
  readonly known: ReadonlyMap<string, AnyKind<E>>;
  /** What to write in place of a kind that is not known, by its name. */
  readonly instead?: Readonly<Record<string, string>>;
  /** The kind that is meant by a port alone. */
  readonly bare?: string;
  /** What someone may have meant who wrote a host and a port alone. */
  readonly meant: (host: string, port: string) => string;
}

export const kindsOf = <E>(...kinds: readonly AnyKind<E>[]): ReadonlyMap<string, AnyKind<E>> =>
  new Map(kinds.map((kind) => [kind.name.toLowerCase(), kind]));

/** What may be a kind's name. */
export const KIND = /^[a-z][a-z0-9+.-]*$/i;

/** How many endpoints may stand in front of one. */
const DEEPEST = 32;

/**
 * The endpoint that a text means.
 *
 * @throws UnknownEndpointKindError when these kinds don't have it; EndpointTextError
 */
export function readEndpoint<E>(text: string, kinds: Kinds<E>, depth = 0): E {
  if (depth > DEEPEST) throw new EndpointTextError(text, { at: 0, problem: "endpoints are nested too deep" });
  const { kind: name, args } = takenApart(text, kinds);
  const kind = kinds.known.get(name.toLowerCase());
  if (!kind) throw unknownKind(text, name, kinds);
  if ("parse" in kind) return kind.parse(text, args);
  const nested = (inner: string): E => readEndpoint(inner, kinds, depth + 1);
  const isKind = (word: string): boolean => kinds.known.has(word.toLowerCase());
  return readArguments({ text, args, kind, nested, isKind });
}

function takenApart<E>(text: string, { bare }: Kinds<E>): EndpointText {
  if (bare === undefined || !/^\d+$/.test(text)) return readEndpointText(text);
  const port = { name: undefined, value: text, at: 0, valueAt: 0, end: text.length };
  return { kind: bare, args: [port] };
}

function unknownKind<E>(text: string, name: string, kinds: Kinds<E>): EndpointTextError {
  const names = [...kinds.known.values()].map((kind) => kind.name);
  const instead = Object.hasOwn(kinds.instead ?? {}, name) ? kinds.instead?.[name] : undefined;
  if (instead !== undefined) return new EndpointTextError(text, { at: 0, problem: instead });
  const problem = `${quote(name)} is no kind of endpoint, there are ${names.join(", ")}`;
  const hint = meant(text, kinds, { surely: true }) ?? (didYouMean(name, names) || meant(text, kinds));
  const Fault = KIND.test(name) ? UnknownEndpointKindError : EndpointTextError;
  return new Fault(text, { at: 0, problem, hint });
}

/** People write `localhost:8080`, `:8080` and `/run/x.sock`; for clients also `db:5432`, which may be a kind as well. */
function meant<E>(
  text: string,
  { meant: written, known, bare }: Kinds<E>,
  { surely = false } = {},
): string | undefined {
  const [, host, port] = /^([\w.-]*|\[[\da-f:.]+\]):(\d{1,5})$/i.exec(text) ?? [];
  const looksLikeHost =
    host !== undefined &&
    (host === "" || host === "localhost" || /[.\]]/.test(host) || (!surely && bare === undefined));
  if (port !== undefined && looksLikeHost)
    return ` (did you mean "${written(host.replace(/^\[|\]$/g, ""), port)}"?)`;
  if (known.has("unix") && /^\.{0,2}\/[\w./-]+$/.test(text)) return ` (did you mean "unix:${text}"?)`;
  return undefined;
}
