import { SoftwareError, UsageError } from "../base/errors";

/** A class declares its options wrongly: refused when the class is declared or first asked for. A bug: 70. */
export class OptionDeclarationError extends SoftwareError {
  constructor(message: string, options?: ErrorOptions) {
    super("APPD_OPTION_DECLARATION", message, options);
  }
}

/** An option, argument or subcommand that nobody declared. */
export class UnknownOptionError extends UsageError {
  constructor(message: string) {
    super("APPD_UNKNOWN_OPTION", message);
  }
}

/** Text that is no value of the option's type, or a value where none is taken, or none where one is needed. */
export class MalformedValueError extends UsageError {
  constructor(message: string, options?: ErrorOptions) {
    super("APPD_MALFORMED_VALUE", message, options);
  }
}

/** A value of the right type that a constraint, a `check` or `postOptions` refuses. */
export class RefusedValueError extends UsageError {
  constructor(message: string, options?: ErrorOptions) {
    super("APPD_REFUSED_VALUE", message, options);
  }
}

/** What has to be given was not given. */
export class MissingOptionError extends UsageError {
  constructor(message: string) {
    super("APPD_MISSING_OPTION", message);
  }
}
