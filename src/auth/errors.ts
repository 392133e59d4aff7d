import { SoftwareError, UsageError } from "../base/errors";

/** What went wrong with an `--auth`, by whoever typed it. */
export abstract class StrcredException extends UsageError {}

/** Nobody knows this type. */
export class InvalidAuthType extends StrcredException {
  constructor(message: string) {
    super("APPD_INVALID_AUTH_TYPE", message);
  }
}

/** The arguments of a type are not what it takes. */
export class InvalidAuthArgumentString extends StrcredException {
  constructor(message: string, options?: ErrorOptions) {
    super("APPD_INVALID_AUTH_ARGUMENTS", message, options);
  }
}

/** The service can't do with what this type judges. */
export class UnsupportedInterfaces extends StrcredException {
  constructor(message: string) {
    super("APPD_UNSUPPORTED_INTERFACES", message);
  }
}

/** The fault of who wrote the service: a request has no avatar, or another one than is asked for. */
export class NotGuardedError extends SoftwareError {
  constructor(message: string) {
    super("APPD_NOT_GUARDED", message);
  }
}
