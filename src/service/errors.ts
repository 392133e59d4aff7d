import { SoftwareError, UnavailableError, type ErrorCode } from "../base/errors";
import { messageOf } from "../log/describe-error";

/** A tree can't be built that way: a name taken, a service that is not there, a tree inside itself. */
export class ServiceTreeError extends SoftwareError {}

/** What was to become a part of a tree is no service. */
export class NoServiceError extends SoftwareError {
  constructor(found: unknown) {
    super("APPD_NO_SERVICE", `${described(found)} is no service`);
  }
}

function described(found: unknown): string {
  if (typeof found !== "object" || found === null) return String(found);
  const { name } = (found.constructor as { readonly name: string } | undefined) ?? {};
  return name ? `an object of class ${name}` : "an object";
}

/** `failed` was called where no application could end. */
export class UnheardFailure extends SoftwareError {
  constructor(label: string, cause: unknown) {
    super("APPD_UNHEARD_FAILURE", `${label} failed, and is in no application that it could end`, { cause });
  }
}

/** The exit code that was asked for is none. */
export class ExitCodeError extends SoftwareError {
  constructor(given: unknown) {
    super("APPD_EXIT_CODE", `an exit code is a whole number from 0 to 255, got ${String(given)}`);
  }
}

/** A start was called off, because a stop was asked for before it was over. */
export class StartCancelled extends UnavailableError {
  constructor(label: string) {
    super("APPD_START_CANCELLED", `${label} was told to stop before it had started`);
  }
}

/** The time was over before a service had started. */
export class LateStart extends UnavailableError {
  constructor(label: string, ms: number) {
    super("APPD_LATE_START", `${label} has not started within ${seconds(ms)}`);
  }
}

/** A service was still stopping after its deadline, and was left behind. */
export class LateStop extends SoftwareError {
  constructor(label: string) {
    super("APPD_LATE_STOP", `${label} did not stop in time and was left behind`);
  }
}

/** Why the signal of a stop aborts: the reason that a service finds in `signal.reason`. */
export class StopDeadline extends UnavailableError {
  constructor(
    readonly ms: number,
    /** On the clock of the application. */
    readonly at: number,
  ) {
    super("APPD_STOP_DEADLINE", `the ${seconds(ms)} to stop are over`);
  }
}

/** What the children of a collection threw while it stopped them. Each has been logged where it was thrown. */
export class StopErrors extends SoftwareError {
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    const all = errors.flatMap((error) => (error instanceof StopErrors ? error.errors : [error]));
    super("APPD_STOP_ERRORS", all.map(messageOf).join("\n"), { cause: all[0] });
    this.errors = all;
  }
}

export const seconds = (ms: number): string => `${ms / 1000} s`;

export const treeError = (code: ErrorCode, message: string): ServiceTreeError =>
  new ServiceTreeError(code, message);
