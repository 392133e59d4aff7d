import { closeSync, constants, openSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf } from "../log/describe-error";
import { FileOutput, writeChunk, type WriteSome } from "../log/file-output";
import { jsonSink } from "../log/json-sink";
import type { Threshold } from "../log/levels";
import type { LogSink, TextOutput } from "../log/log-record";
import { LogFront } from "../log/log-front";
import { prefixedSink } from "../log/prefixed-sink";
import { prettySink } from "../log/pretty-sink";
import { LogFileError } from "./errors";
import { isJournal } from "./journal";
import type { SyslogOptions } from "./syslog-log";
import type { World } from "./world";

export interface ProcessLogOptions {
  readonly level?: Threshold;
  /** Pretty on a terminal and JSON elsewhere unless said. */
  readonly format?: "pretty" | "json";
  /** A file to append to, relative to the working directory; `-` is standard error. */
  readonly file?: string;
  /** To the system's log, and to no file. */
  readonly syslog?: SyslogOptions;
}

/** An open log file. */
export interface LogDescriptor {
  readonly fd: number;
  /** Whether there was none of that name before. */
  readonly isNew: boolean;
}

/** The process's log, and whether people see it on standard error. */
export interface ProcessLog {
  readonly front: LogFront;
  readonly onStderr: boolean;
  /** The absolute path of the file that it goes to. */
  readonly file: string | undefined;
  /** The file itself, at the moment. */
  readonly descriptor: LogDescriptor | undefined;
  /** Opens the file anew, by its name: somebody has moved the one that there was. */
  reopen(): void;
}

/**
 * The log as the command line asks for it. A file is opened at once, the format's library later.
 *
 * @throws LogFileError
 */
export function openProcessLog(world: World, options: ProcessLogOptions = {}): ProcessLog {
  const { level = "info", file = "-" } = options;
  const onStderr = file === "-";
  const path = onStderr ? undefined : resolve(world.folder, file);
  const opened = path === undefined ? undefined : new LogFile(path, file);
  const writeSome = opened?.writeSome ?? world.stderr.writeSome;
  const front: LogFront = new LogFront({ level, open: () => openSink() });
  const output = new FileOutput(writeSome, {
    recovered: (lost, reason) =>
      front.logger.warn({ lost, reason }, "the log could not be written for a while, lines were lost"),
  });
  const openSink = (): LogSink =>
    onStderr && isJournal(world) ? prefixedSink(output, openFormat) : openFormat(output);
  const openFormat = (lines: TextOutput): LogSink => {
    const terminal = onStderr && world.stderr.isTerminal;
    const pretty = (): LogSink => prettySink(lines, { colour: terminal && !world.environment.NO_COLOR });
    if ((options.format ?? (terminal ? "pretty" : "json")) === "pretty") return pretty();
    try {
      return jsonSink(lines);
    } catch (error) {
      // A log in another format is better than none, and than a service that ends for it.
      front.logger.warn("the log is no JSON, because pino can't be loaded: %s", messageOf(error));
      return pretty();
    }
  };
  const reopen = (): void => {
    front.flush();
    opened?.reopen();
  };
  return {
    front,
    onStderr,
    file: path,
    get descriptor() {
      return opened?.descriptor;
    },
    reopen,
  };
}

/** An open file that lines are appended to. */
class LogFile {
  readonly #path: string;
  readonly #named: string;
  #opened: LogDescriptor;

  constructor(path: string, named: string) {
    this.#path = path;
    this.#named = named;
    this.#opened = openToAppend(path, named);
  }

  get descriptor(): LogDescriptor {
    return this.#opened;
  }

  readonly writeSome: WriteSome = (chunk) => writeChunk(this.#opened.fd, chunk);

  /** Keeps the one that it has where the new one can't be opened. @throws LogFileError */
  reopen(): void {
    const { fd } = this.#opened;
    this.#opened = openToAppend(this.#path, this.#named);
    closeSync(fd);
  }
}

function openToAppend(path: string, named: string): LogDescriptor {
  try {
    return openNew(path) ?? { fd: openSync(path, APPEND, MODE), isNew: false };
  } catch (cause) {
    throw new LogFileError(named, cause);
  }
}

/** Undefined where there is something of that name, if only a link that leads nowhere. */
function openNew(path: string): LogDescriptor | undefined {
  try {
    return { fd: openSync(path, APPEND | constants.O_EXCL, MODE), isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;
/** Without O_NONBLOCK a pipe that nobody reads would hold up the start for ever. */
const APPEND = O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK | O_WRONLY;
const MODE = 0o640;
