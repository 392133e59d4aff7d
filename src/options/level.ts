import type { AppdError } from "../base/errors";
import { quote } from "../base/text";
import { originText, type CommandLine, type Origin } from "./command-line";
import { MalformedValueError } from "./errors";
import type { OptionsShape } from "./options-shape";
import type { Plan, PlannedField } from "./plan";
import type { OptionToken, WordToken } from "./tokenise";
import { Refusal } from "./value-type";

/** What was given for one field: pieces of text, or for a switch or counter already its value. */
export interface Given {
  readonly planned: PlannedField;
  /** What the message calls it: the option as typed. */
  readonly as: string;
  readonly origin: Origin;
  readonly texts: readonly string[];
  readonly value?: unknown;
}

/** One command or subcommand on the line. */
export interface Level {
  /** `myproject`, `myproject add`. */
  readonly command: string;
  /** The first part of the environment's names: `APPD_MYPROJECT_ADD_`. */
  readonly prefix: string;
  readonly line: CommandLine;
  readonly shape: OptionsShape;
  readonly plan: Plan;
  readonly instance: object;
  readonly description: string | undefined;
  readonly outer: Level | undefined;
  /** The word that chose this level. */
  readonly words: readonly string[];
  readonly options: readonly OptionToken[];
  readonly positionals: readonly WordToken[];
  readonly given: Map<PlannedField, Given>;
  readonly faulty: Set<PlannedField>;
  readonly faults: FaultList;
}

/** Faults in the order in which they were found, each once. */
export class FaultList {
  readonly #found = new Map<string, AppdError>();

  add(fault: AppdError): void {
    if (!this.#found.has(fault.message)) this.#found.set(fault.message, fault);
  }

  get all(): readonly AppdError[] {
    return [...this.#found.values()];
  }
}

/** Turns what was given into values; what can't be turned is a fault. */
export function convertGiven(level: Level): Map<PlannedField, unknown> {
  const values = new Map<PlannedField, unknown>();
  for (const given of level.given.values()) {
    const { planned } = given;
    if (given.value !== undefined) {
      values.set(planned, given.value);
      continue;
    }
    const read = given.texts.map((text) => readText(level, given, text));
    if (level.faulty.has(planned)) continue;
    values.set(planned, planned.many ? read : read.at(-1));
  }
  return values;
}

/** Bytes that are no UTF-8 arrive as U+FFFD: nobody can tell any more what they were. */
const NOT_TEXT = /\ufffd|\p{Surrogate}/u;

function readText(level: Level, given: Given, text: string): unknown {
  const value = NOT_TEXT.test(text)
    ? new Refusal(" must be valid UTF-8 text")
    : given.planned.type.read(text);
  if (!(value instanceof Refusal)) return value;
  const { secret } = given.planned.record.details;
  level.faulty.add(given.planned);
  const words = secret && value.words.startsWith(":") ? " is malformed" : value.words;
  const got = secret ? "" : `, got ${quote(text)}`;
  const hint = secret ? "" : value.hint;
  const message = `${level.command}: ${given.as}${words}${got} (${originText(given.origin)})${hint}`;
  level.faults.add(new MalformedValueError(message, secret ? undefined : { cause: value.cause }));
  return undefined;
}
