import { fieldType } from "../metadata/metadata";
import type { FieldRecord } from "./declaration";
import { OptionDeclarationError } from "./errors";
import type { OptionsShape } from "./options-shape";
import type { Transforms } from "./transform";
import { choiceType, JSON_DATA, knownType, NUMERIC, parsedType, TEXT, type ValueType } from "./value-type";

export interface FoundType {
  readonly type: ValueType;
  readonly many: boolean;
}

interface Field {
  readonly shape: OptionsShape;
  readonly record: FieldRecord;
  readonly initial: unknown;
  readonly transforms: Transforms;
}

/**
 * How a field's text is read: as its details or `@Type` say, else as its initial value shows, else as the compiler
 * emitted.
 *
 * @throws OptionDeclarationError when none of them tells
 */
export function typeOfField({ record, initial, shape, transforms }: Field): FoundType {
  const emitted = fieldType(shape.type.prototype as object, record.field);
  const many = record.details.many ?? (Array.isArray(initial) || (isAbsent(initial) && emitted === Array));
  const first: unknown = many && Array.isArray(initial) ? initial[0] : initial;
  const type = said(record) ?? typedBy(transforms, record.field) ?? shownBy(first) ?? emittedType(emitted);
  if (type) return { type, many };
  if (many || record.elseText) return { type: TEXT, many };
  const advice = "give it an initial value, or say its { type }, { choices } or { parse }";
  throw new OptionDeclarationError(`the type of ${shape.type.name}.${record.field} can't be seen: ${advice}`);
}

function said({ details }: FieldRecord): ValueType | undefined {
  const { choices, type, parse, count } = details;
  if (count) return NUMERIC;
  if (choices) return choiceType(choices);
  if (parse) return parsedType(parse);
  if (!type) return undefined;
  return knownType(type) ?? parsedType(type as (text: string) => unknown);
}

function typedBy(transforms: Transforms, field: string): ValueType | undefined {
  return transforms.isNested(field) ? JSON_DATA : knownType(transforms.typeOf(field));
}

function shownBy(initial: unknown): ValueType | undefined {
  return isAbsent(initial) ? undefined : knownType((initial as { constructor: unknown }).constructor);
}

/** Some compilers emit an enum itself. */
function emittedType(emitted: unknown): ValueType | undefined {
  if (typeof emitted === "object" && emitted !== null) return choiceType(emitted as Record<string, unknown>);
  return knownType(emitted);
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
