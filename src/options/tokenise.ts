/** From words to tokens: Node's `util.parseArgs` splits bundles and values; what they mean is judged elsewhere. */
import { parseArgs } from "node:util";
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

/** A bundle as long as this is a mistake, and more than `parseArgs` can take apart. */
const LONGEST_BUNDLE = 1000;

/** The tokens of a command line. `--` is not among them: what follows it is positional. */
export function tokenise(argv: readonly string[], plan: Plan): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  while (from !== -1) from = tokeniseFrom(argv, { from, plan, tokens });
  return tokens;
}

interface Progress {
  readonly from: number;
  readonly plan: Plan;
  readonly tokens: Token[];
}

/** Adds tokens up to an option that stands in the place of a value, and tells where to go on; -1 at the end. */
function tokeniseFrom(argv: readonly string[], { from, plan, tokens }: Progress): number {
  const words = from === 0 ? argv : argv.slice(from);
  const args = words.map((text) => (isOverlong(text, plan) ? `-${text}` : text));
  const found = parseArgs({
    args,
    options: plan.tokens,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of found.tokens) {
    const index = from + token.index;
    if (token.kind === "positional") tokens.push({ kind: "positional", value: token.value, index });
    if (token.kind !== "option") continue;
    const { name, rawName: typed, value } = token;
    const inline = token.inlineValue === true;
    const option = { kind: "option", name, typed, value, inline, index } as const;
    const swallowed = inline ? undefined : value;
    if (swallowed === undefined || !isDeclared(swallowed, plan)) {
      tokens.push(option);
      continue;
    }
    tokens.push({ ...option, value: undefined, instead: swallowed });
    return index + 1;
  }
  return -1;
}

/** Then it is taken for a long name that nobody declared. */
function isOverlong(text: string, plan: Plan): boolean {
  if (text.length <= LONGEST_BUNDLE || !text.startsWith("-") || text.startsWith("--")) return false;
  for (let at = 1; at < LONGEST_BUNDLE; at++) {
    if (plan.shortValues.has(text.charAt(at))) return false;
  }
  return true;
}

/** Whether a word is itself an option of this line: `--port`, `--port=1`, `-p`, `-p1`, a bundle. */
function isDeclared(text: string, plan: Plan): boolean {
  if (text.length < 2 || !text.startsWith("-") || text === "--" || isOverlong(text, plan)) return false;
  const { tokens } = parseArgs({ args: [text], options: plan.tokens, strict: false, tokens: true });
  return tokens.every(
    (token) => token.kind === "option" && Object.hasOwn(plan.tokens, token.name) && isTyped(token, plan),
  );
}

/** A single dash does not make a long name of one letter. */
function isTyped(token: { name: string; rawName: string }, plan: Plan): boolean {
  return token.rawName.startsWith("--") || `-${plan.tokens[token.name]?.short ?? ""}` === token.rawName;
}
