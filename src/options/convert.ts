import { quote } from "../base/text";
import { originText } from "./command-line";
import { MalformedValueError } from "./errors";
import type { Given, Level } from "./level";
import type { PlannedField } from "./plan";
import { Refusal } from "./value-type";

/** Bytes that are no UTF-8 arrive as U+FFFD: nobody can tell any more what they were. */
const NO_TEXT = /\ufffd|\p{Surrogate}/u;
const NOT_UTF8 = new Refusal(" must be valid UTF-8 text");

/** The values of everything that was given; what can't be turned into one is a fault. */
export async function convertGiven(level: Level): Promise<Map<PlannedField, unknown>> {
  const values = new Map<PlannedField, unknown>();
  for (const given of level.given.values()) {
    const converted = given.value ?? convert(level, given);
    const value: unknown = converted instanceof Promise ? await converted : converted;
    if (!level.faulty.has(given.planned)) values.set(given.planned, value);
  }
  return values;
}

/** At once, unless a type has to look something up: to wait at each option takes as long as to read the line. */
function convert(level: Level, given: Given): unknown {
  const read = given.texts.map((text) => (NO_TEXT.test(text) ? NOT_UTF8 : given.planned.type.read(text)));
  if (!read.some((value) => value instanceof Promise)) return settle(level, given, read);
  return Promise.all(read).then((values) => settle(level, given, values));
}

function settle(level: Level, given: Given, values: readonly unknown[]): unknown {
  values.forEach((value, at) => {
    if (value instanceof Refusal) refuse(level, { given, text: given.texts[at] ?? "", refusal: value });
  });
  return given.planned.many ? values : values.at(-1);
}

interface Refused {
  readonly given: Given;
  readonly text: string;
  readonly refusal: Refusal;
}

/** Of a secret neither the text is shown nor what a user's own function says about it. */
function refuse(level: Level, { given, text, refusal }: Refused): void {
  level.faulty.add(given.planned);
  level.faults.add(refusedAs(level, { given, text, refusal }));
  for (const other of refusal.reason.besides ?? []) level.faults.add(other);
}

function refusedAs(level: Level, { given, text, refusal }: Refused): MalformedValueError {
  const start = `${level.command}: ${given.planned.label}`;
  const origin = `(${originText(given.origin)})`;
  if (given.planned.record.details.secret) {
    const words = refusal.reason.cause === undefined ? refusal.words : " is malformed";
    return new MalformedValueError(`${start}${words} ${origin}`);
  }
  const hint = refusal.hint === "" ? (given.hint ?? "") : refusal.hint;
  const message = `${start}${refusal.words}, got ${quote(text)} ${origin}${hint}`;
  return new MalformedValueError(message, { cause: refusal.reason.cause });
}
