import { Faults } from "../base/errors";
import { exitStatusOf, EX_SOFTWARE } from "../base/exit-status";
import { messageOf, stackOf } from "../log/describe-error";
import { prefixed } from "../log/prefixed-sink";
import { printable, printableLines } from "../log/printable";
import { isJournal } from "./journal";
import type { World } from "./world";

export interface ReportOptions {
  /** Stacks, too. */
  readonly debug?: boolean;
  /** What each line begins with: `appd`, or `appd: myproject`. */
  readonly program?: string;
}

/** A line longer than this is cut: what was typed may be megabytes. */
const LINE_AT_MOST = 4_000;

/** Writes what went wrong to standard error, one line a fault. */
export function reportError(
  error: unknown,
  world: Pick<World, "stderr" | "environment">,
  options: ReportOptions = {},
): void {
  const text = faultLines(error, options);
  world.stderr.write(isJournal(world) ? prefixed("error", text) : text);
}

/** What went wrong as text: one line a fault; a bug's line says how to see its stack. */
export function faultLines(error: unknown, { debug = false, program = "appd" }: ReportOptions = {}): string {
  const faults = error instanceof Faults ? error.faults : [error];
  return faults.map((fault) => faultLine(fault, { debug, program })).join("");
}

function faultLine(fault: unknown, { debug, program }: Required<ReportOptions>): string {
  const message = shortened(printable(oneLine(messageOf(fault))));
  const bug = exitStatusOf(fault) === EX_SOFTWARE;
  const hint = bug && !debug && !message.includes("--debug") ? " (--debug shows the stack)" : "";
  const stack = debug ? `${printableLines(stackOf(fault)).replace(/^/gm, "    ")}\n` : "";
  return `${program}: ${message}${hint}\n${stack}`;
}

function oneLine(text: string): string {
  return text
    .split(/\s*[\r\n]+\s*/)
    .filter((line) => line !== "")
    .join(" ");
}

function shortened(line: string): string {
  if (line.length <= LINE_AT_MOST) return line;
  return `${line.slice(0, LINE_AT_MOST)}… (${line.length - LINE_AT_MOST} more characters)`;
}
