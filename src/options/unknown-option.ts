import { didYouMean } from "../base/suggest";
import { word } from "../base/text";
import { UnknownOptionError } from "./errors";
import type { Level } from "./level";
import type { OptionToken } from "./tokenise";

/** A line for each option that nobody declared, with what may have been meant. */
export function reportUnknown(level: Level, tokens: readonly OptionToken[]): void {
  for (const token of tokens) {
    const message = `${level.command}: unknown option ${word(token.typed)}${hint(level, token)}`;
    level.faults.add(new UnknownOptionError(message));
  }
}

function hint(level: Level, token: OptionToken): string {
  const bare = token.typed.replace(/^-+/, "");
  if (level.line.globals?.some((name) => name.replace(/^-+/, "") === bare)) {
    return `: it is one of appd's own, put it before ${word(level.line.command)}`;
  }
  return didYouMean(
    token.typed,
    [...level.plan.named.keys(), "help", "version"].map((name) => `--${name}`),
  );
}
