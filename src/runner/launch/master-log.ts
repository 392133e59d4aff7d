import { closeSync, constants, openSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { reaches, type Threshold } from "../../log/levels";
import type { Level } from "../../log/logger";
import { prettyLine } from "../../log/pretty-sink";

/** As pino numbers them. */
const NUMBERS: Readonly<Record<Level, number>> = {
  fatal: 60,
  error: 50,
  warn: 40,
  info: 30,
  debug: 20,
  trace: 10,
};
const CONTROL = /[\u007f-\u009f\u2028\u2029]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** There are few before the worker says where its log is. */
const WAITING = 100;

/** Where a master's lines go. */
export interface MasterLog {
  /** Where its worker logs to; none where that is no file. */
  file: string | undefined;
  write(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface MasterLogOptions {
  readonly pid: number;
  readonly level?: Threshold | undefined;
  readonly format?: "pretty" | "json" | undefined;
}

/**
 * The few lines of a master, in the log that its workers write. The file is opened for each of them, by its name:
 * the worker begins a new one when it likes.
 */
export class MasterLogFile implements MasterLog {
  readonly #options: MasterLogOptions;
  #file: string | undefined;
  /** Lines from before it was known where they go. */
  #waiting: string[] = [];

  constructor(options: MasterLogOptions) {
    this.#options = options;
  }

  get file(): string | undefined {
    return this.#file;
  }
  set file(file: string | undefined) {
    this.#file = file;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (file !== undefined) waiting.forEach((line) => this.#append(file, line));
  }

  write(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (!reaches(level, this.#options.level ?? "info")) return;
    const line = this.#line(level, message, fields);
    if (this.#file !== undefined) this.#append(this.#file, line);
    else if (this.#waiting.length < WAITING) this.#waiting.push(line);
  }

  #append(file: string, line: string): void {
    try {
      append(file, line);
    } catch {
      // A log that can't be written must not end what it is about.
    }
  }

  #line(level: Level, message: string, fields: Readonly<Record<string, unknown>>): string {
    const { pid, format } = this.#options;
    const time = Date.now();
    if (format === "pretty") return prettyLine({ time, level, bindings: {}, fields, message, args: [] });
    const record = { level: NUMBERS[level], time, pid, hostname: hostname(), ...fields, msg: message };
    return `${JSON.stringify(record).replace(CONTROL, escaped)}\n`;
  }
}

/** The master may be root, and the folder the service's: what the name leads to must be the log itself. */
function append(file: string, line: string): void {
  const fd = opened(file);
  try {
    writeSync(fd, line);
  } finally {
    closeSync(fd);
  }
}

/** It is made only where there is none: Linux refuses that for a file of somebody else's in a folder like /tmp. */
function opened(file: string): number {
  const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const flags = O_APPEND | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | O_WRONLY;
  try {
    return openSync(file, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return openSync(file, flags | O_CREAT, 0o640);
  }
}
