import { messageOf } from "../log/describe-error";
import { FileOutput } from "../log/file-output";
import { jsonSink } from "../log/json-sink";
import type { Threshold } from "../log/levels";
import type { LogSink, TextOutput } from "../log/log-record";
import { LogFront } from "../log/log-front";
import { prefixedSink } from "../log/prefixed-sink";
import { prettySink } from "../log/pretty-sink";
import type { LogFileTrouble, RotatingFileOptions } from "../log/rotating-file";
import { reasonOf } from "./errors";
import { isJournal } from "./journal";
import { isStderr, openLogTarget } from "./log-target";
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
  /** Where it is for this process; none where it can't be reached any more. */
  readonly path: string | undefined;
}

/** The process's log, and whether people see it on standard error. */
export interface ProcessLog {
  readonly front: LogFront;
  readonly onStderr: boolean;
  /** The absolute path of the file that it goes to. */
  readonly file: string | undefined;
  /** The file itself, at the moment. */
  readonly descriptor: LogDescriptor | undefined;
  /** Opens the file anew, by its name: somebody has moved the one that there was. Where it can't, a line says why. */
  reopen(): boolean;
  /** To be called before the process makes this folder its root; gives what to call afterwards. */
  inRoot(folder: string): () => void;
}

/**
 * The log as the command line asks for it. A file is opened at once, the format's library later.
 *
 * @throws LogFileError
 */
export function openProcessLog(world: World, options: ProcessLogOptions = {}): ProcessLog {
  const { level = "info" } = options;
  const onStderr = isStderr(options.file);
  const front: LogFront = new LogFront({ level, open: () => openSink() });
  let target = openLogTarget(world, options, (trouble, error) =>
    front.logger.warn(`${TROUBLES[trouble]}: ${reasonOf(error)}`),
  );
  const output = new FileOutput((chunk, length) => target.writeSome(chunk, length), {
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
      return target.descriptor;
    },
    reopen() {
      const isOpened = target.reopen?.() ?? true;
      output.again();
      return isOpened;
    },
    inRoot(folder) {
      const moved = target.inRoot?.(folder);
      return () => void (target = moved?.() ?? target);
    },
  };
}

const TROUBLES: Readonly<Record<LogFileTrouble, string>> = {
  rotate: "the log file can't be rotated, it goes on growing",
  reopen: "the log file can't be opened anew, the log goes on in the old one",
  compress: "old log files can't be compressed",
};
