import { CannotCreateError, UsageError } from "../../base/errors";

/** What a unit of systemd can't say. */
export class UnitTextError extends UsageError {
  constructor(message: string) {
    super("APPD_UNIT_TEXT", message);
  }
}

/** An option that means nothing to a service which something else keeps. */
export class NotDeployableError extends UsageError {
  constructor(message: string) {
    super("APPD_NOT_DEPLOYABLE", message);
  }
}

/** A secret was typed that would stand in a file which everyone can read. */
export class SecretTypedError extends UsageError {
  constructor(label: string, advice: string) {
    super(
      "APPD_SECRET_TYPED",
      `${label}: everyone can read a unit, and what it holds is a secret: leave it out here, and ${advice}`,
    );
  }
}

/** There is such a file already. */
export class UnitThereError extends CannotCreateError {
  constructor(path: string) {
    super("APPD_UNIT_THERE", `${path} is there already, and is not the same; --force replaces it`);
  }
}

/** The folder is not there, is full, or may not be written. */
export class UnitNotWrittenError extends CannotCreateError {
  constructor(path: string, cause: NodeJS.ErrnoException) {
    super("APPD_UNIT_NOT_WRITTEN", `${path} can't be written: ${cause.code ?? cause.message}`, { cause });
  }
}
