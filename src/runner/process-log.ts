import { resolve } from "node:path";
import { messageOf } from "../log/describe-error";
import { FileOutput, type WriteSome } from "../log/file-output";
import { jsonSink } from "../log/json-sink";
import type { Threshold } from "../log/levels";
import type { LogSink, TextOutput } from "../log/log-record";
import { LogFront } from "../log/log-front";
import { prefixedSink } from "../log/prefixed-sink";
import { prettySink } from "../log/pretty-sink";
import { RotatingFile, type LogFileTrouble, type RotatingFileOptions } from "../log/rotating-file";
import { LogFileError, reasonOf } from "./errors";
import { isJournal } from "./journal";
import type { SyslogOptions } from "./syslog-log";
import type { World } from "./world";

export interface ProcessLogOptions {
  readonly level?: Threshold;
  /** Pretty on a terminal and JSON elsewhere unless said. */
  readonly format?: "pretty" | "json";
  /** A file to append to, relative to the working directory; `-` is standard error. */
  readonly file?: string;
  /** When a new file is begun; at 10 MiB unless said. */
  readonly rotation?: Pick<RotatingFileOptions, "maxSize" | "maxAge" | "keep" | "compress">;
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
  const { level = "info", file = STDERR } = options;
  const onStderr = isStderr(file);
  const front: LogFront = new LogFront({ level, open: () => openSink() });
  const target = targetOf(world, options, (trouble, error) =>
    front.logger.warn(`${TROUBLES[trouble]}: ${reasonOf(error)}`),
  );
  const output = new FileOutput(target.writeSome, {
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
  return {
    front,
    onStderr,
    file: target.path,
    get descriptor() {
      return target.file?.opened;
    },
    reopen() {
      target.file?.reopen();
      output.again();
    },
  };
}

/** Where lines go, and the file that it is, if it is one. */
interface Target {
  readonly writeSome: WriteSome;
  readonly file?: RotatingFile;
  /** Its path. */
  readonly path?: string;
}

/** A stream of the process is written to as it is: under systemd it is a socket, which has no way to be opened. */
function targetOf(world: World, { file = STDERR, rotation }: ProcessLogOptions, warn: Warn): Target {
  if (isStderr(file)) return { writeSome: world.stderr.writeSome };
  if (file === "/dev/stdout") return { writeSome: world.stdout.writeSome };
  const path = resolve(world.folder, file);
  try {
    const opened = new RotatingFile(path, { maxSize: MAX_SIZE, ...rotation, warn });
    return { writeSome: opened.writeSome, file: opened, path };
  } catch (cause) {
    throw new LogFileError(file, cause);
  }
}

type Warn = RotatingFileOptions["warn"];

const STDERR = "-";
const isStderr = (file: string): boolean => file === STDERR || file === "/dev/stderr";
/** Together with the ten that are kept it is a bound for what a log may take. */
const MAX_SIZE = 10 * 1024 * 1024;

const TROUBLES: Readonly<Record<LogFileTrouble, string>> = {
  rotate: "the log file can't be rotated, it goes on growing",
  reopen: "the log file can't be opened anew, the log goes on in the old one",
  compress: "old log files can't be compressed",
};
