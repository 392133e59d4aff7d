/**
 * From a command line to an instance, in the order of the calls: the levels on the line (the command, then each
 * subcommand), what was given, values, constraints, what is missing, `postOptions`. Every fault is reported at
 * once; nothing here touches the process.
 */
import { throwFaults } from "../base/errors";
import type { CommandLine, Origin } from "./command-line";
import { MissingOptionError } from "./errors";
import { collectGiven, variableOf } from "./given";
import { convertGiven, FaultList, type Level } from "./level";
import { helpOf, type OptionsHelp } from "./options-help";
import type { OptionsShape } from "./options-shape";
import { planFor } from "./plan";
import { tokenise } from "./tokenise";

/** What a command line asks for. */
export type Outcome<T> =
  | {
      readonly kind: "values";
      readonly options: T;
      readonly warnings: readonly string[];
      /** Where each value that was given came from, by field; a subcommand's as `add.port`. */
      readonly origins: Readonly<Record<string, Origin>>;
    }
  | { readonly kind: "help"; readonly help: OptionsHelp }
  | { readonly kind: "version" };

/**
 * Reads a command line into the instance that `create` makes.
 *
 * @throws UsageError or Faults when something on the line or in the environment is wrong
 * @throws OptionDeclarationError when the class itself is
 */
export async function readOptions<T extends object>(
  shape: OptionsShape<T>,
  line: CommandLine,
  create: () => T | Promise<T> = shape.create,
): Promise<Outcome<T>> {
  const instance = await create();
  const level = openLevel(shape, line, instance);
  if (level.options.some(({ name }) => name === "help")) return { kind: "help", help: helpOf(level) };
  if (level.options.some(({ name }) => name === "version")) return { kind: "version" };
  collectGiven(level);
  for (const [planned, value] of convertGiven(level)) {
    (level.instance as Record<string, unknown>)[planned.record.field] = value;
  }
  reportMissing(level);
  throwFaults(level.faults.all);
  return { kind: "values", options: instance, warnings: [], origins: originsOf(level) };
}

function openLevel(shape: OptionsShape, line: CommandLine, instance: object): Level {
  const plan = planFor(shape, instance);
  const tokens = tokenise(line.argv, plan);
  return {
    command: line.command,
    prefix: `APPD_${line.command.toUpperCase().replace(/-/g, "_")}_`,
    line,
    shape,
    plan,
    instance,
    description: undefined,
    outer: undefined,
    words: [],
    options: tokens.filter((token) => token.kind === "option"),
    positionals: tokens.filter((token) => token.kind === "positional"),
    given: new Map(),
    faulty: new Set(),
    faults: new FaultList(),
  };
}

function reportMissing(level: Level): void {
  for (const planned of [...level.plan.options, ...level.plan.arguments]) {
    if (!planned.required || level.given.has(planned) || level.faulty.has(planned)) continue;
    const variable = variableOf(level, planned);
    const how = variable === undefined ? "" : ` (or set ${variable})`;
    level.faults.add(new MissingOptionError(`${level.command}: ${planned.label} is required${how}`));
  }
}

function originsOf(level: Level): Record<string, Origin> {
  const origins: Record<string, Origin> = {};
  for (const { planned, origin } of level.given.values()) origins[planned.record.field] = origin;
  return origins;
}
