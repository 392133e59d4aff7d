import { shown } from "../base/text";
import { ServiceOptionError } from "./errors";

/**
 * Refuses options that are to be amounts and are none. Milliseconds, connections and the like are numbers from 0 up;
 * Infinity sets no limit.
 *
 * @throws ServiceOptionError
 */
export function checkAmounts<T extends object>(
  service: object,
  options: T,
  names: readonly (keyof T)[],
): void {
  for (const name of names) {
    const value: unknown = options[name];
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw new ServiceOptionError(
      `${service.constructor.name}: ${String(name)} must be a number from 0 up, got ${shown(value)}`,
    );
  }
}

/** Refuses what is no function, where TypeScript was not there to do it. @throws ServiceOptionError */
export function checkFunction(service: object, what: string, given: unknown): void {
  if (typeof given !== "function")
    throw new ServiceOptionError(
      `${service.constructor.name}: ${what} must be a function, got ${shown(given)}`,
    );
}
