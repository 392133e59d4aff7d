/** The log as the system's log takes it: one line a message, each with its severity. */
import { jsonSink } from "./json-sink";
import type { LogSink } from "./log-record";
import { levelledSink } from "./prefixed-sink";
import { linesOf } from "./pretty-sink";
import { SEVERITIES } from "./severity";

/** Where lines for the system's log go. `send` must not throw. */
export interface SyslogOutput {
  send(severity: number, line: string): void;
  /** Sends now, synchronously, whatever is still held back. */
  flush(): void;
}

/** Bytes. With its head it fits into the 8 KiB that rsyslog takes unless told otherwise. */
export const LINE_AT_MOST = 8_000;

/**
 * Text without time and level, which the system's log has itself, or JSON. A stack follows its line in lines of their
 * own, indented: by spaces, because rsyslog spells tabs out.
 */
export function syslogSink(output: SyslogOutput, format: "pretty" | "json"): LogSink {
  const flush = (): void => output.flush();
  if (format === "json") {
    return levelledSink((level, text) => output.send(SEVERITIES[level], fitting(text.trimEnd())), {
      open: jsonSink,
      flush,
    });
  }
  return {
    write(record) {
      for (const line of linesOf(record)) output.send(SEVERITIES[record.level], fitting(line));
    },
    flush,
  };
}

/** A line as long as the system's log takes one. None is empty: that would be no message. */
function fitting(line: string): string {
  if (line === "") return "-";
  if (line.length * 3 <= LINE_AT_MOST) return line;
  const bytes = Buffer.from(line, "utf8");
  if (bytes.length <= LINE_AT_MOST) return line;
  const mark = ` … (${bytes.length} bytes)`;
  const kept = bytes.subarray(0, LINE_AT_MOST - Buffer.byteLength(mark)).toString("utf8");
  // The cut may have gone through a character.
  return kept.replace(/\ufffd+$/, "") + mark;
}
