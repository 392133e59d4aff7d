import { constants } from "node:os";
import { EX_SOFTWARE } from "../../base/exit-status";
import type { ChildEnd } from "./child";

/** What a shell says of a process that a signal has killed. */
export const statusOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

export const statusOfEnd = ({ status, signal }: ChildEnd): number =>
  signal === null ? (status ?? EX_SOFTWARE) : statusOfSignal(signal);

/** `was killed by SIGABRT (as Node is when its memory is used up)` */
export function describeEnd({ status, signal }: ChildEnd): string {
  if (signal !== null) return `was killed by ${signal}${HINTS[signal] ?? ""}`;
  return `ended with status ${status ?? "unknown"}`;
}

/** What most often is behind it. */
const HINTS: Readonly<Record<string, string>> = {
  SIGABRT: " (as Node is when its memory is used up)",
  SIGKILL: " (by somebody, or for want of memory)",
};
