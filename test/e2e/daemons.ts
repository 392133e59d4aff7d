/** Daemons that tests start: found by a mark in their environment, and ended whatever becomes of the test. */
import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Project, until, type Ended, type Files, type How, type ProjectOptions } from "./harness";

const MARK = "APPD_TEST_DAEMON";

/** A project whose daemons keep their files in it. */
export class DaemonProject extends Project {
  readonly pidfile = this.path("it.pid");
  readonly log = this.path("it.log");

  constructor(files: Files, options?: ProjectOptions) {
    super(files, options);
    this.discard("it.pid", "it.log");
  }

  /** The words of a command line that starts a daemon, or with `-n` what would be one. */
  words(globals: readonly string[], command: readonly string[]): string[] {
    return ["--pidfile", this.pidfile, "--logfile", this.log, ...globals, ...command];
  }

  /** Nobody else's runs are where it looks for some, unless it says where: another user can't make that folder. */
  marked(how: How = {}): How {
    const own = how.user === undefined && { APPD_RUNTIME_DIR: this.path("run") };
    return { ...how, env: { ...own, ...how.env, [MARK]: this.folder } };
  }

  /** Types `appd --daemon …` and waits until it returns. */
  async daemon(globals: readonly string[], command: readonly string[], how?: How): Promise<Ended> {
    return this.appd(["--daemon", ...this.words(globals, command)], this.marked(how));
  }

  /** What the pidfile says; undefined without one. */
  get pid(): number | undefined {
    return existsSync(this.pidfile)
      ? Number(readFileSync(this.pidfile, "utf8").split("\n", 1)[0])
      : undefined;
  }

  get logged(): Record<string, unknown>[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get messages(): string[] {
    return this.logged.map(({ msg }) => String(msg));
  }

  /** The processes that run for this project, the oldest first. */
  get processes(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && this.#isOurs(name))
      .map(Number)
      .sort((one, other) => one - other);
  }

  /** Waits for what comes in no order that could be asked for. */
  async until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    await until(what, isTrue, () => [...this.messages, ...this.processes.map(describe)].join("\n"));
  }

  /** Waits until none of them runs. */
  async untilOver(): Promise<void> {
    await this.until("over", () => this.processes.length === 0);
  }

  /** Ends whatever a test has left, by force where that does not end well. */
  async end(): Promise<void> {
    for (const pid of this.processes) kill(pid, "SIGTERM");
    for (let waited = 0; waited < 1_000 && this.processes.length > 0; waited += 25)
      await new Promise((resolve) => setTimeout(resolve, 25));
    for (const pid of this.processes) kill(pid, "SIGKILL");
    await this.untilOver();
    this.discard("it.pid", "it.log", "run");
  }

  #isOurs(pid: string): boolean {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return variables.includes(`${MARK}=${this.folder}`) && stateOf(Number(pid)).state !== "Z";
    } catch {
      return false;
    }
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

export interface ProcessState {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** 0 for none. */
  readonly terminal: number;
}

/** What the system says of a process. */
export function stateOf(pid: number): ProcessState {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [state = "", ...numbers] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [parent = 0, group = 0, session = 0, terminal = 0] = numbers.map(Number);
  return { state, parent, group, session, terminal };
}

/** What its descriptors lead to, by their numbers; without those that it closes meanwhile. */
export function filesOf(pid: number): Map<number, string> {
  const folder = `/proc/${pid}/fd`;
  const files = new Map<number, string>();
  for (const fd of readdirSync(folder)) {
    try {
      files.set(Number(fd), readlinkSync(join(folder, fd)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || !existsSync(folder)) throw error;
    }
  }
  return files;
}

export const folderOf = (pid: number): string => readlinkSync(`/proc/${pid}/cwd`);

const describe = (pid: number): string =>
  `${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`;

/** Whether somebody listens there. */
export async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      resolve(true);
      socket.destroy();
    });
    socket.on("error", () => resolve(false));
  });
}
