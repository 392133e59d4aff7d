/**
 * A kind of endpoint as a row of a table: its arguments with their types, and what is made of them. Reading, help,
 * documents and messages go by these rows, so that a kind is one file and a line in `server-kinds.ts` or
 * `client-kinds.ts`.
 */
import type { ArgumentType } from "./argument-type";

/** One argument of a kind. */
export interface EndpointParameter<V = unknown> {
  readonly type: ArgumentType<V>;
  readonly help: string;
  readonly required: boolean;
  /** What holds when it is not given, as one would write it. */
  readonly default?: string;
  /** Whether all that is left is its value, as it stands, colons and all. */
  readonly rest?: boolean;
}

export type EndpointParameters = Readonly<Record<string, EndpointParameter>>;

export type ValuesOf<P extends EndpointParameters> = {
  readonly [K in keyof P]: P[K] extends EndpointParameter<infer V> ? V : never;
};

/** A kind of endpoint that can be given as text. */
export interface EndpointKind<E = unknown> {
  /** What the text begins with. */
  readonly name: string;
  /** What it is for, in a sentence. */
  readonly help: string;
  /** The first one is shown in messages. */
  readonly examples: readonly [string, ...string[]];
  /** In the order in which they may be given without a name. */
  readonly parameters: EndpointParameters;
  /** @throws EndpointError about what no single argument's type can tell */
  make(values: Readonly<Record<string, unknown>>): E;
}

/** Makes a row whose `make` is given values of the types that its parameters say. */
export function endpointKind<E, P extends EndpointParameters>(
  kind: Omit<EndpointKind, "make" | "parameters"> & {
    readonly parameters: P;
    readonly make: (values: ValuesOf<P>) => E;
  },
): EndpointKind<E> & { readonly parameters: P } {
  return { ...kind, make: (values) => kind.make(values as ValuesOf<P>) };
}

export function required<V>(type: ArgumentType<V>, help: string): EndpointParameter<V> {
  return { type, help, required: true };
}

export function optional<V>(type: ArgumentType<V>, help: string): EndpointParameter<V | undefined> {
  return { type, help, required: false };
}

/** One that has a value as well when it is not given. */
export function standing<V>(type: ArgumentType<V>, value: string, help: string): EndpointParameter<V> {
  return { type, help, required: false, default: value };
}

/** What stands behind all other arguments, as it is. */
export function rest<V>(type: ArgumentType<V>, help: string): EndpointParameter<V> {
  return { type, help, required: true, rest: true };
}

/** Without what was not given. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** How many of its arguments are shown. */
const SHOWN = 4;

/** How a kind is written: `tcp:<port>[:interface=<address>]`. */
export function formOf({ name, parameters }: Pick<EndpointKind, "name" | "parameters">): string {
  const all = Object.entries(parameters);
  const parts = all
    .slice(0, SHOWN)
    .map(([argument, { type, required: isRequired }]) =>
      isRequired ? `:<${argument}>` : `[:${argument}=<${type.placeholder}>]`,
    );
  return `${name}${parts.join("")}${all.length > SHOWN ? "[:…]" : ""}`;
}
