/**
 * From a command line to an instance; the body of {@link readOptions} tells in which order. Text is read here and
 * nowhere else, every fault is reported at once, and nothing touches the process.
 */
import { Faults, throwFaults, UsageError, type AppdError } from "../base/errors";
import { assignValues } from "./assign";
import type { CommandLine, Origin } from "./command-line";
import { finish } from "./finish";
import { convertGiven } from "./convert";
import { unknownVariables } from "./environment";
import { collectGiven } from "./given";
import { isJudged, judge } from "./judge";
import type { Level } from "./level";
import { reportMissing } from "./missing";
import { asksFor, openLevels } from "./open-levels";
import { helpOf, type OptionsHelp } from "./options-help";
import type { OptionsShape } from "./options-shape";
import { printedBy } from "./print";

/** What a command line asks for. */
export type Outcome<T> =
  | {
      readonly kind: "values";
      readonly options: T;
      /** Lines about what looks like a mistake but stops nobody. */
      readonly warnings: readonly string[];
      /** Texts of the line that are secrets, and should no longer be seen. */
      readonly secrets: readonly string[];
      /** Where each value that was given came from, by field; a subcommand's by `add.port`. */
      readonly origins: Readonly<Record<string, Origin>>;
    }
  | { readonly kind: "help"; readonly help: OptionsHelp }
  /** What an option that `prints` has to say. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "version" };

/** An options class may end its own reading: called last, a subcommand's before its holder's. */
interface WithPostOptions {
  postOptions?(): unknown;
}

/**
 * Reads a command line into the instance that `create` makes: initial values stand until something is given, on the
 * command line or else in the environment.
 *
 * @throws UsageError or Faults when something that was given is wrong or something is missing
 * @throws OptionDeclarationError when the class itself is wrong
 */
export async function readOptions<T extends object>(
  shape: OptionsShape<T>,
  line: CommandLine,
  create: () => T | Promise<T> = shape.create,
): Promise<Outcome<T>> {
  return (await readTakenApart(shape, line, create)).outcome;
}

/** What became of a command line, and the line taken apart, for who writes it down again. */
export interface TakenApart<T> {
  readonly outcome: Outcome<T>;
  /** The command's level, then its subcommands'. */
  readonly levels: readonly Level[];
}

/** The same as {@link readOptions}. */
export async function readTakenApart<T extends object>(
  shape: OptionsShape<T>,
  line: CommandLine,
  create: () => T | Promise<T> = shape.create,
): Promise<TakenApart<T>> {
  const options = await create();
  const levels = openLevels({ shape, instance: options, line, argv: line.argv });
  const instead = await askedInstead(levels);
  if (instead) return { outcome: instead, levels };
  for (const level of levels) await readLevel(level);
  const [command] = levels;
  throwFaults(command?.faults.all ?? []);
  const warnings = command ? unknownVariables(command) : [];
  const secrets = new Set(typedSecrets(levels));
  const told = { warn: (text: string) => warnings.push(text), hide: (text: string) => secrets.add(text) };
  for (const level of levels.toReversed()) await finish(level, told);
  for (const level of levels.toReversed()) await postOptions(level);
  const origins = originsOf(levels);
  return { outcome: { kind: "values", options, warnings, secrets: [...secrets], origins }, levels };
}

/** Help, the version or a text, where the line asks for one of them in the place of a run. */
async function askedInstead(
  levels: readonly Level[],
): Promise<Exclude<Outcome<never>, { kind: "values" }> | undefined> {
  for (const level of levels) {
    const asked = asksFor(level);
    if (asked === "help") return { kind: "help", help: helpOf(level) };
    if (asked === "version") return { kind: "version" };
  }
  for (const level of levels) {
    const text = await printedBy(level);
    if (text !== undefined) return { kind: "text", text };
  }
  return undefined;
}

async function readLevel(level: Level): Promise<void> {
  collectGiven(level);
  assignValues(level, await convertGiven(level));
  if (isJudged(level.shape)) await judge(level);
  reportMissing(level);
}

/** A usage error that the class throws is about the command line; any other error is its own. */
async function postOptions({ instance, command }: Level): Promise<void> {
  try {
    await (instance as WithPostOptions).postOptions?.();
  } catch (error) {
    throw aboutCommand(command, error);
  }
}

function aboutCommand(command: string, error: unknown): unknown {
  if (error instanceof Faults)
    return new Faults(error.faults.map((fault) => aboutCommand(command, fault) as AppdError));
  if (!(error instanceof UsageError)) return error;
  return new UsageError(error.code, `${command}: ${error.message}`, { cause: error });
}

/** Those in the environment are not in lists of processes. */
function typedSecrets(levels: readonly Level[]): string[] {
  return levels
    .flatMap(({ given }) => [...given.values()])
    .filter(({ planned, origin }) => planned.record.details.secret && origin.kind === "command line")
    .flatMap(({ texts }) => texts)
    .filter((text) => text !== "");
}

function originsOf(levels: readonly Level[]): Record<string, Origin> {
  const origins: Record<string, Origin> = {};
  for (const { given, path } of levels) {
    const start = path.map(({ field }) => `${field}.`).join("");
    for (const { planned, origin } of given.values()) origins[`${start}${planned.record.field}`] = origin;
  }
  return origins;
}
