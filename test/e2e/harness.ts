/** Projects on disk, and the packed command run in them as a person would. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** No command of these tests takes so long, unless it hangs. */
const PATIENCE = 120_000;

export type Files = Readonly<Record<string, string>>;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const site = (): string => process.env.APPD_E2E_SITE ?? "";
export const tarball = (): string => process.env.APPD_E2E_TARBALL ?? "";

/** Whoever runs these tests; an ordinary user can be played by root only. */
export const isRoot = process.getuid?.() === 0;
export const NOBODY = 65_534;

/** The text of every file of an example but its package.json, by its name in the folder. */
export function example(name: string): Files {
  const folder = resolve(__dirname, "../../examples", name);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(?<!package)\.\w+$/.test(file),
  );
  return Object.fromEntries(names.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

/** The first thing that whoever listens there says. */
export async function firstLine(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    socket.once("data", (text: string) => {
      resolve(text);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

/** All that whoever listens there says before it hangs up. */
export async function everything(port: number): Promise<string> {
  let said = "";
  for await (const text of connect(port, "127.0.0.1").setEncoding("utf8")) said += String(text);
  return said;
}

/** The environment without what would change a run: only what the test names is added. */
export function environment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH = "", HOME, TMPDIR } = process.env;
  // What npm starts must be the Node that runs the tests, too.
  const path = [dirname(process.execPath), PATH].join(delimiter);
  return {
    PATH: path,
    HOME,
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    NO_COLOR: "1",
    npm_config_loglevel: "error",
    ...added,
  };
}

/** Waits for what comes in no order that could be asked for: half a minute at least. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  details = () => "",
): Promise<void> {
  for (let tries = 0; !(await isTrue()); tries += 1) {
    if (tries === 1_500) throw new Error(`never ${what}:\n${details()}`);
    await sleep(20);
  }
}

/** A running command and what it has said so far. */
export class Running {
  stdout = "";
  stderr = "";
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #group: boolean;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>, group = false) {
    this.#child = child;
    this.#group = group;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    const patience = setTimeout(() => this.kill("SIGKILL"), PATIENCE);
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

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#group) this.#child.kill(signal);
    else if (!this.#isOver) process.kill(-this.pid, signal);
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

  /** Waits for what is not said, such as a line in a file, as long as the command runs. */
  async until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    for (let isLast = this.#isOver; !(await isTrue()); isLast = this.#isOver) {
      if (isLast) throw new Error(`ended, and never ${what}:\n${this.stdout}\n${this.stderr}`);
      await sleep(20);
    }
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

/** A folder that others may look into: some tests run as another user. */
function openTo(folder: string): string {
  chmodSync(folder, 0o755);
  return folder;
}

export interface ProjectOptions {
  /** What its package.json says besides; `null` for no package.json at all. */
  readonly manifest?: Readonly<Record<string, unknown>> | null;
  /** The node_modules that it links; without it the packed appd's, `null` for none at all. */
  readonly modules?: string | null;
}

/** A project folder with the packed appd installed. */
export class Project {
  readonly #started: Running[] = [];
  readonly folder: string;

  constructor(files: Files = {}, options: ProjectOptions = {}) {
    const { manifest = {}, modules = join(site(), "node_modules") } = options;
    // npm looks for a project further up where a folder is none.
    const place = manifest === null ? realpathSync(tmpdir()) : site();
    this.folder = openTo(mkdtempSync(join(place, "project-")));
    if (modules !== null) symlinkSync(modules, this.path("node_modules"));
    if (manifest !== null) {
      this.write({ "package.json": JSON.stringify({ name: "myproject", version: "1.2.3", ...manifest }) });
    }
    this.write(files);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), text);
    }
  }

  discard(...names: readonly string[]): void {
    for (const name of names) rmSync(this.path(name), { recursive: true, force: true });
  }

  /** Starts any program in the project. */
  spawn(program: string, words: readonly string[], how: How = {}): Running {
    const running = spawned(program, words, { cwd: this.folder, ...how });
    this.#started.push(running);
    return running;
  }

  /** Starts the packed command. */
  start(args: readonly string[], how: How = {}): Running {
    return this.spawn(process.execPath, [this.path("node_modules/appd/dist/cli.js"), ...args], how);
  }

  async appd(args: readonly string[], how?: How): Promise<Ended> {
    return this.start(args, how).ended;
  }

  /** Runs Node in the project. */
  async node(words: readonly string[], how?: How): Promise<Ended> {
    return this.run(process.execPath, words, how);
  }

  /** Runs a program in the project: npm, npx, curl. */
  async run(program: string, words: readonly string[], how: How = {}): Promise<Ended> {
    return this.spawn(program, words, how).ended;
  }

  async install(...words: readonly string[]): Promise<void> {
    const quick = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    const { status, stderr } = await this.run("npm", ["install", ...quick, ...words]);
    if (status !== 0) throw new Error(`npm install ${words.join(" ")} failed:\n${stderr}`);
  }

  /** Ends whatever a failed test left running, and removes the folder. */
  remove(): void {
    for (const running of this.#started) running.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** How a command is run. */
export interface How {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The number of the user who runs it; this process's own by default. */
  readonly user?: number;
  /** Signals go to all that it starts, as those of a terminal do: npx passes none on. */
  readonly group?: boolean;
}

function spawned(program: string, words: readonly string[], how: How): Running {
  const { cwd, env, user, group = false } = how;
  const child = spawn(program, words, {
    cwd,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: group,
    ...(user !== undefined && { uid: user, gid: user }),
  });
  return new Running(child, group);
}
