import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

/** Whom a process runs as, and may become. What is not permitted throws Node's error. */
export interface ProcessIds {
  uid(): number;
  effectiveUid(): number;
  gid(): number;
  effectiveGid(): number;
  /** The supplementary groups. */
  groups(): number[];
  setUid(uid: number): void;
  setGid(gid: number): void;
  setGroups(groups: readonly number[]): void;
  /** Takes the supplementary groups that the system has for a user, and this one. */
  initGroups(user: string, gid: number): void;
  /**
   * Looks at each thread from now on, wherever the process goes; gives what the kernel says of them, as in
   * /proc/PID/status: nothing where it says nothing.
   */
  watchThreads(): Threads;
}

/** The threads of a process. */
export interface Threads {
  read(): string[];
  close(): void;
}

const TASKS = "/proc/self/task";
/** Such a file has about 1,500 bytes. */
const STATUS_AT_MOST = 16_384;

/** Those of the real process. */
export function systemIds(): ProcessIds | undefined {
  const { getuid, geteuid, getgid, getegid, getgroups, setuid, setgid, setgroups } = process;
  // Node's types don't know it.
  const { initgroups } = process as { readonly initgroups?: (user: string, gid: number) => void };
  if (!getuid || !geteuid || !getgid || !getegid || !getgroups) return undefined;
  if (!setuid || !setgid || !setgroups || !initgroups) return undefined;
  return {
    uid: () => getuid(),
    effectiveUid: () => geteuid(),
    gid: () => getgid(),
    effectiveGid: () => getegid(),
    // Node's own list has the effective group in it in any case.
    groups: () => groupsIn(ownStatus()) ?? getgroups(),
    setUid: (uid) => setuid(uid),
    setGid: (gid) => setgid(gid),
    setGroups: (groups) => setgroups(groups),
    initGroups: (user, gid) => initgroups(user, gid),
    watchThreads,
  };
}

/** A line of /proc/PID/status, split. */
export function fieldIn(status: string, name: string): string[] | undefined {
  const line = status.split("\n").find((one) => one.startsWith(`${name}:`));
  return line
    ?.slice(name.length + 1)
    .split(/\s+/)
    .filter(Boolean);
}

/** The supplementary groups as /proc/PID/status has them. */
function groupsIn(status: string | undefined): number[] | undefined {
  return status === undefined ? undefined : fieldIn(status, "Groups")?.map(Number);
}

function ownStatus(): string | undefined {
  try {
    return readFileSync("/proc/self/status", "latin1");
  } catch {
    return undefined;
  }
}

/** In a new root there may be no /proc: the files are opened now. Threads that come later are like those that make them. */
function watchThreads(): Threads {
  const descriptors = tasks().flatMap((task) => opened(`${TASKS}/${task}/status`) ?? []);
  return {
    read() {
      const now = tasks();
      const texts = now.length > 0 ? now.map((task) => textOf(`${TASKS}/${task}/status`)) : [];
      return (texts.length > 0 ? texts : descriptors.map(readAgain)).filter((text) => text !== undefined);
    },
    close: () => descriptors.splice(0).forEach((fd) => closeSync(fd)),
  };
}

function tasks(): string[] {
  try {
    return readdirSync(TASKS);
  } catch {
    return [];
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // The thread has ended.
    return undefined;
  }
}

function readAgain(fd: number): string | undefined {
  try {
    const bytes = Buffer.alloc(STATUS_AT_MOST);
    return bytes.toString("latin1", 0, readSync(fd, bytes, 0, bytes.length, 0));
  } catch {
    return undefined;
  }
}
