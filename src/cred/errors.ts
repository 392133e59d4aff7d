import {
  AppdError,
  ConfigurationError,
  NoInputError,
  NoPermissionError,
  SoftwareError,
  UnavailableError,
} from "../base/errors";
import { messageOf } from "../log/describe-error";

/** Someone may not do what he asks for. Avatars throw it too; UnauthorizedLogin counts as one. */
export class Unauthorized extends AppdError {
  constructor(message = "not permitted", options?: ErrorOptions) {
    super("APPD_UNAUTHORIZED", message, options);
  }

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, thrown)) return true;
    return this === Unauthorized && thrown instanceof UnauthorizedLogin;
  }
}

/** Someone could not log in. Which of its kinds it is says whose fault that is. */
export abstract class LoginFailed extends AppdError {}

/**
 * The fault of the person who logs in: the credentials are wrong. What that person is told is the same in every
 * case; the `cause` is for the log.
 */
export class UnauthorizedLogin extends LoginFailed {
  constructor(message = "wrong credentials", options?: ErrorOptions) {
    super("APPD_UNAUTHORIZED_LOGIN", message, options);
  }
}

/** Too many wrong attempts: nothing was checked. */
export class TooManyAttempts extends UnauthorizedLogin {
  constructor(
    /** Seconds after which it is worth to try again. */
    readonly retryAfter: number,
  ) {
    super(`too many wrong attempts; try again in ${retryAfter} s`);
  }
}

interface DigestFailure {
  readonly stale?: boolean;
  readonly replayed?: boolean;
}

/** An answer to a digest challenge that can't be right, whatever the password is. */
export class DigestFailed extends UnauthorizedLogin {
  /** Whether a new challenge would help: the client need not ask for the password again. */
  readonly stale: boolean;
  /** Whether there was such an answer already: somebody may have listened. */
  readonly replayed: boolean;

  constructor(message: string, { stale = false, replayed = false }: DigestFailure = {}) {
    super(message);
    this.stale = stale;
    this.replayed = replayed;
  }
}

/** Nobody's fault: the key would do, and the client has to show a signature now (RFC 4252, 7). */
export class ValidPublicKey extends LoginFailed {
  constructor() {
    super("APPD_VALID_PUBLIC_KEY", "the key would do; a signature has to follow");
  }
}

/** The realm refuses, though the credentials are right: a quota, the hour, an account that is closed. */
export class LoginDenied extends LoginFailed {
  constructor(message = "login denied", options?: ErrorOptions) {
    super("APPD_LOGIN_DENIED", message, options);
  }
}

/** The server has too much to do to check anything now; it is nobody's fault, and worth to try again. */
export class LoginBusy extends LoginFailed {
  constructor(
    message = "too many logins are being checked; try again soon",
    /** Seconds after which it is worth to try again. */
    readonly retryAfter = 1,
  ) {
    super("APPD_LOGIN_BUSY", message);
  }
}

/** The fault of who wrote or deployed the service: it takes credentials that none of its checkers can judge. */
export class UnhandledCredentials extends LoginFailed {
  constructor(interfaces: readonly string[], has: readonly string[]) {
    const asked = interfaces.length === 0 ? "credentials without an interface" : interfaces.join(", ");
    const there =
      has.length === 0 ? "there is no checker at all" : `there are checkers for ${has.join(", ")}`;
    super("APPD_UNHANDLED_CREDENTIALS", `no checker for ${asked}; ${there}`);
  }
}

/** What a checker asks is out of order: a file that can't be read, a directory that does not answer. */
export class CheckerUnavailable extends UnavailableError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_CHECKER_UNAVAILABLE", problem, options);
  }
}

/** The fault of who wrote the service: its realm has none of the interfaces that its protocol asks for. */
export class NotImplementedError extends SoftwareError {
  constructor(message = "the realm has none of the interfaces that were asked for", options?: ErrorOptions) {
    super("APPD_NOT_IMPLEMENTED", message, options);
  }
}

/** The fault of who wrote the checker: its answer names nobody. */
export class NoAvatarIdError extends SoftwareError {
  constructor(checker: string, answer: string) {
    super(
      "APPD_NO_AVATAR_ID",
      `${checker}.requestAvatarId gave ${answer}; it has to give a name or ANONYMOUS, or throw UnauthorizedLogin`,
    );
  }
}

/** The fault of who wrote the realm: what it gives is no avatar for what was asked. */
export class NotGrantedError extends SoftwareError {
  constructor(realm: string, problem: string) {
    super("APPD_NOT_GRANTED", `${realm}.requestAvatar gave ${problem}`);
  }
}

/** The fault of who wrote the service: someone logs in before it is known who may. */
export class PortalClosedError extends SoftwareError {
  constructor() {
    super(
      "APPD_PORTAL_CLOSED",
      "the portal is closed: it opens when the options stand, before makeService; log in later",
    );
  }
}

/** A way to log in that the service offers can't work with its checkers. Found at the start. */
export class NoCheckerError extends ConfigurationError {
  constructor(message: string) {
    super("APPD_NO_CHECKER", message);
  }
}

/** A hash can't be made or verified here. */
export class HashError extends ConfigurationError {
  constructor(problem: string) {
    super("APPD_HASH", problem);
  }
}

/** A file that was named is not there. */
export class NoPasswordFileError extends NoInputError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_NO_PASSWORD_FILE", problem, options);
  }
}

/** A file may not be read or written by whom the process runs as. */
export class PasswordFilePermissionError extends NoPermissionError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_PASSWORD_FILE_PERMISSION", problem, options);
  }
}

/** A file holds something else than it should, or is not safe to rely on. */
export class PasswordFileError extends ConfigurationError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_PASSWORD_FILE", problem, options);
  }
}

/** What was thrown, as a login's failure. */
export function asUnavailable(error: unknown): CheckerUnavailable {
  if (error instanceof CheckerUnavailable) return error;
  return new CheckerUnavailable(messageOf(error), { cause: error });
}
