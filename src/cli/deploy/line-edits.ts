import type { Given, Level } from "../../options/level";
import { namedBy, type PlannedField } from "../../options/plan";

/** What is to stand for a field in the place of what was given. */
export interface Replacement {
  readonly level: Level;
  readonly planned: PlannedField;
  readonly given: Given | undefined;
  readonly texts: readonly string[];
}

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly words: readonly string[];
}

/** Changes to the words of a command line, which are else left as they were typed. */
export class LineEdits {
  readonly #levels: readonly Level[];
  readonly #edits: Edit[] = [];
  readonly #added = new Map<Level, string[]>();

  constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** False where it would be an argument that was not typed: there is no saying where. */
  replace({ level, planned, given, texts }: Replacement): boolean {
    const typed = given?.origin.kind === "command line";
    if (planned.kind === "argument") return typed && this.#replaceArgument({ level, planned, texts });
    if (typed) this.#replaceOption({ level, planned, texts });
    else
      this.#add(
        level,
        texts.map((text) => `${planned.label}=${text}`),
      );
    return true;
  }

  /** The words as they are to be. */
  apply(): string[] {
    const words = [...(this.#levels[0]?.argv ?? [])];
    const edits = [...this.#edits, ...this.#additions()];
    // From the end, so that the places of the others stay what they are; what replaces a word before what precedes it.
    const fromTheEnd = edits.toReversed().sort((a, b) => b.at - a.at || b.removed - a.removed);
    for (const { at, removed, words: others } of fromTheEnd) words.splice(at, removed, ...others);
    return words;
  }

  #replaceArgument({ level, planned, texts }: Omit<Replacement, "given">): boolean {
    const first = level.plan.arguments.indexOf(planned);
    texts.forEach((text, at) => {
      const token = level.positionals[first + at];
      if (token) this.#edits.push({ at: this.#start(level) + token.index, removed: 1, words: [text] });
    });
    return true;
  }

  #replaceOption({ level, planned, texts }: Omit<Replacement, "given">): void {
    const tokens = level.options.filter(
      (token) => token.value !== undefined && namedBy(level.plan, token)?.planned === planned,
    );
    // Of a value that was given twice the last one counts.
    const counting = tokens.slice(-texts.length);
    for (const [at, { index, inline, value = "" }] of counting.entries()) {
      const place = this.#start(level) + index;
      const word = level.argv[index] ?? "";
      const text = texts[at] ?? "";
      if (inline) {
        this.#edits.push({
          at: place,
          removed: 1,
          words: [`${word.slice(0, word.length - value.length)}${text}`],
        });
      } else this.#edits.push({ at: place + 1, removed: 1, words: [text] });
    }
  }

  #add(level: Level, words: readonly string[]): void {
    this.#added.set(level, [...(this.#added.get(level) ?? []), ...words]);
  }

  /** Options that nobody typed come first; a subcommand that nobody typed has to be named for its options. */
  #additions(): Edit[] {
    return this.#levels.flatMap((level, depth) => {
      const words = this.#added.get(level) ?? [];
      const isNeeded = this.#levels.slice(depth).some((one) => this.#added.has(one));
      const isUntyped = level.outer?.positionals.length === 0;
      const name = isNeeded && isUntyped ? [level.path.at(-1)?.name ?? ""] : [];
      const all = [...name, ...words];
      return all.length === 0 ? [] : [{ at: this.#start(level), removed: 0, words: all }];
    });
  }

  /** Where a level's words begin: they are the last ones of the line. */
  #start(level: Level): number {
    return (this.#levels[0]?.argv.length ?? 0) - level.argv.length;
  }
}
