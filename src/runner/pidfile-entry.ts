import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
} from "node:fs";
import { ownIdentity, processAt, type ProcessIdentity } from "../base/process-identity";
import { isPrintable, quote } from "../base/text";
import { PidfileError } from "./errors";

/** Who a pidfile says has it. */
export interface PidfileEntry extends ProcessIdentity {
  /** The start of the system that `began` counts from; numbers and times come again after the next one. */
  readonly boot: string | undefined;
  readonly name: string | undefined;
}

/** A pidfile as it was found; without an entry it is empty. */
export interface FoundPidfile {
  readonly entry: PidfileEntry | undefined;
  readonly written: Date;
}

/** Bytes; no pidfile is longer. */
const LONGEST = 1_024;
const OTHERS_READ = 0o004;
/** Milliseconds. A clock that was wrong when a file was written is seldom so by more. */
const CLOCK_MAY_BE_OFF = 24 * 60 * 60 * 1_000;
/** Milliseconds; Linux counts so for programs on every machine. */
const TICK = 10;

/** A pidfile of this very process: others read its number in the first line. */
export function entryText(name: string): string {
  const { pid, began } = ownIdentity();
  return `${pid}\n${[began, bootId()].filter(Boolean).join(" ")}\n${name}\n`;
}

/** What an open file holds; nothing where that is no pidfile. */
export function textIn(fd: number): string {
  const bytes = Buffer.alloc(LONGEST);
  return bytes.subarray(0, readSync(fd, bytes, 0, LONGEST, 0)).toString("utf8");
}

/**
 * Reads the pidfile at a path without following a link, waiting for anybody, or reading more than a pidfile has.
 *
 * Gives undefined when nothing is there.
 *
 * @throws PidfileError when something else is there
 */
export function findPidfile(path: string): FoundPidfile | undefined {
  try {
    refuseUnlessFile(path, lstatSync(path));
    const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
    const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    try {
      return read(path, fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error instanceof PidfileError ? error : PidfileError.of(path, error);
  }
}

/**
 * Whether the process of an entry runs. In doubt it does: a pidfile decides what may run twice.
 *
 * @param written when the file with the entry was, if that says more than the entry
 */
export function isRunning(entry: ProcessIdentity & Partial<PidfileEntry>, written?: Date): boolean {
  const { pid, began, boot } = entry;
  if (boot !== undefined && bootId() !== undefined && boot !== bootId()) return false;
  const now = processAt(pid);
  if (!now) return answersSignals(pid);
  if (now.isOver) return false;
  if (began !== undefined) return began === now.began;
  // In a container each run has the number that the last one had; some init tools write it before they start one.
  if (pid === process.pid) return false;
  return written === undefined || startOf(now.began) < written.getTime() + CLOCK_MAY_BE_OFF;
}

function read(path: string, fd: number): FoundPidfile {
  const stats = fstatSync(fd);
  refuseUnlessFile(path, stats);
  if (stats.size > LONGEST) throw new PidfileError(path, `${isNone} (${stats.size} bytes)`);
  const text = textIn(fd);
  // A machine that lost its power may leave nothing but zeros.
  if (text.replaceAll("\0", "").trim() === "") return { entry: undefined, written: stats.mtime };
  const [, pid, began, boot, name] = PATTERN.exec(text) ?? [];
  if (pid === undefined || !isNumberOfProcess(pid))
    throw new PidfileError(path, `${isNone}${shown(text, stats)}`);
  return { entry: { pid: Number(pid), began, boot, name }, written: stats.mtime };
}

const isNone = "what is there is no pidfile: remove it, or choose another path";
/** Others write the number alone, with or without the end of a line. */
const PATTERN = /^\s*(\d{1,10})\s*(?:\n(\d{1,20})?(?: ([\da-f-]{36}))?(?:\n(.*)\n?)?)?$/;

const isNumberOfProcess = (text: string): boolean => Number(text) > 0 && Number(text) < 2 ** 31;

/** What only some may read is not to stand in a log. */
function shown(text: string, { mode }: Stats): string {
  const line = text.split("\n", 1)[0] ?? "";
  return mode & OTHERS_READ && isPrintable(line) ? ` (it begins with ${quote(line.slice(0, 40))})` : "";
}

function refuseUnlessFile(path: string, stats: Stats): void {
  if (!stats.isFile()) throw new PidfileError(path, `there is ${kindOf(stats)}; choose another path`);
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return "a symbolic link, which is not followed";
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** When a process began, on the clock as it is now: counted from when this one did. */
function startOf(began: string): number {
  const own = Date.now() - process.uptime() * 1_000;
  const ownBegan = Number(ownIdentity().began);
  return own - (ownBegan - Number(began)) * TICK;
}

/** Where /proc does not tell. Whoever may not be signalled is there. */
function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Which start of the system this is. */
export function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}
