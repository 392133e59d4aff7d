import {
  CannotCreateError,
  ConfigurationError,
  NoInputError,
  NoPermissionError,
  SoftwareError,
  UnavailableError,
  UsageError,
} from "../base/errors";
import { messageOf } from "../log/describe-error";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOENT: "its folder does not exist",
  ENOSPC: "the disk is full",
  ENOTDIR: "what should be its folder is a file",
  ENXIO: "it is a pipe that nobody reads",
  EROFS: "the disk is read-only",
};

/** The file of `--logfile` can't be opened. */
export class LogFileError extends CannotCreateError {
  constructor(file: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    super("APPD_LOG_FILE", `can't write the log to "${file}": ${REASONS[code] ?? code} (${code})`, { cause });
  }
}

/** The application was not there, or not up, in time. */
export class StartTimeoutError extends UnavailableError {
  constructor(seconds: number) {
    super(
      "APPD_START_TIMEOUT",
      `makeService did not finish within ${seconds} s; --start-timeout gives it longer`,
    );
  }
}

/** A service failed to start, with an error that says nothing of where. */
export class StartError extends SoftwareError {
  constructor(service: string, cause: unknown) {
    super("APPD_START", `${service} failed to start: ${messageOf(cause)}`, { cause });
  }
}

/** The process can't run as whom it was told to, or it can't be shown that it does. */
export class PrivilegesError extends NoPermissionError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_PRIVILEGES", problem, options);
  }
}

/** What `--uid` and its kin say can't be meant. */
export class PrivilegesUsageError extends UsageError {
  constructor(problem: string) {
    super("APPD_PRIVILEGES_USAGE", problem);
  }
}

/** There is no such thing on this system, or in this set-up. */
export class PrivilegesSetupError extends ConfigurationError {
  constructor(problem: string) {
    super("APPD_PRIVILEGES_SETUP", problem);
  }
}

/** A limit of the process can't be set. */
export class LimitError extends NoPermissionError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_LIMIT", problem, options);
  }
}

/** The folder of `--rundir` or `--chroot` is not there. */
export class NoRunFolderError extends NoInputError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_RUN_FOLDER", problem, options);
  }
}

/** The folder of `--rundir` or `--chroot` is not open to whom this runs as. */
export class RunFolderPermissionError extends NoPermissionError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_RUN_FOLDER_PERMISSION", problem, options);
  }
}
