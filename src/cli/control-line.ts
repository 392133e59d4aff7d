import { looksLikeOption, optionsIn, type OptionWord, type Vocabulary } from "../base/option-words";
import { didYouMean } from "../base/suggest";
import { quote, word } from "../base/text";
import { ControlLineError } from "./errors";

/** An option of one of the commands that speak to what runs. */
export interface ControlOption {
  readonly description: string;
  readonly short?: string;
  /** What stands for the value in the help; an option without one is a switch. */
  readonly placeholder?: string;
  /** What a value must look like, and how that is said: `must be …`. */
  readonly form?: readonly [pattern: RegExp, must: string];
}

/** One of the commands that speak to what runs. */
export interface ControlUsage {
  readonly command: string;
  /** Whether the name of a run must be there. */
  readonly name: "required" | "optional";
  readonly options: Readonly<Record<string, ControlOption>>;
  readonly details?: string;
  readonly examples?: readonly string[];
}

/** What was typed behind such a command. */
export interface ControlLine {
  readonly name: string | undefined;
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

export const HELP: ControlOption = { short: "h", description: "Show this help." };

/**
 * Reads the words behind the command. They are few, and what reads a maker's options takes longer to load than most
 * of these commands take altogether.
 *
 * @throws ControlLineError
 */
export function readControlLine(usage: ControlUsage, argv: readonly string[]): ControlLine {
  const { command } = usage;
  const options: Readonly<Record<string, ControlOption>> = { ...usage.options, help: HELP };
  const { typed, names } = split(argv, vocabularyOf(options));
  const switches = new Set<string>();
  const values = new Map<string, string>();
  for (const option of typed) {
    const value = checked(command, option, options);
    if (value === undefined) switches.add(option.name);
    else values.set(option.name, value);
  }
  if (!switches.has("help")) refuseNames(usage, names);
  return { name: names[0], switches, values };
}

/** The value of an option in milliseconds: seconds, unless a unit is typed. */
export function milliseconds(text: string | undefined): number | undefined {
  const [, amount, unit = "s"] = /^([\d.]+)(\D*)$/.exec(text ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS[unit || "s"] ?? 1_000);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
export const TIME = [
  /^\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h)?$/,
  "a time in seconds, or one such as 500ms or 2m",
] as const;
export const WHOLE = [/^\d{1,9}$/, "a whole number"] as const;

interface Split {
  readonly typed: readonly OptionWord[];
  readonly names: readonly string[];
}

function split(argv: readonly string[], vocabulary: Vocabulary): Split {
  const typed: OptionWord[] = [];
  const names: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const next = argv[at] ?? "";
    if (next === "--") return { typed, names: [...names, ...argv.slice(at + 1)] };
    if (!looksLikeOption(next)) {
      names.push(next);
      continue;
    }
    const found = optionsIn(next, vocabulary);
    const last = found.at(-1);
    const value = argv[at + 1];
    if (last?.value === undefined && last && value !== undefined && vocabulary.takesValue(last.name)) {
      found[found.length - 1] = { ...last, value };
      at++;
    }
    typed.push(...found);
  }
  return { typed, names };
}

const vocabularyOf = (options: Readonly<Record<string, ControlOption>>): Vocabulary => ({
  longName: (letter) => Object.keys(options).find((name) => options[name]?.short === letter),
  takesValue: (name) => Object.hasOwn(options, name) && options[name]?.placeholder !== undefined,
});

function checked(
  command: string,
  { name, typed, value }: OptionWord,
  options: Readonly<Record<string, ControlOption>>,
): string | undefined {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option) {
    const hint = didYouMean(
      typed,
      Object.keys(options).map((one) => `--${one}`),
    );
    throw new ControlLineError(command, `unknown option ${word(typed)}${hint}`);
  }
  const { placeholder, form } = option;
  if (placeholder === undefined && value !== undefined)
    throw new ControlLineError(command, `${typed} takes no value, got ${quote(value)}`);
  if (placeholder !== undefined && value === undefined)
    throw new ControlLineError(command, `${typed} needs a value`);
  if (value !== undefined && form && !form[0].test(value))
    throw new ControlLineError(command, `--${name} must be ${form[1]}, got ${quote(value)}`);
  return value;
}

function refuseNames({ command, name }: ControlUsage, [first, second]: readonly string[]): void {
  if (second !== undefined)
    throw new ControlLineError(command, `one name at a time; ${word(second)} is too many`);
  if (first === undefined && name === "required")
    throw new ControlLineError(command, "which one? appd status lists what runs");
}
