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
    const { code = "", message } = cause;
    super("APPD_UNIT_NOT_WRITTEN", `${path} can't be written: ${PROBLEMS[code] ?? (code || message)}`, {
      cause,
    });
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: "permission denied (EACCES)",
  EISDIR: "it is a folder (EISDIR)",
  ENOENT: "its folder does not exist: make it first (ENOENT)",
  ENOSPC: "the disk is full (ENOSPC)",
  ENOTDIR: "what should be its folder is a file (ENOTDIR)",
  EROFS: "the disk is read-only (EROFS)",
};
