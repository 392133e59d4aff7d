/** The lines for options that nobody declared, with what may have been meant. */
import { didYouMean } from "../base/suggest";
import { quote, word } from "../base/text";
import { UnknownOptionError } from "./errors";
import type { Level } from "./level";
import type { OptionToken } from "./tokenise";

export function reportUnknown(level: Level, tokens: readonly OptionToken[]): void {
  for (const token of tokens) {
    const said = token.typed.startsWith("--") ? longOption(level, token) : shortOption(level, token);
    level.faults.add(new UnknownOptionError(`${level.command}: unknown option ${said}`));
  }
}

function longOption(level: Level, { typed, index }: OptionToken): string {
  // a bundle too long to take apart
  const bundle = level.argv[index]?.startsWith("--") === false;
  if (bundle) return quote(level.argv[index] ?? "");
  const off = typed.startsWith("--no-") ? level.plan.named.get(typed.slice(5)) : undefined;
  if (off?.planned.kind === "switch") return `${typed}: ${off.planned.label} is off unless it is given`;
  return `${word(typed)}${misplaced(level, typed) ?? didYouMean(typed, longNames(level))}`;
}

function shortOption(level: Level, { typed, index }: OptionToken): string {
  const whole = level.argv[index] ?? typed;
  const moved = misplaced(level, typed);
  if (moved !== undefined) return `${word(typed)}${moved}`;
  // a letter beyond ASCII comes in pieces
  if (!/^-[\x21-\x7e]$/.test(typed)) return word(whole);
  if (whole.length <= 2) return `${word(typed)}${otherCase(level, typed)}${negative(level, whole)}`;
  const near = didYouMean(`-${whole}`, longNames(level));
  if (near !== "") return `${word(whole)}${near}`;
  return `${word(typed)} in ${word(whole)}${negative(level, whole)}`;
}

/** An option of appd or of an outer command, typed too late. */
function misplaced(level: Level, typed: string): string | undefined {
  if (level.line.globals?.some((name) => bare(name) === bare(typed))) {
    return `: it is one of appd's own, put it before ${quote(level.line.command)}`;
  }
  for (let outer = level.outer, inner = level; outer; inner = outer, outer = outer.outer) {
    const { named } = outer.plan;
    const theirs = [...named].some(
      ([name, { planned }]) => typed === `--${name}` || typed === `-${planned.record.details.short ?? ""}`,
    );
    if (theirs)
      return `: it belongs to ${quote(outer.command)}, put it before ${quote(inner.path.at(-1)?.name ?? "")}`;
  }
  return undefined;
}

const bare = (name: string): string => name.replace(/^-+/, "");

function longNames({ plan }: Level): string[] {
  const shown = [...plan.named].filter(([, { planned }]) => planned.record.details.hidden !== true);
  return [...shown.map(([name]) => name), "help", "version"].map((name) => `--${name}`);
}

/** `-P` may be meant for `-p`. */
function otherCase(level: Level, typed: string): string {
  const letter = typed.slice(1);
  const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  const found = level.plan.options.some(({ record }) => record.details.short === other);
  return found && other !== letter ? ` (did you mean "-${other}"?)` : "";
}

function negative(level: Level, whole: string): string {
  if (level.plan.arguments.length === 0 || !/^-\d/.test(whole)) return "";
  return ` (write -- before a value that starts with a dash)`;
}
