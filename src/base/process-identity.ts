import { readFileSync, readlinkSync } from "node:fs";
import { silently } from "./silently";

/**
 * Who a process is: its number, and when it began where the system tells. Numbers are given out again, and every
 * container has a process 1.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the system was started. */
  readonly began: string | undefined;
}

export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  began: processAt(process.pid)?.began,
});

/** As text: `1234` or `1234-56789`. */
export const formatIdentity = ({ pid, began }: ProcessIdentity): string =>
  began === undefined ? String(pid) : `${pid}-${began}`;

export function readIdentity(text: string): ProcessIdentity | undefined {
  const [, pid, began] = /^(\d{1,10})(?:-(\d{1,20}))?$/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), began };
}

/** Whether that very process still runs; never where the system does not tell. */
export function isAlive({ pid, began }: ProcessIdentity): boolean {
  const now = processAt(pid);
  return now !== undefined && !now.isOver && (began === undefined || began === now.began);
}

/** What the system tells of a process. */
export interface ProcessSeen {
  /** In ticks since the system was started. */
  readonly began: string;
  /** It has ended, and only waits for its parent to ask how: in many containers for ever. */
  readonly isOver: boolean;
}

/** Undefined where there is no such process, and where the system does not tell. */
export function processAt(pid: number): ProcessSeen | undefined {
  const stat = silently(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name, which may hold anything, stands in brackets before the rest; of that the first and the 20th are meant.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const began = fields?.[19];
  return began === undefined ? undefined : { began, isOver: /^[ZX]$/i.test(fields?.[0] ?? "") };
}

/** How much of a process lies in memory, in bytes; undefined where the system does not tell. */
export function residentMemory(pid: number): number | undefined {
  const [, kilobytes] =
    /^VmRSS:\s+(\d+) kB$/m.exec(silently(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "") ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

/** The name of a process, as the system has it; none where it does not tell. */
function commandOf(pid: number): string | undefined {
  const name = silently(() => readFileSync(`/proc/${pid}/comm`, "utf8"))?.trim();
  // What Node calls its first thread, from 24 on: nobody would know it by that.
  if (name === "MainThread")
    return silently(() => readlinkSync(`/proc/${pid}/exe`))?.replace(/^.*\//, "") ?? "node";
  return name === "" ? undefined : name;
}

/** `process 1234 (nginx)` */
export function describeProcess(pid: number): string {
  const command = commandOf(pid);
  return command === undefined ? `process ${pid}` : `process ${pid} (${command})`;
}
