/** The log for programs: pino's JSON, one object a line. */
import type { Logger as Pino, pino } from "pino";
import type { Bindings, LogRecord, LogSink, TextOutput } from "./log-record";

/** JSON may hold these as they are; a terminal that shows the log must not obey them. */
const CONTROL = /[\u007f-\u009f\u2028\u2029]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Loads pino, which is what a start has no time for: see `LogFront`. */
export function jsonSink(output: TextOutput): LogSink {
  let time = 0;
  const root = loadPino()(
    { level: "trace", timestamp: () => `,"time":${time}` },
    { write: (line: string) => output.write(line.replace(CONTROL, escaped)) },
  );
  const children = new WeakMap<Bindings, Pino>();
  const childFor = (bindings: Bindings): Pino => {
    const known = children.get(bindings);
    if (known) return known;
    const child = Object.keys(bindings).length === 0 ? root : root.child(bindings);
    children.set(bindings, child);
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

/** pino's types read the placeholders of a literal message; ours is known only when it is written. */
function writeTo(pino: Pino, { level, fields, message, args }: LogRecord): void {
  const line = fields === undefined ? [message ?? "", ...args] : [fields, message, ...args];
  const write: (this: Pino, ...line: unknown[]) => void = pino[level];
  write.apply(pino, line);
}

/** Synchronously, because a crash can't wait; by `require`, so that the build leaves the library outside. */
function loadPino(): typeof pino {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return (require("pino") as { readonly pino: typeof pino }).pino;
}
