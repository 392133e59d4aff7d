import { didYouMean } from "../base/suggest";
import { MakerDeclarationError } from "./errors";

const DETAILS = ["options", "providers", "details", "examples"];

/**
 * Refuses what no maker knows and lists that are none: plugins may be loaded without anyone checking their types.
 *
 * @throws MakerDeclarationError
 */
export function checkDetails(where: string, said: unknown, more: readonly string[] = []): void {
  if (typeof said !== "object" || said === null)
    throw new MakerDeclarationError(where, "its details are an object, such as { options: MyOptions }");
  const known = [...more, ...DETAILS];
  for (const [name, value] of Object.entries(said)) {
    if (!known.includes(name))
      throw new MakerDeclarationError(
        where,
        `it knows no "${name}"${didYouMean(name, known)}, only ${known.join(", ")}`,
      );
    if ((name === "providers" || name === "examples") && value !== undefined && !Array.isArray(value))
      throw new MakerDeclarationError(where, `${name} is a list: [ … ]`);
  }
}
