/**
 * The roots of every deliberate error. Each class says whose fault it is; `exit-status.ts` maps the classes to
 * what the shell sees. Rooms extend these classes in an `errors.ts` of their own.
 */

/** The stable name of a fault, for programs: `APPD_` and capitals. Messages may change, codes do not. */
export type ErrorCode = `APPD_${string}`;

/** An error that appd throws on purpose. Its message is for people: what was given, where from, what would work. */
export abstract class AppdError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Whoever typed the command (or set its environment) made a mistake: exit status 64. */
export class UsageError extends AppdError {}

/** A file or folder that was named does not exist: exit status 66. */
export class NoInputError extends AppdError {}

/** Something outside is not to be had now, such as a port in use: exit status 69. */
export class UnavailableError extends AppdError {}

/** The program is wrong: a plugin that throws, a maker that returns no service, a cycle. Exit status 70. */
export class SoftwareError extends AppdError {}

/** A log, socket or other file can't be made: exit status 73. */
export class CannotCreateError extends AppdError {}

/** It can't be now, though nothing is wrong: it runs already, or would not end. Exit status 75. */
export class TemporaryError extends AppdError {}

/** It exists, but is not permitted, such as a port below 1024: exit status 77. */
export class NoPermissionError extends AppdError {}

/** Whoever deployed it made a mistake: package.json, a set-up, two makers of one name. Exit status 78. */
export class ConfigurationError extends AppdError {}

/** What is used is not installed: a library that comes only where somebody asks for it. */
export class MissingPeerError extends ConfigurationError {
  constructor(problem: string) {
    super("APPD_MISSING_PEER", problem);
  }
}

/** Several faults found at once. The message has a line for each. */
export class Faults extends AppdError {
  constructor(readonly faults: readonly AppdError[]) {
    super("APPD_SEVERAL", faults.map((fault) => fault.message).join("\n"));
  }
}

/**
 * Throws what was found: nothing for no fault, the fault itself for one, {@link Faults} for several.
 *
 * @throws AppdError
 */
export function throwFaults(faults: readonly AppdError[]): void {
  const [first, ...others] = faults;
  if (!first) return;
  throw others.length === 0 ? first : new Faults(faults);
}
