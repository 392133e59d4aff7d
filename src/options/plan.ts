/**
 * What a shape becomes once its initial values are known: each field's kind and type, and the tables that the
 * reading needs. Made once per shape and sort of initial values, so that reading a line asks no metadata.
 */
import type { Vocabulary } from "../base/option-words";
import type { FieldRecord, SubcommandRecord } from "./declaration";
import { OptionDeclarationError } from "./errors";
import type { OptionsShape } from "./options-shape";
import { Transforms, type Assign } from "./transform";
import { typeOfField, type FoundType } from "./type-of-field";
import { COUNT, TRUTH, type ValueType } from "./value-type";

export interface PlannedField {
  readonly record: FieldRecord;
  readonly kind: "switch" | "counter" | "value" | "argument";
  readonly type: ValueType;
  readonly many: boolean;
  readonly required: boolean;
  /** A switch that is on by default and has a `--no-…`. */
  readonly negatable: boolean;
  /** How it is assigned where a plain assignment does not do. */
  readonly assign: Assign | undefined;
  /** What messages about its value call it, however it was given: `--port`, `<file>`. */
  readonly label: string;
}

/** What a long name means; `on` is false for `--no-…`. */
export interface NamedOption {
  readonly planned: PlannedField;
  readonly on: boolean;
}

export interface Plan extends Vocabulary {
  /** The options, then the arguments. */
  readonly fields: readonly PlannedField[];
  readonly options: readonly PlannedField[];
  readonly arguments: readonly PlannedField[];
  readonly named: ReadonlyMap<string, NamedOption>;
  /** Subcommands by name and alias. */
  readonly words: ReadonlyMap<string, SubcommandRecord>;
  /** Whether `-h` means help. */
  readonly shortHelp: boolean;
}

const plans = new WeakMap<OptionsShape, Map<string, Plan>>();

/** The plan for a shape whose fields start as they are in `instance`. */
export function planFor(shape: OptionsShape, instance: object): Plan {
  const key = shape.fields.map(({ field }) => sortOf(initialValue(instance, field))).join();
  const known = plans.get(shape) ?? new Map<string, Plan>();
  const plan = known.get(key) ?? makePlan(shape, instance);
  plans.set(shape, known.set(key, plan));
  return plan;
}

/** A field's value before anything was given. */
export function initialValue(instance: object, field: string): unknown {
  return (instance as Readonly<Record<string, unknown>>)[field];
}

/** What an option names. A single dash does not make a long name of one letter. */
export function namedBy(
  plan: Plan,
  { name, typed }: { name: string; typed: string },
): NamedOption | undefined {
  const named = plan.named.get(name);
  if (!named || typed.startsWith("--")) return named;
  return typed === `-${named.planned.record.details.short ?? ""}` ? named : undefined;
}

/** Tells initial values apart that lead to different plans. */
function sortOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return `[${sortOf(value[0])}]`;
  return value instanceof Date ? "date" : value instanceof URL ? "url" : "object";
}

function makePlan(shape: OptionsShape, instance: object): Plan {
  const transforms = new Transforms(shape.type);
  const fields = shape.fields.map((record) => {
    const initial = initialValue(instance, record.field);
    const assign = transforms.assignTo(record.field);
    return planField(record, { ...typeOfField({ shape, record, initial, transforms }), initial, assign });
  });
  const options = fields.filter(({ kind }) => kind !== "argument");
  const positionals = fields.filter(({ kind }) => kind === "argument");
  refuseOrder(shape.type.name, positionals);
  const shortHelp = !options.some(({ record }) => record.details.short === "h");
  const named = namesOf(shape.type.name, options);
  const longNames = longNamesOf(options, shortHelp);
  return {
    fields: [...options, ...positionals],
    options,
    arguments: positionals,
    named,
    words: wordsOf(shape.subcommands),
    shortHelp,
    longName: (letter) => longNames.get(letter),
    takesValue: (name) => named.get(name)?.planned.kind === "value",
  };
}

interface Found extends FoundType {
  readonly initial: unknown;
  readonly assign: Assign | undefined;
}

function planField(record: FieldRecord, { type, many, initial, assign }: Found): PlannedField {
  const kind = kindOf(record, type, many);
  const isArgument = kind === "argument";
  return {
    record,
    kind,
    many,
    assign,
    type: kind === "counter" ? COUNT : type,
    required: record.details.required ?? (isArgument && (initial === undefined || initial === null)),
    negatable: kind === "switch" && initial === true,
    label: isArgument ? `<${record.name}>` : `--${record.name}`,
  };
}

function kindOf({ kind, details }: FieldRecord, type: ValueType, many: boolean): PlannedField["kind"] {
  if (kind === "argument") return "argument";
  if (details.count) return "counter";
  return kind === "option" && type === TRUTH && !many ? "switch" : "value";
}

function namesOf(owner: string, options: readonly PlannedField[]): Map<string, NamedOption> {
  const named = new Map<string, NamedOption>(
    options.map((planned) => [planned.record.name, { planned, on: true }]),
  );
  for (const planned of options.filter(({ negatable }) => negatable)) {
    const name = `no-${planned.record.name}`;
    const other = named.get(name);
    if (other) {
      throw new OptionDeclarationError(
        `${owner}.${other.planned.record.field} can't be --${name}: that turns off ${owner}.${planned.record.field}`,
      );
    }
    named.set(name, { planned, on: false });
  }
  return named;
}

function wordsOf(subcommands: readonly SubcommandRecord[]): Map<string, SubcommandRecord> {
  const words = new Map(subcommands.map((record) => [record.name, record]));
  for (const record of subcommands) {
    if (record.details.alias !== undefined) words.set(record.details.alias, record);
  }
  return words;
}

function longNamesOf(options: readonly PlannedField[], shortHelp: boolean): Map<string, string> {
  const names = new Map<string, string>(shortHelp ? [["h", "help"]] : []);
  for (const { record } of options) {
    const { short } = record.details;
    if (short !== undefined) names.set(short, record.name);
  }
  return names;
}

function refuseOrder(owner: string, positionals: readonly PlannedField[]): void {
  let optional: string | undefined;
  positionals.forEach(({ record, many, required }, index) => {
    if (many && index < positionals.length - 1) {
      throw new OptionDeclarationError(
        `${owner}.${record.field} takes the rest: it must be the last argument`,
      );
    }
    if (required && optional !== undefined) {
      throw new OptionDeclarationError(
        `${owner}.${record.field} is required but comes after ${owner}.${optional}, which is not`,
      );
    }
    if (!required) optional = record.field;
  });
}
