import { transformSync } from "@swc/core";
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const REPOSITORY = resolve(__dirname, "../..");
const SOURCE = join(REPOSITORY, "src");

const PRELUDE = `
  const load = (name) => require(process.env.APPD_SOURCE + "/" + name);
  const exports = { appd: process.env.APPD_SOURCE + "/index.js" };
  const project = load("plugin/project").findProject(process.env.FOLDER ?? ".");
  load("plugin/hooks").installHooks({
    cacheFolder: load("plugin/cache-folder").cacheFolder(project, process.env),
    setSourceMaps: (on) => process.setSourceMapsEnabled(on),
    exports,
  });
`;

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is stopped. */
  readonly timeout?: number;
}

/** What a child process did. */
export interface Outcome {
  readonly status: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * appd's source as JavaScript in a folder of its own, for child processes: hooks into Node's loader can't be
 * tried inside the test runner, which has a loader of its own.
 */
export class CompiledSource implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), "appd-compiled-"));

  constructor() {
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.root, "node_modules"));
    writeFileSync(join(this.root, "package.json"), JSON.stringify({ name: "appd", version: "0.0.0" }));
    const names = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((each) => each.endsWith(".ts"))) this.#compile(name);
  }

  #compile(name: string): void {
    const { code } = transformSync(readFileSync(join(SOURCE, name), "utf8"), {
      filename: name,
      swcrc: false,
      jsc: {
        target: "es2022",
        parser: { syntax: "typescript", decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        keepClassNames: true,
      },
      module: { type: "commonjs", ignoreDynamic: true },
    });
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }

  /** The compiled file of a source file: `plugin/hooks.ts`. */
  path(name: string): string {
    return join(this.root, name.replace(/\.ts$/, ".js"));
  }

  /**
   * Runs a script in `folder` that may `load("plugin/hooks")` what it needs of appd; TypeScript can be loaded, and
   * "appd" is this copy.
   */
  run(folder: string, script: string, { environment, timeout }: RunOptions = {}): Promise<Outcome> {
    const options = {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, APPD_SOURCE: this.root, ...environment },
      timeout,
    };
    return new Promise((done) => {
      execFile(process.execPath, ["-e", PRELUDE + script], options, (error, stdout, stderr) =>
        done({ status: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr }),
      );
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
