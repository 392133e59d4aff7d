/** From words to tokens: which words belong to an option is settled here, what they mean elsewhere. */
import { looksLikeOption, optionsIn } from "../base/option-words";
import type { Plan } from "./plan";

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
    const options = optionsOf(word, index, plan);
    const last = options.at(-1);
    const next = argv[index + 1];
    if (last && next !== undefined && !last.inline && plan.takesValue(last.name)) {
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

function optionsOf(word: string, index: number, plan: Plan): OptionToken[] {
  return optionsIn(word, plan).map(({ name, typed, value }) => ({
    kind: "option",
    name,
    typed,
    value,
    inline: value !== undefined,
    index,
  }));
}

/** Whether a word is itself an option of this line: `--port`, `--port=1`, `-p`, `-p1`, a bundle. */
function isDeclared(text: string, plan: Plan): boolean {
  if (!looksLikeOption(text) || text === "--") return false;
  return optionsIn(text, plan).every(({ name, typed }) =>
    typed.startsWith("--") ? isKnown(name, plan) : plan.longName(typed.slice(1)) !== undefined,
  );
}

const isKnown = (name: string, plan: Plan): boolean =>
  plan.named.has(name) || name === "help" || name === "version";
