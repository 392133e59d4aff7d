import {
  CannotCreateError,
  NoPermissionError,
  SoftwareError,
  TemporaryError,
  UnavailableError,
  UsageError,
} from "../../base/errors";
import { didYouMean } from "../../base/suggest";
import { word } from "../../base/text";

/** What came over the control socket is no request. */
export class ControlRequestError extends UsageError {
  constructor(message: string) {
    super("APPD_CONTROL_REQUEST", message);
  }
}

/** The control socket can't be made. */
export class ControlSocketError extends CannotCreateError {
  constructor(folder: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    super("APPD_CONTROL_SOCKET", `can't make the control socket in ${folder}: ${code}`, { cause });
  }
}

/** Whoever runs answered, but not what was asked. */
export class ControlAnswerError extends SoftwareError {
  constructor(message: string, options?: ErrorOptions) {
    super("APPD_CONTROL_ANSWER", message, options);
  }
}

/** It is somebody else's. */
export class StopForbiddenError extends NoPermissionError {
  constructor(run: string, cause: unknown) {
    super("APPD_STOP_FORBIDDEN", `this user is not permitted to stop ${run}`, { cause });
  }
}

/** It does not answer, and may have ended long ago: its number may be somebody else's. */
export class UncertainProcessError extends UnavailableError {
  constructor(pid: number) {
    super(
      "APPD_UNCERTAIN_PROCESS",
      `it does not answer, and without the /proc that it has nothing tells whether process ${pid} is it: nothing was ` +
        "signalled; end it where it was started",
    );
  }
}

/** Not even SIGKILL ended it: it waits for a device, or is the first process of a container. */
export class UnendingError extends TemporaryError {
  constructor(run: string) {
    super("APPD_UNENDING", `${run} was killed and is still there: the system can't end it now`);
  }
}

/** Nothing of that name runs for this user. */
export class NotRunningError extends UnavailableError {
  constructor(name: string, names: readonly string[], besides = "") {
    const hint = didYouMean(name, names);
    super(
      "APPD_NOT_RUNNING",
      `${word(name)} does not run${besides}${hint}; appd status lists what runs for this user`,
    );
  }
}
