import {
  CannotCreateError,
  ConfigurationError,
  NoInputError,
  NoPermissionError,
  SoftwareError,
  TemporaryError,
  UnavailableError,
  UsageError,
} from "../base/errors";
import { messageOf } from "../log/describe-error";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EMFILE: "too many files are open",
  EDQUOT: "the quota is used up",
  EINVAL: "something else stands where its lock belongs",
  EISDIR: "it is a folder",
  ELOOP: "it is a symbolic link",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "its folder does not exist",
  ENOSPC: "the disk is full",
  ENOTDIR: "what should be its folder is a file",
  EPERM: "it is not permitted, or the file system makes no hard links",
  ENOTSUP: "the file system makes no hard links",
  ENOSYS: "the file system makes no hard links",
  ENXIO: "it is a pipe that nobody reads",
  EROFS: "the disk is read-only",
  EXDEV: "it is outside of what is the root folder now",
};

/** What the system says, in words. */
export function reasonOf(cause: unknown): string {
  const { code = "unknown error" } = (cause ?? {}) as NodeJS.ErrnoException;
  return `${REASONS[code] ?? code} (${code})`;
}

/** The file of `--logfile` can't be opened. */
export class LogFileError extends CannotCreateError {
  constructor(file: string, cause: unknown) {
    super("APPD_LOG_FILE", `can't write the log to "${file}": ${reasonOf(cause)}`, { cause });
  }
}

/** A pidfile can't be made where it was asked for, or something else stands there. */
export class PidfileError extends CannotCreateError {
  constructor(file: string, problem: string, options?: ErrorOptions) {
    super("APPD_PIDFILE", `can't make the pidfile "${file}": ${problem}`, options);
  }

  /** What the system said, in words. */
  static of(file: string, cause: unknown): PidfileError {
    return new PidfileError(file, reasonOf(cause), { cause });
  }
}

/** Somebody else could replace the pidfile, or have written it. */
export class UnsafePidfileError extends ConfigurationError {
  constructor(file: string, problem: string) {
    super("APPD_PIDFILE_UNSAFE", `the pidfile "${file}" is not safe: ${problem}`);
  }
}

/** Another process has the pidfile. */
export class AlreadyRunningError extends TemporaryError {
  constructor(
    message: string,
    /** The process that runs. */
    readonly pid: number,
  ) {
    super("APPD_ALREADY_RUNNING", message);
  }
}

/** The folder for pidfiles and control sockets is not safe, or can't be made. */
export class RuntimeFolderError extends ConfigurationError {
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super("APPD_RUNTIME_FOLDER", `the folder ${folder} can't be used: ${problem}`, options);
  }
}

/** A default place that can't be told, because the environment does not say where it is. */
export class NoPlaceError extends UsageError {
  constructor(message: string) {
    super("APPD_NO_PLACE", message);
  }
}

/** The folder of the default log can't be made. */
export class LogFolderError extends CannotCreateError {
  constructor(folder: string, cause: unknown) {
    super(
      "APPD_LOG_FOLDER",
      `can't make the folder ${folder} for the log: ${reasonOf(cause)}; --logfile FILE names another place`,
      { cause },
    );
  }
}

/** The folder of `--rundir` is not there. */
export class NoRundirError extends NoInputError {
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super("APPD_RUNDIR", `--rundir ${folder}: ${problem}`, options);
  }
}

/** The folder of `--rundir` may not be entered. */
export class RundirPermissionError extends NoPermissionError {
  constructor(folder: string, options?: ErrorOptions) {
    super(
      "APPD_RUNDIR_PERMISSION",
      `--rundir ${folder}: it may not be entered by whom this runs as`,
      options,
    );
  }
}

/** A file that is to be written at the end can't be. */
export class OutputFileError extends CannotCreateError {
  /** @param problem what is wrong with it, or what the system said */
  constructor(what: string, file: string, problem: unknown) {
    const { code = "unknown error" } = (typeof problem === "object" ? problem : {}) as NodeJS.ErrnoException;
    const reason = typeof problem === "string" ? problem : `${REASONS[code] ?? code} (${code})`;
    super("APPD_OUTPUT_FILE", `can't write ${what} to "${file}": ${reason}`, { cause: problem });
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

/** The system does not permit the limit. */
export class LimitError extends NoPermissionError {
  constructor(nofile: number) {
    super(
      "APPD_LIMIT",
      `--nofile ${nofile} is not permitted: only root goes beyond the limit that there is (ulimit -Hn), and nobody ` +
        "beyond the system's own (/proc/sys/fs/nr_open)",
    );
  }
}

/** Nothing is here that could set a limit. */
export class LimitSetupError extends ConfigurationError {
  constructor(nofile: number) {
    super(
      "APPD_LIMIT_SETUP",
      `--nofile ${nofile} needs prlimit of util-linux, or a library that is not here: npm install koffi`,
    );
  }
}

/** The folder of `--chroot` is not there. */
export class ChrootFolderError extends NoInputError {
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super("APPD_CHROOT", `--chroot ${folder}: ${problem}`, options);
  }
}
