import { accessSync, constants } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Launched } from "../deployment-options";
import { LAUNCH_VARIABLE } from "../launched";
import type { Environment, SignalName, World } from "../world";
import { asLine, Lines, readMessage, type Message } from "./messages";

/** A process of appd's that this one has started. */
export interface Child {
  /** None where it could not be started: its end says why. */
  readonly pid: number | undefined;
  say(message: Message): void;
  signal(signal: SignalName | "SIGKILL"): void;
  /** Ends it, and whatever it has started, at once. */
  killAll(): void;
}

export interface ChildEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why there never was one. */
  readonly error?: Error;
}

export interface ChildListener {
  heard(message: Message): void;
  /** It is over, and all that it said was heard. */
  ended(end: ChildEnd): void;
  /** A line that it has written to standard error, past everything that is ours. */
  complained?(line: string): void;
}

/** @throws Node's error for what is beyond hope */
export type StartChild = (
  world: Pick<World, "self" | "argv">,
  how: { readonly role: Launched["role"]; readonly environment: Environment },
  listener: ChildListener,
) => Child;

/** Its end of the pipe. */
const FD = 3;
/** What it has started itself may hold the pipe open. */
const LAST_WORDS = 1_000;

/**
 * Starts this very program again, by the same command line. Daemons and masters get a session of their own; a worker
 * stays in its master's.
 */
export const startChild: StartChild = ({ self, argv }, { role, environment }, listener) => {
  const { spawn } = process.getBuiltinModule("node:child_process");
  const { execPath, execArgv, discretion, script } = self;
  const added = discretion.filter((option) => !execArgv.includes(option));
  const child = spawn(execPath, [...execArgv, ...added, script, ...argv], {
    detached: role !== "worker",
    env: { ...environment, [LAUNCH_VARIABLE]: `${role}:${FD}` },
    stdio: ["ignore", "ignore", listener.complained ? "pipe" : "ignore", "pipe"],
  });
  // A process that can't be had for want of files or memory has no streams, either.
  const pipe = child.pid === undefined ? undefined : child.stdio[FD];
  if (pipe)
    hear(pipe as Readable, (line) => {
      const message = readMessage(line);
      if (message) listener.heard(message);
    });
  if (pipe && child.stderr) hear(child.stderr, (line) => listener.complained?.(line));
  let isOver = false;
  const end = (end: ChildEnd): void => {
    if (!isOver) listener.ended(end);
    isOver = true;
  };
  child.on("error", (error) => {
    if (child.pid === undefined) end({ status: null, signal: null, error: withoutNothing() ?? error });
  });
  child.on("close", (status, signal) => end({ status, signal }));
  child.on("exit", (status, signal) => void setTimeout(() => end({ status, signal }), LAST_WORDS));
  return {
    pid: child.pid,
    say: (message) => void (pipe as Writable | undefined)?.write(asLine(message)),
    signal: (signal) => void child.kill(signal),
    killAll: () => (role === "worker" ? child.kill("SIGKILL") : killGroup(child.pid)),
  };
};

const NOTHING = "/dev/null";

/** Why a process can't be had that would read and write nothing: Node would say that of its program. */
function withoutNothing(): Error | undefined {
  try {
    accessSync(NOTHING, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    return new Error(`${NOTHING} is needed, and can't be opened (${code})`, { cause });
  }
}

/** Nobody else's group has the number as long as the child, which leads it, was not waited for. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function hear(stream: Readable, take: (line: string) => void): void {
  const lines = new Lines(take);
  stream
    .setEncoding("utf8")
    .on("data", (text: string) => lines.add(text))
    .on("end", () => lines.end())
    // The other end is gone: what that means shows when the process ends.
    .on("error", () => undefined);
}
