import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { ProcessIdentity } from "../../base/process-identity";
import { silently } from "../../base/silently";
import { fingerprint } from "../../plugin/stamp";

/** What is remembered of a run for those who find nobody answering. Nothing secret is in it. */
export interface ControlRecord extends ProcessIdentity {
  /** The start of the system that `began` counts from. */
  readonly boot?: string | undefined;
  readonly name: string;
  /** When it was started, as ISO 8601 has it. */
  readonly since: string;
  readonly daemon: boolean;
  readonly pidfile?: string | undefined;
  /** The file that it logs to. */
  readonly log?: string | undefined;
  /** Milliseconds that its services may take to stop. */
  readonly stopTimeout: number;
  /** Of one that becomes another user: the seal of what it was started with. */
  readonly launch?: string | undefined;
  /** Of a worker: the process that starts it anew when it dies, and by whose number the whole goes. */
  readonly master?: ProcessIdentity | undefined;
  /** Whether it is such a process. */
  readonly isMaster?: boolean | undefined;
}

/** A record, and what the names of its files begin with. */
export interface KeptRecord {
  readonly key: string;
  readonly record: ControlRecord;
}

/** What stays of a run when it is over: where to look for what it said. */
interface LastLog {
  readonly name: string;
  readonly log: string;
}

/** Bytes; no record is near as long. */
const LONGEST = 64 * 1024;
/** The greatest number of a process that Linux gives. */
const LAST_PID = 2 ** 22;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** A name of its own for each process; a socket's path may not be long. */
export const keyOf = ({ name, pid, began = "" }: ControlRecord): string =>
  fingerprint([name, pid, began].join("\n"));

/** The number that a run goes by. */
export const pidOf = ({ pid, master }: ControlRecord): number => master?.pid ?? pid;

export const socketOf = (folder: string, key: string): string => join(folder, `${key}.sock`);
const recordOf = (folder: string, key: string): string => join(folder, `${key}.json`);
const lastOf = (folder: string, name: string): string => join(folder, `${fingerprint(name)}.last`);

/** Writes a record, for its owner alone. @throws Node's error */
export function keepRecord(folder: string, { key, record }: KeptRecord): void {
  replaceFile(recordOf(folder, key), record);
  if (record.log !== undefined)
    replaceFile(lastOf(folder, record.name), { name: record.name, log: record.log });
}

/** The records of a folder, those of processes that are gone among them. What is no record is left out. */
export function keptRecords(folder: string): KeptRecord[] {
  return keysIn(folder, ".json").flatMap((key) => {
    const record = readFile(recordOf(folder, key));
    return isRecord(record) ? [{ key, record }] : [];
  });
}

/** The sockets of a folder. */
export const keptSockets = (folder: string): string[] => keysIn(folder, ".sock");

/** Removes the files of a run. They may be gone, or no longer this user's to remove. */
export function dropRecord(folder: string, key: string): void {
  for (const path of [recordOf(folder, key), socketOf(folder, key)]) silently(() => unlinkSync(path));
}

/** Removes what was left by those who were killed while they wrote a record or bound a socket. */
export function sweep(folder: string, now = Date.now()): void {
  for (const name of readdirSync(folder)) {
    if (!UNFINISHED.test(name)) continue;
    const path = join(folder, name);
    silently(() => now - lstatSync(path).mtimeMs > UNFINISHED_FOR && rmSync(path, { recursive: true }));
  }
}

/** What is written beside a record, and the folder in which a socket is bound. */
const UNFINISHED = /^[\w.]+\.(?:json|last)\.\d+$|^\.appd-\w{6}$/;
/** Milliseconds; neither takes as many. */
const UNFINISHED_FOR = 60_000;

/** The file that the latest run of that name logged to. */
export function lastLog(folder: string, name: string): string | undefined {
  const last = readFile(lastOf(folder, name)) as Partial<LastLog> | undefined;
  return last?.name === name && typeof last.log === "string" ? last.log : undefined;
}

function keysIn(folder: string, extension: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(extension) && !file.startsWith("."))
      .map((file) => file.slice(0, -extension.length))
      .sort();
  } catch {
    return [];
  }
}

/** In one step, so that nobody reads half of it. */
function replaceFile(path: string, content: object): void {
  const beside = `${path}.${process.pid}`;
  silently(() => unlinkSync(beside));
  const fd = openSync(beside, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    // Whatever the umask takes away.
    fchmodSync(fd, 0o600);
    writeSync(fd, JSON.stringify(content));
  } finally {
    closeSync(fd);
  }
  renameSync(beside, path);
}

/** What a file holds that only this user can have written; a pipe or a device is not waited for. */
function readFile(path: string): unknown {
  let fd: number | undefined;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fstatSync(fd);
    const mine = stats.uid === (process.geteuid?.() ?? stats.uid) && (stats.mode & 0o022) === 0;
    if (!stats.isFile() || !mine || stats.size > LONGEST) return undefined;
    return JSON.parse(readFileSync(fd, "utf8"));
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Signals go by what it says, so that it must say all of it. */
function isRecord(found: unknown): found is ControlRecord {
  if (!isIdentity(found)) return false;
  const { name, since, daemon, stopTimeout, boot, pidfile, log, launch } = found as Partial<ControlRecord>;
  const { master, isMaster = false } = found as Partial<ControlRecord>;
  return (
    typeof name === "string" &&
    typeof since === "string" &&
    !Number.isNaN(Date.parse(since)) &&
    [daemon, isMaster].every((flag) => typeof flag === "boolean") &&
    typeof stopTimeout === "number" &&
    stopTimeout >= 0 &&
    [boot, pidfile, log, launch].every((text) => text === undefined || typeof text === "string") &&
    (master === undefined || isIdentity(master))
  );
}

function isIdentity(found: unknown): found is ProcessIdentity {
  if (typeof found !== "object" || found === null) return false;
  const { pid, began } = found as Partial<ProcessIdentity>;
  const isPid = Number.isInteger(pid) && Number(pid) >= 1 && Number(pid) <= LAST_PID;
  return isPid && (began === undefined || (typeof began === "string" && /^\d{1,20}$/.test(began)));
}
