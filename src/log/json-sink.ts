/** The log for programs: pino's JSON, one object a line. */
import type { Logger as Pino, pino } from "pino";
import type { Bindings, LogRecord, LogSink, TextOutput } from "./log-record";

/**
 * JSON may hold these as they are; a terminal that shows the log must not obey them, nor show a line in another order
 * than the one it has.
 */
const CONTROL = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Most lines hold none: a replacement that finds nothing takes longer than to look for one. */
const ANY_CONTROL = new RegExp(CONTROL.source);
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const harmless = (line: string): string => (ANY_CONTROL.test(line) ? line.replace(CONTROL, escaped) : line);

/** Loads pino, which is what a start has no time for: see `LogFront`. */
export function jsonSink(output: TextOutput): LogSink {
  let time = 0;
  const root = loadPino()(
    { level: "trace", timestamp: () => `,"time":${time}` },
    { write: (line: string) => output.write(harmless(line)) },
  );
  const children = new WeakMap<Bindings, Pino>();
  let last: { readonly bindings: Bindings; readonly child: Pino } | undefined;
  const childFor = (bindings: Bindings): Pino => {
    // Most lines come from whoever logged the line before.
    if (last?.bindings === bindings) return last.child;
    const child = children.get(bindings) ?? childOf(root, bindings);
    children.set(bindings, child);
    last = { bindings, child };
    return child;
  };
  return {
    write(record) {
      time = record.time;
      writeTo(childFor(record.bindings), record);
    },
    flush: () => output.flush(),
  };
}

const childOf = (root: Pino, bindings: Bindings): Pino =>
  Object.keys(bindings).length === 0 ? root : root.child(bindings);

/** pino's types read the placeholders of a literal message; ours is known only when it is written. */
function writeTo(pino: Pino, { level, fields, message, args }: LogRecord): void {
  const write: (this: Pino, ...line: unknown[]) => void = pino[level];
  if (args.length > 0) write.call(pino, ...(fields === undefined ? [message] : [fields, message]), ...args);
  else if (fields === undefined) write.call(pino, message);
  else write.call(pino, fields, message);
}

/** Synchronously, because a crash can't wait; by `require`, so that the build leaves the library outside. */
function loadPino(): typeof pino {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return (require("pino") as { readonly pino: typeof pino }).pino;
}
