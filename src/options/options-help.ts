import { ownText, plain, shown } from "../base/text";
import { variablesOf } from "./environment";
import type { Level } from "./level";
import { initialValue, type PlannedField } from "./plan";
import type { ValueType } from "./value-type";

/** What the help of one command or subcommand shows. */
export interface OptionsHelp {
  /** The command, then each subcommand: `["myproject", "add"]`. */
  readonly command: readonly string[];
  /** A subcommand's own description. */
  readonly description?: string;
  readonly options: readonly OptionHelp[];
  readonly arguments: readonly OptionHelp[];
  readonly subcommands: readonly SubcommandHelp[];
}

/** One option or argument. Nothing secret is in it. */
export interface OptionHelp {
  readonly name: string;
  readonly short?: string;
  readonly description: string;
  readonly group?: string;
  /** What stands for the value; absent for a switch and a counter. */
  readonly placeholder?: string;
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly required: boolean;
  readonly many: boolean;
  readonly negatable: boolean;
  readonly env?: string;
}

/** One subcommand in the list of its parent's. */
export interface SubcommandHelp {
  readonly name: string;
  readonly alias?: string;
  readonly description: string;
  readonly default: boolean;
}

/** The help of a level. */
export function helpOf(level: Level): OptionsHelp {
  const describe = (planned: PlannedField): OptionHelp => describeField(level, planned);
  const visible = ({ record }: PlannedField): boolean => record.details.hidden !== true;
  const options = level.plan.options.filter(visible).map(describe);
  const taken = new Set(level.plan.options.map(({ record }) => record.details.short));
  return {
    command: [level.line.command, ...level.path.map(({ name }) => name)],
    ...(level.path.length > 0 && { description: level.path.at(-1)?.description ?? "" }),
    options: [...options, ...builtIn(taken.has("h"))],
    arguments: level.plan.arguments.filter(visible).map(describe),
    subcommands: level.shape.subcommands
      .filter(({ details }) => details.hidden !== true)
      .map(({ name, description, details }) => ({
        name,
        description,
        default: details.default === true,
        ...(details.alias !== undefined && { alias: details.alias }),
      })),
  };
}

function builtIn(taken: boolean): OptionHelp[] {
  const plain = { required: false, many: false, negatable: false };
  return [
    { name: "help", description: "Show this help.", ...plain, ...(!taken && { short: "h" }) },
    { name: "version", description: "Show the version.", ...plain },
  ];
}

function describeField(level: Level, planned: PlannedField): OptionHelp {
  const { record, kind, type, many, required, negatable } = planned;
  const { short, group, placeholder } = record.details;
  const env = variablesOf(level).get(planned);
  const initial = defaultOf(level, planned);
  const takesValue = kind === "value" || kind === "argument";
  return {
    name: record.name,
    description: record.description,
    required,
    many,
    negatable,
    ...(short !== undefined && { short }),
    ...(group !== undefined && { group }),
    ...(takesValue && { placeholder: placeholder ?? type.placeholder }),
    ...(type.choices && { choices: type.choices }),
    ...(initial !== undefined && { default: initial }),
    ...(env !== undefined && { env }),
  };
}

function defaultOf(level: Level, { record, type, kind, required }: PlannedField): string | undefined {
  const value = initialValue(level.instance, record.field);
  if (value === undefined || value === null || required || record.details.secret) return undefined;
  if (kind === "switch") return value === true ? "on" : undefined;
  if (kind === "counter" && value === 0) return undefined;
  if (!Array.isArray(value)) return standing(type, value);
  return value.length === 0 ? undefined : value.map((one) => standing(type, one)).join(", ");
}

/** Text stands as it would be typed, unless a terminal would not show it so. */
function standing({ show }: ValueType, value: unknown): string {
  const text = show?.(value) ?? plainText(value);
  if (text === undefined || text === "") return shown(value);
  return plain(text);
}

function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? ownText(value) : undefined;
}
