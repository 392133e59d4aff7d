/**
 * What may be said about an option beside its description, and the check that the field can hold whatever those
 * details allow. All of this is types: at run time `declaration.ts` checks the same again, for JavaScript.
 */

/** Stands where the details leave the type to the field. */
export interface Unsaid {
  readonly "the field says its type": never;
}

/** What `type` takes: a known class, or a function that makes a value of text and throws when it can't. */
export type ValueTypeDetail =
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | BigIntConstructor
  | DateConstructor
  | typeof URL
  | ((text: string) => unknown);

/** What `choices` takes: a list, or an enum. Of an enum of numbers the names are typed, of one of texts the texts. */
export type Choices = readonly unknown[] | Readonly<Record<string, unknown>>;

/** The details of an `@Argument`. */
export interface ArgumentDetails<V = unknown, Y = ValueTypeDetail, X = Choices> {
  /** The name shown in help and messages, and in the environment. The field's name in kebab case if not given. */
  readonly name?: string;
  /** What the text is turned into, where the field's initial value does not say it. */
  readonly type?: Y;
  /** The only values allowed. */
  readonly choices?: X;
  /** Makes the value of the text; what it throws is shown to whoever typed the text. */
  readonly parse?: (text: string) => V;
  /** Whether a value takes the rest (an argument) or may be repeated (an option); known from an array's initial value. */
  readonly many?: boolean;
  /** Whether a value has to be given. */
  readonly required?: boolean;
  /** The name of its environment variable in place of `APPD_<COMMAND>_<NAME>`, or false for none. */
  readonly env?: string | false;
  /** What stands for the value in the help, such as `port`. */
  readonly placeholder?: string;
  /** What the message adds when it is required and missing: `--help-auth lists them`. */
  readonly advice?: string;
  /** Left out of the help. */
  readonly hidden?: boolean;
  /** Its value is never shown, neither in messages nor as a default. */
  readonly secret?: boolean;
  /** Values that a shell may offer. */
  readonly complete?: () => readonly string[] | Promise<readonly string[]>;
}

/** The details of a `@Parameter`. */
export interface ParameterDetails<V = unknown, Y = ValueTypeDetail, X = Choices> extends ArgumentDetails<
  V,
  Y,
  X
> {
  /** One letter or digit. */
  readonly short?: string;
  /** The heading in the help under which it stands. */
  readonly group?: string;
  /**
   * Makes of it an option that asks for text, such as a list of what there is, instead of a run: what this gives
   * is printed, and that is all. `value` is the text behind the option, if it takes one; `options` has only its
   * initial values.
   */
  readonly prints?: (asked: Asked) => string | Promise<string>;
}

/** What an option that `prints` is given. */
export interface Asked {
  readonly command: string;
  readonly options: object;
  readonly value: string | undefined;
}

/** The details of an `@Option`. */
export interface OptionDetails<
  V = unknown,
  Y = ValueTypeDetail,
  X = Choices,
  C = boolean,
> extends ParameterDetails<V, Y, X> {
  /** Counts how often it is given: `-vvv` adds 3 to the initial value. */
  readonly count?: C;
}

/** The details of a `@Subcommand`. */
export interface SubcommandDetails {
  /** The word that chooses it. The field's name in kebab case if not given. */
  readonly name?: string;
  /** A second, usually shorter, word for it. */
  readonly alias?: string;
  /** Chosen when no word is left. */
  readonly default?: boolean;
  /** Left out of the help. */
  readonly hidden?: boolean;
}

/** The values that these details allow; {@link Unsaid} where they leave it to the field. */
export type Allowed<V, Y, X, C = false> = [C] extends [true]
  ? number
  : [X] extends [Unsaid]
    ? [Y] extends [Unsaid]
      ? V
      : ValueOf<Y>
    : ChosenFrom<X>;

type ChosenFrom<X> = X extends readonly (infer V)[] ? V : X[Extract<keyof X, string>];

type ValueOf<Y> = Y extends StringConstructor
  ? string
  : Y extends NumberConstructor
    ? number
    : Y extends BooleanConstructor
      ? boolean
      : Y extends BigIntConstructor
        ? bigint
        : Y extends DateConstructor
          ? Date
          : Y extends typeof URL
            ? URL
            : Y extends (text: string) => infer V
              ? V
              : never;

/** Decorates a field that can hold every value of `V`, or a list of them. */
export type FieldDecorator<V> = <T extends object, K extends string & keyof T>(
  target: T,
  field: [V] extends [Unsaid] ? FittingAlone<T[K], K> : Fitting<T[K], V, K>,
) => void;

type Fitting<F, V, K> =
  NonNullable<F> extends readonly unknown[]
    ? [V[]] extends [F]
      ? K
      : "the field can't hold every value that its details allow"
    : [V] extends [F]
      ? K
      : "the field can't hold every value that its details allow";

type FittingAlone<F, K> =
  NonNullable<F> extends readonly (infer E)[]
    ? [E] extends [Exclude<Primitive, string> | Date | URL]
      ? "a list of anything but text needs a type, choices or parse in its details"
      : Whole<E, K>
    : Whole<NonNullable<F>, K>;

type Primitive = string | number | bigint | boolean;

/** `"a" | "b"` holds some texts, but not all: what may be given has to be said. */
type Whole<F, K> = false extends
  HoldsAll<F, string> | HoldsAllNumbers<F> | HoldsAll<F, bigint> | HoldsAll<F, boolean>
  ? "the field holds some values only: say which with choices or parse in its details"
  : K;

/** As text, because TypeScript lets every number be an enum's. */
type HoldsAllNumbers<F> = [Extract<F, number>] extends [never]
  ? true
  : [`${number}`] extends [`${Extract<F, number>}`]
    ? true
    : false;

type HoldsAll<F, P> = [Extract<F, P>] extends [never] ? true : [P] extends [Extract<F, P>] ? true : false;
