import { CannotCreateError, SoftwareError, UnavailableError } from "../base/errors";
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
