/** What one call of a logger's method was given, and when; and who takes it from there. */
import type { Level } from "./logger";

/** Fields that a logger adds to each of its lines. */
export type Bindings = Readonly<Record<string, unknown>>;

/** One line of the log before it has a format. */
export interface LogRecord {
  /** Milliseconds since 1970: when it was logged, however late it is written. */
  readonly time: number;
  readonly level: Level;
  readonly bindings: Bindings;
  /** Fields of this line alone, or the error that it is about. */
  readonly fields: object | undefined;
  /** Text with pino's placeholders (`%s %d %i %f %j %o %O %%`), to be filled from `args`. */
  readonly message: string | undefined;
  readonly args: readonly unknown[];
}

/** Where records go: a format and a place. `write` must not throw for a place that is full or gone. */
export interface LogSink {
  write(record: LogRecord): void;
  /** Writes now, synchronously, whatever is still held back. */
  flush(): void;
}

/** Where finished text goes. */
export interface TextOutput {
  write(text: string): void;
  /** Writes now, synchronously, whatever is still held back. */
  flush(): void;
}
