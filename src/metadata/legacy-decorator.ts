import { StandardDecoratorError } from "./errors";

/**
 * Refuses a call by a standard (TC39) decorator. Every decorator of appd calls it first with its own second
 * argument, which is an object with a `kind` there, and a property name or nothing in the legacy way.
 *
 * @throws StandardDecoratorError
 */
export function refuseStandardDecorator(decorator: string, second: unknown): void {
  if (typeof second === "object" && second !== null && "kind" in second)
    throw new StandardDecoratorError(decorator);
}
