import { ConfigurationError, NoInputError, NoPermissionError, UnavailableError, UsageError } from "appd";

/** What a checker reads holds nothing that anybody could log in with, or nothing that it understands. */
export class UselessSourceError extends ConfigurationError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_USELESS_SOURCE", problem, options);
  }
}

/** What a checker needs to read may only be read by others. */
export class NoAccessError extends NoPermissionError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_NO_ACCESS", problem, options);
  }
}

/** A server that a checker asks does not answer, or not as it should. */
export class SourceDownError extends UnavailableError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_SOURCE_DOWN", problem, options);
  }
}

/** A variable that is to hold users is not there. */
export class NoVariableError extends UsageError {
  constructor(name: string) {
    super("APPD_NO_VARIABLE", `the variable ${JSON.stringify(name)} of the environment is empty or not set`);
  }
}

/** A descriptor that is to be read is not open for it. */
export class NoDescriptorError extends NoInputError {
  constructor(descriptor: number, options: ErrorOptions) {
    super(
      "APPD_NO_DESCRIPTOR",
      `file descriptor ${descriptor} can't be read; hand it over with ${descriptor}<FILE`,
      options,
    );
  }
}
