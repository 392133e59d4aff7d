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
 * emitted. Of an enum some compilers emit the enum itself and others Number: that is not relied upon.
 *
 * @throws OptionDeclarationError when none of them tells
 */
export function typeOfField({ record, initial, shape, transforms }: Field): FoundType {
  const where = `${shape.type.name}.${record.field}`;
  const emitted = fieldType(shape.type.prototype as object, record.field);
  const many = record.details.many ?? (Array.isArray(initial) || (isAbsent(initial) && emitted === Array));
  const first: unknown = many && Array.isArray(initial) ? initial[0] : initial;
  const type =
    said(record, where) ?? typedBy(transforms, record.field) ?? shownBy(first) ?? knownType(emitted);
  if (type) return { type, many };
  if (many || record.elseText) return { type: TEXT, many };
  const advice = "give it an initial value, or say its { type }, { choices } or { parse }";
  throw new OptionDeclarationError(`the type of ${where} can't be seen: ${advice}`);
}

function said({ details }: FieldRecord, where: string): ValueType | undefined {
  const { choices, type, parse, count } = details;
  if (count) return NUMERIC;
  if (choices) return choiceType(choices);
  if (parse) return parsedType(parse, where);
  if (!type) return undefined;
  return knownType(type) ?? parsedType(type as (text: string) => unknown, where);
}

function typedBy(transforms: Transforms, field: string): ValueType | undefined {
  return transforms.isNested(field) ? JSON_DATA : knownType(transforms.typeOf(field));
}

function shownBy(initial: unknown): ValueType | undefined {
  return isAbsent(initial) ? undefined : knownType((initial as { constructor: unknown }).constructor);
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
