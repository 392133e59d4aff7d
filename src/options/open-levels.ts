/**
 * The levels on a line: the command, then each subcommand that was chosen, each with its instance and its tokens.
 * The first word that is no option chooses; what follows belongs to the subcommand.
 */
import { didYouMean } from "../base/suggest";
import { word } from "../base/text";
import type { CommandLine } from "./command-line";
import type { SubcommandRecord } from "./declaration";
import { UnknownOptionError } from "./errors";
import { FaultList, type Level, type SubcommandStep } from "./level";
import { subcommandShape, type OptionsShape } from "./options-shape";
import { namedBy, planFor } from "./plan";
import { tokenise, type OptionToken } from "./tokenise";

interface Opening {
  readonly shape: OptionsShape;
  readonly instance: object;
  readonly line: CommandLine;
  readonly argv: readonly string[];
  readonly outer?: Level;
  readonly step?: SubcommandStep;
}

/** Every level of a line, the command first; fewer where help or the version is asked for on the way. */
export function openLevels(opening: Opening): Level[] {
  const levels: Level[] = [];
  for (let next: Opening | undefined = opening; next !== undefined;) {
    const level = openLevel(next);
    levels.push(level);
    next = asksFor(level) === undefined ? nextOpening(level) : undefined;
  }
  return levels;
}

/** What a level was asked for instead of its values. */
export function asksFor({ options }: Level): "help" | "version" | undefined {
  if (options.some(({ name }) => name === "help")) return "help";
  return options.some(({ name }) => name === "version") ? "version" : undefined;
}

function openLevel({ shape, instance, line, argv, outer, step }: Opening): Level {
  const plan = planFor(shape, instance);
  const tokens = tokenise(argv, plan);
  const choice = plan.words.size === 0 ? -1 : tokens.findIndex(({ kind }) => kind === "positional");
  const mine = choice === -1 ? tokens : tokens.slice(0, choice + 1);
  return {
    command: outer && step ? `${outer.command} ${step.name}` : line.command,
    path: outer && step ? [...outer.path, step] : [],
    outer,
    line,
    shape,
    plan,
    instance,
    argv,
    options: mine.filter((token) => token.kind === "option"),
    positionals: mine.filter((token) => token.kind === "positional"),
    given: new Map(),
    faulty: new Set(),
    faults: outer?.faults ?? new FaultList(),
  };
}

/** The subcommand that a level's first word chooses, or the default one when there is no word. */
function nextOpening(level: Level): Opening | undefined {
  if (level.plan.words.size === 0) return undefined;
  const [chosen] = level.positionals;
  const record = chosen
    ? level.plan.words.get(chosen.value)
    : level.shape.subcommands.find(({ details }) => details.default);
  if (!record) {
    if (chosen && !level.options.some((token) => isUnknown(level, token)))
      reportUnknownWord(level, chosen.value);
    return undefined;
  }
  const shape = subcommandShape(level.shape, record);
  const instance = nest(level, record, shape.create());
  const argv = chosen ? level.argv.slice(chosen.index + 1) : [];
  return { shape, instance, line: level.line, argv, outer: level, step: record };
}

/** The word behind an unknown option may be its value. */
const isUnknown = (level: Level, token: OptionToken): boolean => namedBy(level.plan, token) === undefined;

function reportUnknownWord(level: Level, text: string): void {
  const near = didYouMean(text, level.plan.words.keys());
  level.faults.add(new UnknownOptionError(`${level.command}: unknown command ${word(text)}${near}`));
}

/** The holder's field is set, and the nested instance knows its holder before it is read itself. */
function nest(level: Level, { field }: SubcommandRecord, instance: object): object {
  (level.instance as Record<string, unknown>)[field] = instance;
  const parent = { value: level.instance, enumerable: false, writable: true, configurable: true };
  return Object.defineProperty(instance, "parent", parent);
}
