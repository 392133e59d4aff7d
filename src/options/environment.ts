/**
 * The environment's names: `APPD_MYPROJECT_MAX_CONNS` for `maxConns` of `myproject`, or what `env` says; below a
 * subcommand `APPD_MYPROJECT_ADD_PORT`.
 */
import { OWN_VARIABLES } from "../base/own-variables";
import { didYouMean } from "../base/suggest";
import type { FieldRecord } from "./declaration";
import { OptionDeclarationError } from "./errors";
import type { Level } from "./level";
import { subcommandShape, type OptionsShape } from "./options-shape";
import type { Plan, PlannedField } from "./plan";

const tables = new WeakMap<Plan, Map<string, ReadonlyMap<PlannedField, string>>>();

/** The variables that a level's fields may be given in. Made once for each command. */
export function variablesOf(level: Level): ReadonlyMap<PlannedField, string> {
  const prefix = `${prefixOf([level.line.command])}${level.path.map(({ name }) => prefixPart(name)).join("")}`;
  const known = tables.get(level.plan) ?? new Map<string, ReadonlyMap<PlannedField, string>>();
  const found = known.get(prefix) ?? makeTable(level, prefix);
  tables.set(level.plan, known.set(prefix, found));
  return found;
}

/** A line for each variable that looks like one of the command's, but is none. */
export function unknownVariables({ line, shape }: Level): string[] {
  const prefix = prefixOf([line.command]);
  const found = Object.keys(line.environment).filter((name) => name.startsWith(prefix));
  if (found.length === 0) return [];
  const known = new Set(allVariables(shape, prefix, found));
  const foreign = foreignTo(line.command, line.commands ?? []);
  const own = new Set((line.globals ?? []).map(globalVariable));
  return found
    .filter((name) => !known.has(name) && !own.has(name) && !foreign.some((start) => name.startsWith(start)))
    .map((name) => `${line.command}: no option is read from ${name}${didYouMean(name, known)}`);
}

const prefixPart = (name: string): string => `${name.toUpperCase().replace(/-/g, "_")}_`;
const prefixOf = (names: readonly string[]): string => `APPD_${names.map(prefixPart).join("")}`;
const globalVariable = (name: string): string => prefixOf([name.replace(/^-+/, "")]).slice(0, -1);

function variableOf({ name, details }: FieldRecord, prefix: string): string | undefined {
  if (details.env === false) return undefined;
  return details.env ?? `${prefix}${prefixPart(name).slice(0, -1)}`;
}

function makeTable(level: Level, prefix: string): ReadonlyMap<PlannedField, string> {
  const own = new Set([...OWN_VARIABLES, ...(level.line.globals ?? []).map(globalVariable)]);
  const table = new Map<PlannedField, string>();
  for (const planned of level.plan.fields) {
    const name = variableOf(planned.record, prefix);
    if (name === undefined) continue;
    if (own.has(name) && planned.record.details.env === undefined)
      throw ownVariable(level.shape, planned.record, name);
    table.set(planned, name);
  }
  return table;
}

/**
 * Refuses options that a command of this name would read from a variable of appd's own.
 *
 * @throws OptionDeclarationError
 */
export function refuseOwnVariables(command: string, shape: OptionsShape): void {
  for (const record of shape.fields) {
    const name = variableOf(record, prefixOf([command]));
    if (name !== undefined && OWN_VARIABLES.has(name)) throw ownVariable(shape, record, name);
  }
}

function ownVariable({ type }: OptionsShape, { field }: FieldRecord, name: string): OptionDeclarationError {
  return new OptionDeclarationError(
    `${type.name}.${field} would be read from ${name}, which is appd's own: say another { env }, or false`,
  );
}

/** Subcommands count only where one of the `found` names may be theirs. */
function allVariables(shape: OptionsShape, prefix: string, found: readonly string[]): string[] {
  const names = shape.fields.map((record) => variableOf(record, prefix)).filter((name) => name !== undefined);
  for (const record of shape.subcommands) {
    const inner = `${prefix}${prefixPart(record.name)}`;
    const theirs = found.filter((name) => name.startsWith(inner));
    if (theirs.length > 0) names.push(...allVariables(subcommandShape(shape, record), inner, theirs));
  }
  return names;
}

/** `APPD_MY_PROJECT_…` belongs to `my-project`, also while `my` runs. */
function foreignTo(command: string, commands: readonly string[]): string[] {
  const mine = prefixOf([command]);
  return commands.map((name) => prefixOf([name])).filter((start) => start !== mine && start.startsWith(mine));
}
