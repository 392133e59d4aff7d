/**
 * log/: what a line of the log is, who may write one, how it looks and how it reaches a file.
 * Here is its front: loggers that work from the first moment on. Lines wait in memory, with their times, until a
 * sink is opened, because a start should not pay for the sink's library; what must not be lost opens it at once.
 * Which format, which file and when the process ends are the runner's to decide.
 */
import { reaches, type Threshold } from "./levels";
import type { Bindings, LogRecord, LogSink } from "./log-record";
import { Logger, type Level, type LogMethod } from "./logger";

export interface LogFrontOptions {
  /** `info` unless said otherwise. */
  readonly level?: Threshold;
  /** Makes the sink when it is first needed, synchronously: a crash can't wait. */
  readonly open: () => LogSink;
  readonly now?: () => number;
}

/** More waiting lines than this open the sink: memory is no place for a log. */
const KEPT_AT_MOST = 1_000;

/** The process's log. `logger` is its root; all its children write here. */
export class LogFront {
  readonly logger: Logger;
  level: Threshold;
  readonly #open: () => LogSink;
  readonly #now: () => number;
  #kept: LogRecord[] = [];
  #sink: LogSink | undefined;
  #opening = false;
  #heldBack: () => void = () => undefined;

  constructor({ level = "info", open, now = Date.now }: LogFrontOptions) {
    this.level = level;
    this.#open = open;
    this.#now = now;
    this.logger = new FrontLogger({}, (...line) => this.#take(...line));
  }

  /** Opens the sink, if nobody did yet, and writes into it what has waited. */
  open(): void {
    if (this.#sink !== undefined || this.#opening) return;
    this.#opening = true;
    try {
      this.#sink = this.#open();
    } finally {
      this.#opening = false;
    }
    const kept = this.#kept;
    this.#kept = [];
    for (const record of kept) this.#write(this.#sink, record);
  }

  /** Before everything is written, `log` logs what somebody still holds back, such as a line without its end. */
  beforeFlush(log: () => void): void {
    this.#heldBack = log;
  }

  /** Writes everything now, synchronously. Does not open a sink for nothing. */
  flush(): void {
    this.#heldBack();
    if (this.#kept.length > 0) this.open();
    this.#sink?.flush();
  }

  #take(level: Level, bindings: Bindings, line: readonly unknown[]): void {
    if (!reaches(level, this.level)) return;
    const record = recordOf(line, { time: this.#now(), level, bindings });
    if (this.#sink) {
      this.#write(this.#sink, record);
      return;
    }
    this.#kept.push({ ...record, fields: copyOf(record.fields) });
    if (reaches(level, "error") || this.#kept.length > KEPT_AT_MOST) this.open();
  }

  /** A line that can't be written is replaced by one that says so: logging never throws. */
  #write(sink: LogSink, record: LogRecord): void {
    try {
      sink.write(record);
    } catch (error) {
      const why = error instanceof Error ? error.message : "its fields throw";
      const message = `${record.message ?? "a line"} (fields left out, they can't be written: ${why})`;
      sink.write({ ...record, bindings: {}, fields: undefined, message, args: [] });
    }
  }
}

type Take = (level: Level, bindings: Bindings, line: readonly unknown[]) => void;

class FrontLogger extends Logger {
  readonly fatal = this.#method("fatal");
  readonly error = this.#method("error");
  readonly warn = this.#method("warn");
  readonly info = this.#method("info");
  readonly debug = this.#method("debug");
  readonly trace = this.#method("trace");
  readonly #bindings: Bindings;
  readonly #take: Take;

  constructor(bindings: Bindings, take: Take) {
    super();
    this.#bindings = bindings;
    this.#take = take;
  }

  child(bindings: Bindings): Logger {
    return new FrontLogger({ ...this.#bindings, ...bindings }, this.#take);
  }

  #method(level: Level): LogMethod {
    return (...line: unknown[]): void => this.#take(level, this.#bindings, line);
  }
}

type Head = Pick<LogRecord, "time" | "level" | "bindings">;

/** Written out, without a spread, because every line of a log comes through here. */
function recordOf(line: readonly unknown[], { time, level, bindings }: Head): LogRecord {
  const first = line[0];
  if (typeof first === "object" && first !== null) {
    const message = line[1] === undefined ? undefined : textOf(line[1]);
    return { time, level, bindings, fields: first, message, args: after(line, 2) };
  }
  return { time, level, bindings, fields: undefined, message: textOf(first), args: after(line, 1) };
}

const NONE: readonly unknown[] = [];
const after = (line: readonly unknown[], at: number): readonly unknown[] =>
  line.length > at ? line.slice(at) : NONE;

/** JavaScript callers may log anything. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return String(value);
  } catch {
    return `(${typeof value})`;
  }
}

/** A waiting line shows its fields as they were; what is no plain object is left as it is. */
function copyOf(fields: object | undefined): object | undefined {
  if (fields === undefined || Object.getPrototypeOf(fields) !== Object.prototype) return fields;
  try {
    return { ...fields };
  } catch {
    return fields;
  }
}
