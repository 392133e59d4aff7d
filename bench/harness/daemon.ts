/** Services that run in the background, each with its files in its project. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { environment, freePort } from "./child";
import type { Project } from "./project";

const PATIENCE = 60_000;

export interface How {
  /** Options of appd's, before the command. */
  readonly globals?: readonly string[];
  /** What `appd status` knows it by. */
  readonly name?: string;
}

/** Where `appd status` finds what was started here, and nothing else. */
export function runtimeFolder(project: Project): string {
  const folder = join(project.folder, "run");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The seed's example in the background. */
export class Daemon {
  private constructor(
    /** What the pidfile names. */
    readonly pid: number,
    /** Milliseconds until the command that launched it returned. */
    readonly returned: number,
  ) {}

  /** @throws Error when the launching command fails */
  static async start(project: Project, { globals = [], name = "it" }: How = {}): Promise<Daemon> {
    const port = await freePort();
    const files = [
      "--pidfile",
      join(project.folder, `${name}.pid`),
      "--logfile",
      join(project.folder, "log"),
    ];
    const { words, cwd } = project.appd(
      "--daemon",
      "--name",
      name,
      ...files,
      ...globals,
      "myproject",
      "-p",
      `${port}`,
    );
    const [file, ...args] = words;
    const env = { ...environment(), APPD_RUNTIME_DIR: runtimeFolder(project) };
    const begin = performance.now();
    const launcher = spawn(file, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    launcher.stderr.on("data", (text: Buffer) => (said += text.toString()));
    const status = await new Promise((resolve) => launcher.once("exit", resolve));
    const returned = performance.now() - begin;
    if (status !== 0) throw new Error(`${words.join(" ")} failed:\n${said}`);
    return new Daemon(parseInt(readFileSync(join(project.folder, `${name}.pid`), "utf8"), 10), returned);
  }

  /** All that runs for it: with a master it is two. */
  get pids(): number[] {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8");
    return [this.pid, ...children.split(" ").filter(Boolean).map(Number)];
  }

  async end(): Promise<void> {
    process.kill(this.pid, "SIGTERM");
    for (const begin = performance.now(); this.#runs();) {
      if (performance.now() - begin > PATIENCE) process.kill(this.pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** One that has ended may wait for somebody who takes notice. */
  #runs(): boolean {
    try {
      return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${this.pid}/stat`, "utf8"));
    } catch {
      return false;
    }
  }
}
