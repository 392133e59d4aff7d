import type { AnyClass } from "../metadata/metadata";
import { declaredBy, type FieldRecord, type SubcommandRecord } from "./declaration";
import { OptionDeclarationError } from "./errors";

/** All that is declared about a command line: what {@link readOptions} reads and the help shows. */
export interface OptionsShape<T extends object = object> {
  /** The options class; made up where the options were described as plain data. */
  readonly type: AnyClass<T>;
  /** Options, parameters and arguments in the order of their declaration, the base class's first. */
  readonly fields: readonly FieldRecord[];
  readonly subcommands: readonly SubcommandRecord[];
  /** A new instance with its initial values. */
  readonly create: () => T;
}

const shapes = new WeakMap<object, OptionsShape>();

/**
 * The shape of an options class, the same one for every call.
 *
 * @throws OptionDeclarationError when fields of the class and its parents want the same name
 */
export function shapeOf<T extends object>(type: AnyClass<T>): OptionsShape<T> {
  const known = shapes.get(type);
  if (known) return known as OptionsShape<T>;
  const records = declaredBy(type);
  const shape: OptionsShape<T> = {
    type,
    fields: records.filter((record) => record.kind !== "subcommand"),
    subcommands: records.filter((record) => record.kind === "subcommand"),
    create: () => Reflect.construct(type, []) as T,
  };
  shapes.set(type, shape);
  return shape;
}

/**
 * The shape of a subcommand's options.
 *
 * @throws OptionDeclarationError when the class is not there
 */
export function subcommandShape(owner: OptionsShape, { field, options }: SubcommandRecord): OptionsShape {
  const found: unknown = options();
  if (typeof found === "function") return shapeOf(found as OptionsShape["type"]);
  if (typeof found === "object" && found !== null) return found as OptionsShape;
  const why = "its options class is not there yet: do two files import each other?";
  throw new OptionDeclarationError(`${owner.type.name}.${field}: ${why}`);
}
