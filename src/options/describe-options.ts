/**
 * Options as plain data: how JavaScript, which has no decorators, declares them. The same records come out as from
 * the decorators, on a class made up for them, so that everything behind is one way.
 */
import { kebabCase } from "../base/text";
import type { AnyClass } from "../metadata/metadata";
import { declare, type Check, type FieldRecord, type SubcommandRecord } from "./declaration";
import type { Allowed, Choices, OptionDetails, SubcommandDetails, Unsaid, ValueTypeDetail } from "./details";
import { OptionDeclarationError } from "./errors";
import { shapeOf, type OptionsShape } from "./options-shape";

/** One option, parameter or argument. Without `default`, `type`, `choices`, `parse` and `many` it is text. */
export interface DescribedField extends OptionDetails {
  /** What it is for. */
  readonly help: string;
  /** The initial value, or a function that makes it. */
  readonly default?: unknown;
  /** Judges the value; see {@link Check}. */
  readonly check?: Check;
  /** Property decorators such as `IsInt()` of class-validator. */
  readonly decorators?: readonly PropertyDecorator[];
  /** A positional argument. */
  readonly argument?: boolean;
  /** Takes a value even if it is a boolean, as `@Parameter` does. */
  readonly parameter?: boolean;
}

/** A nested command line. */
export interface DescribedSubcommand extends SubcommandDetails {
  readonly help: string;
  /** The nested options, or a function that gives their class or what `describeOptions` made. */
  readonly subcommand: DescribedOptions | (() => AnyClass<object> | OptionsShape);
}

export type DescribedOptions = Readonly<Record<string, DescribedField | DescribedSubcommand>>;

/** What belongs to no single option. */
export interface DescribedExtras<T> {
  /** Called last, as the method of that name of an options class is. */
  readonly postOptions?: (options: T) => unknown;
}

/** What an instance of described options holds. */
export type Described<D> = {
  -readonly [K in keyof D]: D[K] extends { readonly subcommand: infer S }
    ? DescribedNested<S>
    : DescribedValue<D[K]>;
};

type DescribedNested<S> = S extends () => OptionsShape<infer T> | AnyClass<infer T>
  ? T | undefined
  : Described<S> | undefined;

type DescribedValue<F> = F extends { readonly default: infer V }
  ? DescribedDefault<F, V extends () => infer R ? R : V>
  : Said<F> | undefined;

type DescribedDefault<F, V> = F extends { readonly choices: Choices } | { readonly type: ValueTypeDetail }
  ? V extends readonly unknown[]
    ? SaidOne<F>[]
    : SaidOne<F>
  : Widened<V>;

type Said<F> = F extends { readonly count: true }
  ? number
  : F extends { readonly many: true }
    ? SaidOne<F>[]
    : SaidOne<F>;

type SaidOne<F> = F extends { readonly choices: infer X extends Choices }
  ? Allowed<unknown, Unsaid, X>
  : F extends { readonly type: infer Y extends ValueTypeDetail }
    ? Allowed<unknown, Y, Unsaid>
    : F extends { readonly parse: (text: string) => infer V }
      ? V
      : string;

type Widened<V> = V extends string
  ? string
  : V extends number
    ? number
    : V extends boolean
      ? boolean
      : V extends readonly (infer E)[]
        ? Widened<E>[]
        : V;

/**
 * The shape of options described as plain data.
 *
 * ```js
 * describeOptions({ port: { help: "The port.", short: "p", default: 1235, check: (port) => port < 65536 } });
 * ```
 *
 * @throws OptionDeclarationError
 */
export function describeOptions<const D extends DescribedOptions>(
  described: D,
  { postOptions }: DescribedExtras<Described<D>> = {},
): OptionsShape<Described<D>> {
  const type = classFor(Object.entries(described));
  const prototype = type.prototype as object;
  for (const [field, said] of Object.entries(described)) declareOne(prototype, field, said);
  if (postOptions) {
    const value = function (this: Described<D>): unknown {
      return postOptions(this);
    };
    Object.defineProperty(prototype, "postOptions", { value });
  }
  return shapeOf(type as unknown as AnyClass<Described<D>>);
}

function classFor(described: readonly [string, DescribedField | DescribedSubcommand][]): new () => object {
  return class Options {
    constructor() {
      for (const [field, said] of described) {
        (this as Record<string, unknown>)[field] = "subcommand" in said ? undefined : fresh(said.default);
      }
    }
  };
}

function declareOne(prototype: object, field: string, said: unknown): void {
  if (typeof said !== "object" || said === null) {
    throw new OptionDeclarationError(`options.${field} is no description: write { help: "…", default: … }`);
  }
  if ("subcommand" in said) {
    declare(prototype, nested(field, said as DescribedSubcommand));
    return;
  }
  const { decorators = [] } = said as DescribedField;
  declare(prototype, plain(field, said as DescribedField));
  // as if they were written above the field: the last one first
  for (const decorate of [...decorators].reverse()) decorate(prototype, field);
}

/** Two instances must not share a list or a date. */
function fresh(initial: unknown): unknown {
  if (typeof initial === "function") return (initial as () => unknown)();
  if (initial instanceof Date) return new Date(initial);
  return Array.isArray(initial) ? [...(initial as unknown[])] : initial;
}

/** What a described field has beside the details of a decorator. */
const BESIDE = ["help", "default", "check", "decorators", "argument", "parameter"];

function plain(field: string, said: DescribedField): FieldRecord {
  const { help, check, decorators, argument, parameter } = said;
  refuseStrangers(field, { check, decorators });
  const details: OptionDetails = Object.fromEntries(
    Object.entries(said).filter(([key]) => !BESIDE.includes(key)),
  );
  const kind = argument ? "argument" : parameter ? "parameter" : "option";
  const name = details.name ?? kebabCase(field);
  // there is no compiler to ask for the type
  return { kind, field, name, description: help, details, elseText: true, ...(check && { check }) };
}

function nested(field: string, { help, subcommand, ...details }: DescribedSubcommand): SubcommandRecord {
  const shape = typeof subcommand === "function" ? undefined : describeOptions(subcommand);
  const options = typeof subcommand === "function" ? subcommand : (): OptionsShape => shape as OptionsShape;
  return {
    kind: "subcommand",
    field,
    name: details.name ?? kebabCase(field),
    description: help,
    details,
    options,
  };
}

function refuseStrangers(field: string, { check, decorators }: Readonly<Record<string, unknown>>): void {
  if (check !== undefined && typeof check !== "function") {
    throw new OptionDeclarationError(`options.${field}: check is a function that judges the value`);
  }
  if (decorators !== undefined && !Array.isArray(decorators)) {
    throw new OptionDeclarationError(`options.${field}: decorators is a list, such as [IsInt()]`);
  }
}
