/**
 * The decorators that a person writes on the fields of an options class: text first, details last. Each records
 * one fact and changes nothing else. They also work when called by hand on a prototype.
 */
import { kebabCase } from "../base/text";
import type { AnyClass } from "../metadata/metadata";
import type {
  Allowed,
  ArgumentDetails,
  Choices,
  FieldDecorator,
  OptionDetails,
  ParameterDetails,
  SubcommandDetails,
  Unsaid,
  ValueTypeDetail,
} from "./details";
import { declare, type FieldRecord } from "./declaration";
import { OptionDeclarationError } from "./errors";

/**
 * A named option that reads its field's type: a boolean is a switch (with `--no-…` where it is on by default),
 * `count` counts, anything else takes a value. The default is the field's initial value.
 *
 * ```ts
 * @Option("Say more.", { short: "v", count: true }) verbose = 0;
 * ```
 */
export function Option<
  const V = Unsaid,
  const Y extends ValueTypeDetail | Unsaid = Unsaid,
  const X extends Choices | Unsaid = Unsaid,
  const C extends boolean = false,
>(description: string, details?: OptionDetails<V, Y, X, C>): FieldDecorator<Allowed<V, Y, X, C>> {
  return fieldDecorator("option", description, details);
}

/**
 * A named option that always takes a value. Without initial value it is optional and stays undefined.
 *
 * ```ts
 * @Parameter("The port number to listen on.", { short: "p" }) port = 1235;
 * ```
 */
export function Parameter<
  const V = Unsaid,
  const Y extends ValueTypeDetail | Unsaid = Unsaid,
  const X extends Choices | Unsaid = Unsaid,
>(description: string, details?: ParameterDetails<V, Y, X>): FieldDecorator<Allowed<V, Y, X>> {
  return fieldDecorator("parameter", description, details);
}

/**
 * A positional argument; a list takes the rest. Without initial value it is required, unless `required: false`.
 *
 * ```ts
 * @Argument("The files to serve.") files: string[] = [];
 * ```
 */
export function Argument<
  const V = Unsaid,
  const Y extends ValueTypeDetail | Unsaid = Unsaid,
  const X extends Choices | Unsaid = Unsaid,
>(description: string, details?: ArgumentDetails<V, Y, X>): FieldDecorator<Allowed<V, Y, X>> {
  return fieldDecorator("argument", description, details);
}

/**
 * A nested command line. The field of the chosen one is set, the others stay undefined; `parent` of the nested
 * options is the instance that holds them.
 *
 * ```ts
 * @Subcommand("Add a user.", () => AddOptions, { alias: "a" }) add?: AddOptions;
 * ```
 */
export function Subcommand<S extends object>(
  description: string,
  options: () => AnyClass<S>,
  details: SubcommandDetails = {},
): <T extends object, K extends string & keyof T>(
  target: T,
  field: [S | undefined] extends [T[K]] ? K : "the field must be optional and hold the subcommand's options",
) => void {
  return (target, field) => {
    const name = fieldName("@Subcommand", target, field);
    const typed = details.name ?? kebabCase(name);
    declare(target, { kind: "subcommand", field: name, name: typed, description, details, options });
  };
}

function fieldDecorator<V>(
  kind: FieldRecord["kind"],
  description: string,
  details: object = {},
): FieldDecorator<V> {
  const decorator = `@${kind[0]?.toUpperCase() ?? ""}${kind.slice(1)}`;
  return (target, field) => {
    const name = fieldName(decorator, target, field);
    const said = details as OptionDetails;
    declare(target, { kind, field: name, name: said.name ?? kebabCase(name), description, details: said });
  };
}

/** The decorated field, unless the compiler called the decorator in a way that appd does not know. */
function fieldName(decorator: string, target: unknown, field: unknown): string {
  if (typeof field === "object" && field !== null && "kind" in field) {
    const advice = `set "experimentalDecorators" and "emitDecoratorMetadata" in tsconfig.json`;
    throw new OptionDeclarationError(`${decorator} was called as a standard decorator: ${advice}`);
  }
  if (typeof target === "function") {
    throw new OptionDeclarationError(
      `${target.name}.${String(field)} is static: ${decorator} is for fields of instances`,
    );
  }
  if (typeof field !== "string") {
    throw new OptionDeclarationError(`${decorator} is for fields with a name, not for ${String(field)}`);
  }
  return field;
}
