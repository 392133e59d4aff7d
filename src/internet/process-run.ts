import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { after, type Clock } from "../service/clock";
import { OutputLines } from "./output-lines";
import { ProcessGroup } from "./process-group";

/** What is started: a program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** As whom, where, and with which environment a process runs. */
export interface ProcessOptions {
  /** The user that it runs as, which takes privileges; it has no supplementary groups then. */
  readonly uid?: number;
  readonly gid?: number;
  /** All of its environment; by default it has the one that this process has. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it runs; in the working directory of this process by default. */
  readonly cwd?: string;
}

/** How a run ended. */
export interface RunEnd {
  /** Why it did not even begin. */
  readonly error?: NodeJS.ErrnoException;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds that it lived. */
  readonly lived: number;
}

export interface RunSettings {
  readonly clock: Clock;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly killTime: number;
  readonly line: (text: string, stream: "stdout" | "stderr") => void;
  /** Told when SIGTERM was not enough. */
  readonly killed: () => void;
}

/** How often it is looked whether those are gone that a process has left behind. */
const LOOK_AGAIN = 50;
/** How long is waited for what can't be helped: members that no SIGKILL removes, output that others keep open. */
const PATIENCE = 1_000;

/**
 * One run of a child process, in a process group of its own. It is over when nobody is left of the group: what the
 * process leaves behind is ended as it would be itself, so that the next run finds its ports free.
 */
export class ProcessRun {
  readonly over: Promise<RunEnd>;
  readonly pid: number | undefined;
  readonly #settings: RunSettings;
  readonly #group: ProcessGroup | undefined;
  readonly #begun: number;
  #told = false;
  #isEnding = false;
  #cancelKill = (): void => undefined;
  #killed: number | undefined;

  constructor(command: Command, options: ProcessOptions, settings: RunSettings) {
    this.#settings = settings;
    this.#begun = settings.clock.now();
    const child = start(command, options);
    if (child instanceof Error) {
      this.over = Promise.resolve({ error: child, code: null, signal: null, lived: 0 });
      return;
    }
    this.pid = child.pid;
    this.#group = new ProcessGroup(child);
    this.over = this.#follow(child, this.#group);
  }

  /** Whether it was told to end. */
  get told(): boolean {
    return this.#told;
  }

  /** Sends SIGTERM, and SIGKILL when that has not helped in time. */
  terminate(): void {
    this.#told = true;
    this.#endGroup();
  }

  /** Sends SIGKILL now. */
  kill(): void {
    this.#told = true;
    this.#cancelKill();
    this.#killed ??= this.#settings.clock.now();
    this.#group?.signal("SIGKILL");
  }

  #endGroup(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#group?.signal("SIGTERM");
    const { clock, killTime, killed } = this.#settings;
    this.#cancelKill = after(clock, killTime, () => {
      killed();
      this.kill();
    });
  }

  async #follow(child: ChildProcess, group: ProcessGroup): Promise<RunEnd> {
    const { clock, line } = this.#settings;
    const closed = new Promise<void>((resolve) => child.once("close", resolve));
    const letGo = [
      read(child.stdout, (text) => line(text, "stdout")),
      read(child.stderr, (text) => line(text, "stderr")),
    ];
    const ended = await endOf(child);
    const lived = clock.now() - this.#begun;
    if (!ended.error) await this.#emptied(group);
    this.#cancelKill();
    await within(clock, PATIENCE, closed);
    for (const stream of letGo) stream();
    return { ...ended, lived };
  }

  /** Ends those whom the process has left behind. */
  async #emptied(group: ProcessGroup): Promise<void> {
    const { clock } = this.#settings;
    while (group.isThere) {
      this.#endGroup();
      if (this.#killed !== undefined && clock.now() - this.#killed >= PATIENCE) return;
      await within(clock, LOOK_AGAIN, new Promise(() => undefined));
    }
  }
}

function start([program, ...args]: Command, { uid, gid, env, cwd }: ProcessOptions): ChildProcess | Error {
  // Asked for here, so that importing appd does not load it.
  const { spawn } = process.getBuiltinModule("node:child_process");
  try {
    return spawn(program, args, {
      uid,
      gid,
      env,
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      // In a group of its own: all of it can be ended, and a terminal's Ctrl-C leaves it to us.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
  } catch (error) {
    return error as Error;
  }
}

function endOf(child: ChildProcess): Promise<Omit<RunEnd, "lived">> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.on("error", (error) => {
      if (child.pid === undefined) resolve({ error, code: null, signal: null });
    });
  });
}

/** Reads a stream line by line. Gives the way to end that. */
function read(stream: Readable | null, line: (text: string) => void): () => void {
  if (!stream) return () => undefined;
  const lines = new OutputLines(line);
  stream.on("data", (chunk: Buffer) => lines.push(chunk));
  stream.on("error", () => stream.destroy());
  return () => {
    stream.destroy();
    lines.end();
  };
}

/** Waits for `work`, but not for longer than `ms`. */
async function within(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  let cancel = (): void => undefined;
  const late = new Promise<void>((resolve) => (cancel = after(clock, ms, resolve)));
  await Promise.race([work, late]);
  cancel();
}
