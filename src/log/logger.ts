/**
 * What a service writes to. Methods have pino's signatures: text, or an object of fields first. Who writes the
 * lines, where to and in which format is the runner's business.
 */

/** From the gravest to the finest. `silent` is a threshold only. */
export const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
export type Level = (typeof LEVELS)[number];

export interface LogMethod {
  (message: string, ...args: unknown[]): void;
  (fields: object, message?: string, ...args: unknown[]): void;
}

/** An injectable logger. Ask for it in a constructor: `constructor(private readonly log: Logger) {}`. */
export abstract class Logger {
  abstract readonly fatal: LogMethod;
  abstract readonly error: LogMethod;
  abstract readonly warn: LogMethod;
  abstract readonly info: LogMethod;
  abstract readonly debug: LogMethod;
  abstract readonly trace: LogMethod;
  /** A logger that adds `bindings` to each of its lines. */
  abstract child(bindings: Readonly<Record<string, unknown>>): Logger;
}
