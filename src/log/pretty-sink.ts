/** The log for people: one record, one line; stacks follow indented. */
import { stackOf } from "./describe-error";
import { fill, json } from "./fill";
import type { LogRecord, LogSink, TextOutput } from "./log-record";
import type { Level } from "./logger";
import { printable, printableLines } from "./printable";

const COLOURS: Readonly<Record<Level, string>> = {
  fatal: "\u001b[1;31m",
  error: "\u001b[31m",
  warn: "\u001b[33m",
  info: "\u001b[32m",
  debug: "\u001b[36m",
  trace: "\u001b[2m",
};
const PLAIN = "\u001b[0m";

/** Writes `12:34:56.789 info  web: listening on 127.0.0.1:8080 key=value`. */
export function prettySink(output: TextOutput, { colour }: { readonly colour: boolean }): LogSink {
  return {
    write: (record) => output.write(prettyLine(record, colour)),
    flush: () => output.flush(),
  };
}

/** One record as text, with its line break. */
export function prettyLine(record: LogRecord, colour = false): string {
  const level = record.level.padEnd(5);
  const head = `${timeOfDay(record.time)} ${colour ? COLOURS[record.level] + level + PLAIN : level}`;
  const [line, ...stack] = linesOf(record);
  return [`${head} ${line}`.trimEnd(), ...stack, ""].join("\n");
}

/** One record without its time and level: what it says, and the lines of its stack. */
export function linesOf(record: LogRecord): [line: string, ...stack: string[]] {
  const { service, ...bindings } = record.bindings;
  const { err, ...fields } = fieldsOf(record.fields);
  const path = service === undefined ? "" : `${printable(wordOf(service))}: `;
  const message = record.message === undefined ? messageOfError(err) : fill(record.message, record.args);
  const line = (path + printable(message) + pairs({ ...bindings, ...fields })).trimEnd();
  return [line, ...(err === undefined ? [] : indented(stackOf(err)).split("\n"))];
}

/** An error stands for `{ err: error }`, as in pino. */
function fieldsOf(fields: object | undefined): Record<string, unknown> {
  if (fields === undefined) return {};
  return fields instanceof Error ? { err: fields } : { ...fields };
}

function messageOfError(err: unknown): string {
  return err instanceof Error ? err.message : "";
}

function pairs(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${printable(name)}=${printable(wordOf(value))}`)
    .join("");
}

/** A word as it is; anything in which a reader would lose the end in quotes. */
function wordOf(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return value;
  if (value instanceof Error) return json(value.message);
  return json(value);
}

function indented(stack: string): string {
  return printableLines(stack).replace(/^/gm, "    ");
}

function timeOfDay(time: number): string {
  const at = new Date(time);
  const two = (part: number): string => String(part).padStart(2, "0");
  const milliseconds = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${milliseconds}`;
}
