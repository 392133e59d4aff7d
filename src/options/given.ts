/**
 * What was given for each field, and where: the command line first, then the environment. What nobody declared,
 * a value too many and one too few are faults.
 */
import { quote, word } from "../base/text";
import { MalformedValueError, UnknownOptionError } from "./errors";
import type { Level } from "./level";
import type { NamedOption, PlannedField } from "./plan";
import type { OptionToken } from "./tokenise";
import { reportUnknown } from "./unknown-option";

/** Notes everything that was given at a level. */
export function collectGiven(level: Level): void {
  const unknown: OptionToken[] = [];
  for (const token of level.options) {
    const named = namedBy(level, token);
    if (named) takeOption(level, token, named);
    else unknown.push(token);
  }
  reportUnknown(level, unknown);
  takePositionals(level, unknown.length > 0);
  takeEnvironment(level);
}

/** What a token names; a single dash does not make a long name of one letter. */
export function namedBy(level: Level, token: OptionToken): NamedOption | undefined {
  const named = level.plan.named.get(token.name);
  if (!named || token.typed.startsWith("--")) return named;
  return token.typed === `-${named.planned.record.details.short ?? ""}` ? named : undefined;
}

function takeOption(level: Level, token: OptionToken, { planned, on }: NamedOption): void {
  const wrong = wrongUse(token, planned);
  if (wrong !== undefined) {
    level.faulty.add(planned);
    level.faults.add(new MalformedValueError(`${level.command}: ${wrong}`));
    return;
  }
  const before = level.given.get(planned);
  const base = { planned, as: token.typed, origin: { kind: "command line", name: token.typed } as const };
  if (token.value !== undefined) {
    const texts = planned.many && before ? [...before.texts, token.value] : [token.value];
    level.given.set(planned, { ...base, texts });
    return;
  }
  const value = planned.kind === "switch" ? on : countOf(level, planned, before?.value) + 1;
  level.given.set(planned, { ...base, texts: [], value });
}

function wrongUse(token: OptionToken, planned: PlannedField): string | undefined {
  if (planned.kind === "value") return token.value === undefined ? missingValue(token, planned) : undefined;
  return token.value === undefined ? undefined : `${token.typed} takes no value`;
}

function missingValue({ typed, instead }: OptionToken, planned: PlannedField): string {
  if (instead === undefined) return `${typed} needs a value`;
  const fix = `${planned.label}=${word(instead)}`;
  return `${typed} needs a value, and ${word(instead)} is an option (write ${fix} if you mean it)`;
}

function countOf(level: Level, planned: PlannedField, before: unknown): number {
  const count = before ?? (level.instance as Readonly<Record<string, unknown>>)[planned.record.field];
  return typeof count === "number" ? count : 0;
}

/** Words without a place are not reported after an unknown option: they may be its value. */
function takePositionals(level: Level, afterUnknown: boolean): void {
  const words = level.positionals.map(({ value }) => value);
  for (const planned of level.plan.arguments) {
    const texts = planned.many ? words.splice(0) : words.splice(0, 1);
    if (texts.length === 0) continue;
    const origin = { kind: "command line", name: planned.label } as const;
    level.given.set(planned, { planned, as: planned.label, origin, texts });
  }
  if (afterUnknown) return;
  for (const text of words) {
    level.faults.add(new UnknownOptionError(`${level.command}: unexpected argument ${quote(text)}`));
  }
}

function takeEnvironment(level: Level): void {
  for (const planned of [...level.plan.options, ...level.plan.arguments]) {
    const name = variableOf(level, planned);
    if (name === undefined || level.given.has(planned) || level.faulty.has(planned)) continue;
    const text = level.line.environment[name];
    if (text === undefined || text === "") continue;
    const texts = planned.many ? text.split(",") : [text];
    level.given.set(planned, { planned, as: planned.label, origin: { kind: "environment", name }, texts });
  }
}

/** The variable that may hold a field's value. */
export function variableOf(level: Pick<Level, "prefix">, { record }: PlannedField): string | undefined {
  const { env } = record.details;
  if (env === false) return undefined;
  return env ?? `${level.prefix}${record.name.toUpperCase().replace(/-/g, "_")}`;
}
