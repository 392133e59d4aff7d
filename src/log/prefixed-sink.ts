import type { LogSink, TextOutput } from "./log-record";
import type { Level } from "./logger";
import { SEVERITIES } from "./severity";

/**
 * A sink of any format whose lines each begin with their severity, `<3>`: sd-daemon(3). It is what the journal takes
 * from the standard error of a service, and does not show.
 */
export function prefixedSink(output: TextOutput, open: (output: TextOutput) => LogSink): LogSink {
  return levelledSink((level, text) => output.write(prefixed(level, text)), {
    open,
    flush: () => output.flush(),
  });
}

/** Text with the severity before each of its lines. */
export function prefixed(level: Level, text: string): string {
  return text.replace(/(?<=^|\n)(?=[^\n])/g, `<${SEVERITIES[level]}>`);
}

export interface LevelledSinkOptions {
  /** Makes the sink that knows the format. */
  readonly open: (output: TextOutput) => LogSink;
  readonly flush: () => void;
}

/** A sink of any format, whose text comes out beside the level that it was logged at. */
export function levelledSink(
  write: (level: Level, text: string) => void,
  { open, flush }: LevelledSinkOptions,
): LogSink {
  // A sink writes its text before it returns.
  let level: Level = "info";
  const sink = open({ write: (text) => write(level, text), flush });
  return {
    write(record) {
      level = record.level;
      sink.write(record);
    },
    flush: () => sink.flush(),
  };
}
