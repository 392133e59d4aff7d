/** Processes that are measured: those that end, and those that listen. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import type { Sample } from "./compare";

const PATIENCE = 60_000;

/** The words of a command, and where it runs. */
export interface Command {
  readonly words: readonly [string, ...string[]];
  readonly cwd: string;
}

/** Without what changes every start of Node: options of its own, certificates that it reads. */
export function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG, NO_COLOR: "1" };
}

const run = promisify(execFile);

/**
 * Runs a command to its end. The shell's clock has a precision of a millisecond: `times` runs are one sample.
 *
 * @throws Error when the command fails
 */
export async function untilEnd({ words, cwd }: Command, times = 3): Promise<Sample> {
  const script = `TIMEFORMAT="%3R %3U %3S"; time for i in $(seq ${times}); do "$@" || exit 1; done`;
  const options = { cwd, env: environment(), maxBuffer: 1e8 };
  const { stderr } = await run("bash", ["-c", script, "bash", ...words], options);
  const [wall, user, system] = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  if (wall === undefined || user === undefined || system === undefined) throw new Error(stderr);
  return { wall: (wall * 1_000) / times, cpu: ((user + system) * 1_000) / times };
}

/** A process that listens on a port. */
export class Listening {
  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
    /** From its start to the first connection that it took. */
    readonly start: Sample,
  ) {}

  /** Starts a command, the port put in its place, and waits until it accepts a connection. */
  static async from(command: (port: number) => Command): Promise<Listening> {
    const port = await freePort();
    const { words, cwd } = command(port);
    const begin = performance.now();
    const [file, ...args] = words;
    const child = spawn(file, args, { cwd, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (text: Buffer) => (said += text.toString()));
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    while (!(await accepts(port))) {
      if (child.exitCode !== null || performance.now() - begin > PATIENCE) {
        child.kill("SIGKILL");
        throw new Error(`${words.join(" ")} does not listen on ${port}:\n${said}`);
      }
    }
    const wall = performance.now() - begin;
    return new Listening(child, port, { wall, cpu: cpuOf(child.pid ?? 0) });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    // As a person would: what a run keeps for the next one is kept when it ends by itself.
    this.child.kill("SIGTERM");
    const patience = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE);
    await gone;
    clearTimeout(patience);
  }
}

/** What starting to listen costs. */
export async function untilListening(command: (port: number) => Command): Promise<Sample> {
  const listening = await Listening.from(command);
  await listening.end();
  return listening.start;
}

/** Milliseconds of processor time of all threads of a process; undefined where the system does not say. */
export function cpuOf(pid: number): number | undefined {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const spent = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8"));
    return spent.reduce((sum, line) => sum + Number(line.split(" ")[0]), 0) / 1e6;
  } catch {
    return undefined;
  }
}

/** Resident memory in MiB; undefined where the system does not say. */
export const memoryOf = (pid: number): number | undefined => mebibytes(`/proc/${pid}/status`, /^VmRSS:/);

/** Memory that no other process shares, in MiB; undefined where the system does not say. */
export const privateMemoryOf = (pid: number): number | undefined =>
  mebibytes(`/proc/${pid}/smaps_rollup`, /^Private_(?:Clean|Dirty):/);

function mebibytes(file: string, wanted: RegExp): number | undefined {
  try {
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => wanted.test(line));
    const kilobytes = lines.map((line) => Number(/(\d+) kB/.exec(line)?.[1]));
    return kilobytes.length === 0 ? undefined : kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
  } catch {
    return undefined;
  }
}

/** Asks again a millisecond later when refused. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => setTimeout(() => resolve(false), 1));
  });
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
