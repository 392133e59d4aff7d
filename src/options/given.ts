/**
 * What was given for each field, and where: the command line first, then the environment. What nobody declared,
 * a value too many and one too few are faults.
 */
import { quote, word } from "../base/text";
import type { Origin } from "./command-line";
import { variablesOf } from "./environment";
import { MalformedValueError, UnknownOptionError } from "./errors";
import { valueOf, type Given, type Level } from "./level";
import { namedBy, type NamedOption, type Plan, type PlannedField } from "./plan";
import type { OptionToken } from "./tokenise";
import { reportUnknown } from "./unknown-option";

/** More words without a place than this are counted, not listed. */
const LISTED = 5;

/** Notes everything that was given at a level. */
export function collectGiven(level: Level): void {
  const unknown: OptionToken[] = [];
  for (const token of level.options) {
    const named = namedBy(level.plan, token);
    if (named) takeOption(level, token, named);
    else unknown.push(token);
  }
  if (unknown.length > 0) reportUnknown(level, unknown);
  const rest = takeArguments(level);
  // behind an unknown option such words may be its value
  if (unknown.length === 0 && level.plan.words.size === 0) reportRest(level, rest);
  takeEnvironment(level);
}

function takeOption(level: Level, token: OptionToken, { planned, on }: NamedOption): void {
  const wrong = wrongUse(token, planned);
  if (wrong !== undefined) {
    level.faulty.add(planned);
    level.faults.add(new MalformedValueError(`${level.command}: ${wrong}`));
    return;
  }
  const { typed, value: text } = token;
  const origin: Origin = { kind: "command line", name: typed };
  if (text === undefined) {
    const value = planned.kind === "switch" ? on : countBefore(level, planned) + 1;
    level.given.set(planned, { planned, origin, texts: [], value, hint: undefined });
    return;
  }
  const before = planned.many ? level.given.get(planned) : undefined;
  const texts = before ? [...before.texts, text] : [text];
  level.given.set(planned, {
    planned,
    origin,
    texts,
    value: undefined,
    hint: hintFor(level.plan, token),
  });
}

function wrongUse({ typed, value, instead }: OptionToken, planned: PlannedField): string | undefined {
  if (planned.kind !== "value") return value === undefined ? undefined : `${typed} takes no value`;
  if (value !== undefined) return undefined;
  if (instead === undefined) return `${typed} needs a value`;
  const fix = `${planned.label}=${word(instead)}`;
  return `${typed} needs a value, and ${word(instead)} is an option (write ${fix} if you mean it)`;
}

/** A count goes on from the initial value. */
function countBefore(level: Level, planned: PlannedField): number {
  const count = level.given.get(planned)?.value ?? valueOf(level, planned);
  return typeof count === "number" ? count : 0;
}

/** Of `-port` the letter p would take "ort", of `-p=81` it would take "=81". */
function hintFor({ named }: Plan, { typed, value = "", inline }: OptionToken): string {
  if (!inline || typed.startsWith("--")) return "";
  const long = `${typed.slice(1)}${value}`.split("=", 1)[0] ?? "";
  if (named.has(long)) return ` (did you mean "--${long}"?)`;
  return value.startsWith("=") ? ` (write ${typed} ${word(value.slice(1))})` : "";
}

/** Hands the words out in order and returns those that are left. */
function takeArguments(level: Level): readonly string[] {
  if (level.positionals.length === 0) return [];
  const words = level.positionals.map(({ value }) => value);
  for (const planned of level.plan.arguments) {
    const texts = planned.many ? words.splice(0) : words.splice(0, 1);
    if (texts.length === 0) continue;
    const origin: Origin = { kind: "command line", name: planned.label };
    level.given.set(planned, fromOutside(planned, origin, texts));
  }
  return words;
}

function fromOutside(planned: PlannedField, origin: Origin, texts: readonly string[]): Given {
  return { planned, origin, texts, value: undefined, hint: undefined };
}

function reportRest(level: Level, words: readonly string[]): void {
  for (const text of words.slice(0, LISTED)) {
    level.faults.add(new UnknownOptionError(`${level.command}: unexpected argument ${quote(text)}`));
  }
  const more = words.length - LISTED;
  if (more > 0)
    level.faults.add(new UnknownOptionError(`${level.command}: and ${more} more unexpected arguments`));
}

function takeEnvironment(level: Level): void {
  for (const [planned, name] of variablesOf(level)) {
    const text = level.line.environment[name];
    if (text === undefined || text === "" || level.given.has(planned) || level.faulty.has(planned)) continue;
    const texts = planned.many ? text.split(",") : [text];
    level.given.set(planned, fromOutside(planned, { kind: "environment", name }, texts));
  }
}
