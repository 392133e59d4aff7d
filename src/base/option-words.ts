/** What is in a word of a command line that begins with a dash, as Node's `util.parseArgs` sees it. */

/** The options that can be meant. */
export interface Vocabulary {
  /** The long name of a short one. */
  longName(letter: string): string | undefined;
  /** Whether an option takes a value, by its long name. */
  takesValue(name: string): boolean;
}

/** One option as it was typed. */
export interface OptionWord {
  /** The long name, also where a short one was typed; what nobody declared as it was typed. */
  readonly name: string;
  /** As typed: `--port`, `-p`. */
  readonly typed: string;
  /** What stands in the same word: `-p81`, `--port=81`. */
  readonly value: string | undefined;
}

/** A bundle as long as this is a mistake, and would be as many of them: it is one name that nobody declared. */
const LONGEST_BUNDLE = 1000;

/** `-` alone is a word like any other. */
export const looksLikeOption = (word: string): boolean => word.length > 1 && word.startsWith("-");

/** The options in one word: several in a bundle, of which the last may take the next word for its value. */
export function optionsIn(word: string, vocabulary: Vocabulary): OptionWord[] {
  if (word.startsWith("--")) return [longOption(word)];
  if (word.length > LONGEST_BUNDLE && !valueStarts(word, vocabulary))
    return [{ name: word.slice(1), typed: word, value: undefined }];
  const options: OptionWord[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const name = vocabulary.longName(letter) ?? letter;
    const inline = at < word.length - 1 && isValued(letter, vocabulary);
    options.push({ name, typed: `-${letter}`, value: inline ? word.slice(at + 1) : undefined });
    if (inline) break;
  }
  return options;
}

function longOption(word: string): OptionWord {
  const sign = word.indexOf("=", 3);
  if (sign === -1) return { name: word.slice(2), typed: word, value: undefined };
  return { name: word.slice(2, sign), typed: word.slice(0, sign), value: word.slice(sign + 1) };
}

/** Whether some letter near the beginning of a bundle takes the rest of it for its value. */
function valueStarts(word: string, vocabulary: Vocabulary): boolean {
  for (let at = 1; at < LONGEST_BUNDLE; at++) {
    if (isValued(word.charAt(at), vocabulary)) return true;
  }
  return false;
}

function isValued(letter: string, vocabulary: Vocabulary): boolean {
  const name = vocabulary.longName(letter);
  return name !== undefined && vocabulary.takesValue(name);
}
