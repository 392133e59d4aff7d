/**
 * From words to tokens, as Node's `util.parseArgs` makes them, in a third of its time: bundles and values are taken
 * apart; what they mean is judged elsewhere.
 */
import { takesValue, type Plan } from "./plan";

/** One option as it was typed. */
export interface OptionToken {
  readonly kind: "option";
  /** The long name, also where a short one was typed. */
  readonly name: string;
  /** As typed: `--port`, `-p`. */
  readonly typed: string;
  /** Undefined where no value was typed. */
  readonly value: string | undefined;
  /** The value is in the same word: `-p81`, `--port=81`. */
  readonly inline: boolean;
  /** An option that stands where this one's value should. */
  readonly instead?: string;
  readonly index: number;
}

export interface WordToken {
  readonly kind: "positional";
  readonly value: string;
  readonly index: number;
}

export type Token = OptionToken | WordToken;

/** A bundle as long as this is a mistake, and would be as many of them. */
const LONGEST_BUNDLE = 1000;

/** The tokens of a command line. `--` is not among them: what follows it is positional. */
export function tokenise(argv: readonly string[], plan: Plan): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") return [...tokens, ...wordsFrom(argv, index + 1)];
    if (!looksLikeOption(word)) {
      tokens.push({ kind: "positional", value: word, index });
      continue;
    }
    const options = optionsIn(word, index, plan);
    const last = options.at(-1);
    const next = argv[index + 1];
    if (last && next !== undefined && !last.inline && takesValue(plan, last.name)) {
      const instead = isDeclared(next, plan);
      options[options.length - 1] = instead ? { ...last, instead: next } : { ...last, value: next };
      if (!instead) index++;
    }
    tokens.push(...options);
  }
  return tokens;
}

function wordsFrom(argv: readonly string[], start: number): WordToken[] {
  return argv.slice(start).map((value, at) => ({ kind: "positional", value, index: start + at }));
}

/** `-` alone is a word. */
const looksLikeOption = (text: string): boolean => text.length > 1 && text.startsWith("-");

/** The options in one word: several in a bundle. */
function optionsIn(word: string, index: number, plan: Plan): OptionToken[] {
  if (word.startsWith("--")) return [longOption(word, index)];
  // Then it is taken for a long name that nobody declared.
  if (isOverlong(word, plan)) return [longOption(`-${word}`, index)];
  const options: OptionToken[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const name = plan.longNames.get(letter) ?? letter;
    const inline = at < word.length - 1 && takesValue(plan, plan.longNames.get(letter));
    const value = inline ? word.slice(at + 1) : undefined;
    options.push({ kind: "option", name, typed: `-${letter}`, value, inline, index });
    if (inline) break;
  }
  return options;
}

function longOption(word: string, index: number): OptionToken {
  const sign = word.indexOf("=", 3);
  const inline = sign !== -1;
  const typed = inline ? word.slice(0, sign) : word;
  const value = inline ? word.slice(sign + 1) : undefined;
  return { kind: "option", name: typed.slice(2), typed, value, inline, index };
}

function isOverlong(text: string, plan: Plan): boolean {
  if (text.length <= LONGEST_BUNDLE) return false;
  for (let at = 1; at < LONGEST_BUNDLE; at++) {
    if (takesValue(plan, plan.longNames.get(text.charAt(at)))) return false;
  }
  return true;
}

/** Whether a word is itself an option of this line: `--port`, `--port=1`, `-p`, `-p1`, a bundle. */
function isDeclared(text: string, plan: Plan): boolean {
  if (!looksLikeOption(text) || text === "--") return false;
  return optionsIn(text, 0, plan).every(({ name, typed }) =>
    typed.startsWith("--") ? isKnown(name, plan) : plan.longNames.has(typed.slice(1)),
  );
}

const isKnown = (name: string, plan: Plan): boolean =>
  plan.named.has(name) || name === "help" || name === "version";
