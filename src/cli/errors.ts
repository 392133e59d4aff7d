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
import { didYouMean } from "../base/suggest";
import { quote, word } from "../base/text";

/** Something is wrong with an option before the command. */
export class GlobalOptionError extends UsageError {
  constructor(message: string) {
    super("APPD_GLOBAL_OPTION", message);
  }
}

/** The first word is no command. */
export class UnknownCommandError extends UsageError {
  constructor(command: string, names: readonly string[], hidden: string) {
    const hint =
      command === "start"
        ? ": appd --daemon COMMAND starts one in the background"
        : didYouMean(command, names);
    super(
      "APPD_UNKNOWN_COMMAND",
      `unknown command ${quote(command)}${hint}; appd --help lists what there is${hidden}`,
    );
  }
}

/** What was remembered of a plugin does not hold. */
export class NoMakerError extends SoftwareError {
  constructor(exportName: string, file: string) {
    super("APPD_NO_MAKER", `${exportName} in ${file} is no maker any more; run the command again`);
  }
}

/** Options of appd's own, but nothing to do. */
export class NoCommandError extends UsageError {
  constructor() {
    super("APPD_NO_COMMAND", "no command given; appd --help lists what there is");
  }
}

/** Two makers want the same command. */
export class CommandClashError extends ConfigurationError {
  constructor(tapname: string, files: readonly string[]) {
    super(
      "APPD_COMMAND_CLASH",
      `two makers are called "${tapname}": ${files.join(" and ")}; rename one of them`,
    );
  }
}

/** `-y` with a command, or the other way round. */
export class ApplicationAndCommandError extends UsageError {
  constructor(file: string, command: string) {
    super(
      "APPD_APPLICATION_AND_COMMAND",
      `--application ${file} runs an application by itself; leave out the command "${command}", or the option`,
    );
  }
}

/** The module of `-y` is not there. */
export class NoApplicationFileError extends NoInputError {
  constructor(file: string) {
    super("APPD_NO_APPLICATION_FILE", `there is no file "${file}" (from --application)`);
  }
}

/** The module of `-y` is a folder, or something else that holds no program. */
export class NotAnApplicationFileError extends NoInputError {
  constructor(file: string, found: string) {
    super(
      "APPD_NO_APPLICATION_FILE",
      `"${file}" is ${found} (from --application); name the file that exports the application`,
    );
  }
}

/** The module of `-y` exports no application. */
export class NoApplicationError extends SoftwareError {
  constructor(file: string, found: string) {
    super(
      "APPD_NO_APPLICATION",
      `${file} exports no application: \`export const application = new Application("name")\` with services in it; found ${found}`,
    );
  }
}

/** A password, or something that may be one, was typed on the command line. It is never shown. */
export class PasswordTypedError extends UsageError {
  constructor(command: string) {
    super(
      "APPD_PASSWORD_TYPED",
      `${command}: no password on the command line: every user of this machine can read it there, and the shell ` +
        "remembers it; leave it out and it is asked for, or pipe it in as the first line",
    );
  }
}

/** What was typed or piped in can't be a password. */
export class PasswordInputError extends UsageError {
  constructor(message: string, options?: ErrorOptions) {
    super("APPD_PASSWORD_INPUT", message, options);
  }
}

/** A name that no password file can hold. */
export class UserNameError extends UsageError {
  constructor(name: string, fault: string) {
    super("APPD_USER_NAME", `${quote(name)} can't be a name: ${fault}`);
  }
}

/** A user was named who is not there. */
export class NoSuchUserError extends UsageError {
  constructor(message: string) {
    super("APPD_NO_SUCH_USER", message);
  }
}

/** A hash was asked for whose library is absent. */
export class HashMissingError extends ConfigurationError {
  constructor(message: string) {
    super("APPD_HASH_MISSING", message);
  }
}

/** The answer of `appd passwd verify`, for the shell. */
export class WrongPasswordError extends NoPermissionError {
  constructor(name: string) {
    super("APPD_WRONG_PASSWORD", `this is not the password of ${quote(name)}`);
  }
}

/** The disk is full, or broken. */
export class CannotWriteError extends CannotCreateError {
  constructor(code: string, cause: unknown) {
    super("APPD_CANNOT_WRITE", `it can't be written: ${code}; it is as it was`, { cause });
  }
}

/** What was typed behind `appd status`, `appd stop` and the like is wrong. */
export class ControlLineError extends UsageError {
  constructor(command: string, problem: string) {
    super("APPD_CONTROL_LINE", `${command}: ${problem}`);
  }
}

/** Several of one name run, and one of them is meant. */
export class SeveralRunError extends UsageError {
  constructor(command: string, name: string, runs: readonly string[]) {
    super(
      "APPD_SEVERAL_RUN",
      `${command}: ${runs.length} are called ${word(name)}: ${runs.join(", ")}; --pid says which`,
    );
  }
}

/** None of that name has the number that was asked for. */
export class NoSuchPidError extends UnavailableError {
  constructor(name: string, pid: string, runs: readonly string[]) {
    super("APPD_NO_SUCH_PID", `${word(name)} does not run as pid ${pid}, but as ${runs.join(", ")}`);
  }
}

/** What was to be stopped did not stop. */
export class KilledError extends TemporaryError {
  constructor(run: string, after: string) {
    super("APPD_KILLED", `${run} did not stop within ${after} and was killed`);
  }
}

/** It runs, and says nothing. */
export class NotAnsweringError extends UnavailableError {
  constructor(run: string, problem: string) {
    super("APPD_NOT_ANSWERING", `${run} does not answer: ${problem}`);
  }
}

/** It has become another user, and says that it was started otherwise than it was. */
export class ForgedLaunchError extends NoPermissionError {
  constructor(run: string) {
    super(
      "APPD_FORGED_LAUNCH",
      `${run} runs as another user, and what it says of how it was started can't be relied on; stop it, and start it anew`,
    );
  }
}

/** What runs in the foreground is whose terminal, or whose supervisor, it runs in. */
export class NotInBackgroundError extends UnavailableError {
  constructor(run: string) {
    super(
      "APPD_NOT_IN_BACKGROUND",
      `${run} runs in the foreground: whoever started it there can start it again; appd stop stops it`,
    );
  }
}

/** Where the daemon was started there is nothing any more. */
export class LostFolderError extends UnavailableError {
  constructor(run: string, folder: string) {
    super(
      "APPD_LOST_FOLDER",
      `${run} goes on: the folder ${word(folder)}, in which it was started, is gone; stop it, and start it anew`,
    );
  }
}

/** The daemon was stopped, and can't be started again. */
export class NotStartedAgainError extends UnavailableError {
  constructor(folder: string, cause: Error) {
    super("APPD_NOT_STARTED_AGAIN", `it can't be started again in ${word(folder)}: ${cause.message}`, {
      cause,
    });
  }
}

/** There is no file to show. */
export class NoLogError extends UnavailableError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_NO_LOG", problem, options);
  }
}
