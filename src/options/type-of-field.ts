import { fieldType } from "../metadata/metadata";
import type { FieldRecord } from "./declaration";
import { OptionDeclarationError } from "./errors";
import type { OptionsShape } from "./options-shape";
import {
  ADDRESS,
  BIG,
  choiceType,
  MOMENT,
  NUMERIC,
  parsedType,
  TEXT,
  TRUTH,
  type ValueType,
} from "./value-type";

export interface FoundType {
  readonly type: ValueType;
  readonly many: boolean;
}

interface Field {
  readonly shape: OptionsShape;
  readonly record: FieldRecord;
  readonly initial: unknown;
}

const CLASSES = new Map<unknown, ValueType>([
  [String, TEXT],
  [Number, NUMERIC],
  [Boolean, TRUTH],
  [BigInt, BIG],
  [Date, MOMENT],
  [URL, ADDRESS],
]);

/**
 * How a field's text is read: as its details say, else as its initial value shows, else as the compiler emitted.
 *
 * @throws OptionDeclarationError when none of them tells
 */
export function typeOfField(field: Field): FoundType {
  const { record, initial, shape } = field;
  const emitted = fieldType(shape.type.prototype as object, record.field);
  const many = record.details.many ?? (Array.isArray(initial) || (isAbsent(initial) && emitted === Array));
  const type =
    said(record) ?? shownBy(many && Array.isArray(initial) ? initial[0] : initial) ?? emittedType(emitted);
  if (type) return { type, many };
  if (many) return { type: TEXT, many };
  const advice = "give it an initial value, or say its { type }, { choices } or { parse }";
  throw new OptionDeclarationError(`the type of ${shape.type.name}.${record.field} can't be seen: ${advice}`);
}

function said({ details }: FieldRecord): ValueType | undefined {
  const { choices, type, parse, count } = details;
  if (count) return NUMERIC;
  if (choices) return choiceType(choices);
  if (parse) return parsedType(parse);
  if (!type) return undefined;
  return CLASSES.get(type) ?? parsedType(type as (text: string) => unknown);
}

function shownBy(initial: unknown): ValueType | undefined {
  if (isAbsent(initial)) return undefined;
  if (initial instanceof Date) return MOMENT;
  if (initial instanceof URL) return ADDRESS;
  if (typeof initial === "object") return undefined;
  return CLASSES.get((initial as { constructor: unknown }).constructor);
}

/** Some compilers emit an enum itself. */
function emittedType(emitted: unknown): ValueType | undefined {
  if (typeof emitted === "object" && emitted !== null) return choiceType(emitted as Record<string, unknown>);
  return CLASSES.get(emitted);
}

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;
