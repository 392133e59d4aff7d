/**
 * What a piece of text means: one {@link ValueType} for each kind of value, strict, without guessing. The words
 * that a refused text gets are here too.
 */
import type { AppdError } from "../base/errors";
import { didYouMean } from "../base/suggest";
import { word } from "../base/text";
import type { Choices } from "./details";
import { OptionDeclarationError } from "./errors";

/** Turns text into values of one type. */
export interface ValueType {
  /** What stands for the value in help. */
  readonly placeholder: string;
  /** The value, or a {@link Refusal}; or a promise of either. */
  readonly read: (text: string) => unknown;
  /** A value as it would be typed, for the help's default. */
  readonly show?: (value: unknown) => string;
  readonly choices?: readonly string[];
  /** How values may begin, for a shell to offer, where the option's details don't say. */
  readonly complete?: () => readonly string[] | Promise<readonly string[]>;
}

/**
 * Where what is given as `{ type }` keeps how its text is read, when there is more to it than a function can say. A
 * contract between versions.
 */
export const VALUE_TYPE = Symbol.for("appd:options.value-type.v1");

/** Why a text is no value: words that follow the option's name, and a hint behind the line. */
export class Refusal {
  constructor(
    readonly words: string,
    readonly hint = "",
    readonly reason: Reason = {},
  ) {}
}

interface Reason {
  readonly cause?: unknown;
  /** Faults of others that may have led to it. */
  readonly besides?: readonly AppdError[];
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const YES = ["true", "yes", "on", "1"];
const NO = ["false", "no", "off", "0"];

export const TEXT: ValueType = { placeholder: "text", read: (text) => text };

export const NUMERIC: ValueType = {
  placeholder: "number",
  read(text) {
    if (!NUMBER.test(text)) return new Refusal(" must be a number");
    const value = Number(text);
    return Number.isFinite(value) ? value : new Refusal(" must be a number that is not too large");
  },
};

export const COUNT: ValueType = {
  placeholder: "count",
  read: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : new Refusal(" must be a whole number")),
};

export const BIG: ValueType = {
  placeholder: "integer",
  read: (text) => (/^-?\d+$/.test(text) ? BigInt(text) : new Refusal(" must be a whole number")),
};

export const TRUTH: ValueType = {
  placeholder: "yes|no",
  read(text) {
    const said = text.toLowerCase();
    if (YES.includes(said)) return true;
    return NO.includes(said) ? false : new Refusal(" must be one of true, false, yes, no, on, off, 1, 0");
  },
};

export const MOMENT: ValueType = {
  placeholder: "date",
  read: (text) => (isDate(text) ? new Date(text) : new Refusal(" must be an ISO 8601 date")),
  show: (value) =>
    value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : String(value),
};

export const ADDRESS: ValueType = {
  placeholder: "url",
  read(text) {
    // the URL class drops blanks and line ends without a word
    const url = /[\s\p{Cc}]/u.test(text) ? null : parsedUrl(text);
    return url ?? new Refusal(" must be a URL");
  },
};

/** Plain data for a class that class-transformer then builds. */
export const JSON_DATA: ValueType = {
  placeholder: "json",
  read(text) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null) return value;
    } catch {
      // said below
    }
    return new Refusal(" must be a JSON object");
  },
  show: (value) => JSON.stringify(value),
};

const KNOWN = new Map<unknown, ValueType>([
  [String, TEXT],
  [Number, NUMERIC],
  [Boolean, TRUTH],
  [BigInt, BIG],
  [Date, MOMENT],
  [URL, ADDRESS],
]);

/** How text becomes an instance of a built-in class, or of what says it itself. */
export function knownType(type: unknown): ValueType | undefined {
  const known = KNOWN.get(type);
  if (known || typeof type !== "function") return known;
  return (type as { readonly [VALUE_TYPE]?: ValueType })[VALUE_TYPE];
}

/** The values of a list or of an enum, by the words that are typed for them. */
export function choiceType(choices: Choices): ValueType {
  const byWord = new Map(isList(choices) ? listed(choices) : ofEnum(choices));
  const words = [...byWord.keys()];
  return {
    placeholder: "choice",
    choices: words,
    read(text) {
      if (byWord.has(text)) return byWord.get(text);
      return new Refusal(` must be one of ${words.map(word).join(", ")}`, didYouMean(text, words));
    },
    show: (value) => words.find((text) => byWord.get(text) === value) ?? String(value),
  };
}

/** Text read by a function of the user's. */
export function parsedType(parse: (text: string) => unknown, where: string): ValueType {
  return {
    placeholder: "value",
    read(text) {
      try {
        return checked(parse(text), where);
      } catch (error) {
        if (error instanceof OptionDeclarationError) throw error;
        const message = error instanceof Error ? error.message : String(error);
        return new Refusal(`: ${message.split("\n", 1)[0] ?? ""}`, "", { cause: error });
      }
    },
  };
}

const listed = (values: readonly unknown[]): [string, unknown][] =>
  values.map((value) => [String(value), value]);

/** `parse: Number` does not throw. */
function checked(value: unknown, where: string): unknown {
  if (Number.isNaN(value)) return new Refusal(" must be a number");
  if (value instanceof Date && Number.isNaN(value.getTime())) return new Refusal(" must be a date");
  if (!(value instanceof Promise)) return value;
  value.catch(() => undefined);
  throw new OptionDeclarationError(
    `${where}: parse must not be async, what has to be waited for belongs into postOptions`,
  );
}

const isList = (choices: Choices): choices is readonly unknown[] => Array.isArray(choices);

/** An enum of numbers also holds its names the other way round. */
function ofEnum(values: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(values)
    .filter(([name]) => !/^-?\d/.test(name))
    .map(([name, value]) => [typeof value === "string" ? value : name, value]);
}

function isDate(text: string): boolean {
  const found = DATE.exec(text);
  if (!found || Number.isNaN(Date.parse(text))) return false;
  // JavaScript takes 30 February for 1 March
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function parsedUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
