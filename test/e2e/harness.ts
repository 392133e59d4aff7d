/** Projects on disk, and the packed command run in them as a person would. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";

const PATIENCE = 20_000;

export type Files = Readonly<Record<string, string>>;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const site = (): string => process.env.APPD_E2E_SITE ?? "";
export const tarball = (): string => process.env.APPD_E2E_TARBALL ?? "";

/** The environment without what would change a run: only what the test names is added. */
export function environment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), NO_COLOR: "1", ...added };
}

/** A running command and what it has said so far. */
export class Running {
  stdout = "";
  stderr = "";
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    this.ended = new Promise((resolve) => {
      child.on("close", (status, signal) => {
        clearTimeout(patience);
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until the command has written what `pattern` matches to either stream. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const heard = () => pattern.exec(this.stderr) ?? pattern.exec(this.stdout);
    return new Promise((resolve, reject) => {
      const listen = () => {
        const match = heard();
        if (match) resolve(match);
      };
      this.#child.stdout.on("data", listen);
      this.#child.stderr.on("data", listen);
      void this.ended.then(({ stdout, stderr, status, signal }) => {
        reject(
          new Error(
            `ended (${String(status ?? signal)}) without saying ${String(pattern)}:\n${stdout}\n${stderr}`,
          ),
        );
      });
      listen();
    });
  }

  /** Waits until a service listens, and answers with its port. */
  async port(): Promise<number> {
    const [, port] = await this.says(/listening on \S*?:(\d+)/);
    return Number(port);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    this.kill(signal);
    return this.ended;
  }
}

/** A project folder with the packed appd installed. */
export class Project {
  readonly folder = mkdtempSync(join(site(), "project-"));

  constructor(files: Files, manifest: Readonly<Record<string, unknown>> = {}) {
    symlinkSync(join(site(), "node_modules"), join(this.folder, "node_modules"));
    this.write({
      "package.json": JSON.stringify({ name: "myproject", version: "1.2.3", ...manifest }),
      ...files,
    });
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    return start([join(this.folder, "node_modules/appd/dist/cli.js"), ...args], { cwd: this.folder, env });
  }

  async appd(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Starts Node itself with these words. */
export function start(
  words: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Readonly<Record<string, string>> },
): Running {
  return new Running(
    spawn(process.execPath, words, { cwd, env: environment(env), stdio: ["ignore", "pipe", "pipe"] }),
  );
}
