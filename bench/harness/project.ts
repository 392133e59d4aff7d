/** Project folders with appd in their node_modules as npm would put it there. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "./child";

const ROOT = resolve(__dirname, "../..");
const BENCH = join(ROOT, "bench");

export type Files = Readonly<Record<string, string>>;

/** A project in a folder of its own, with its own copy of the built appd and so its own cache. */
export class Project {
  readonly folder: string;
  readonly #appd: string;

  constructor(site: string, name: string, files: Files) {
    this.folder = join(site, name);
    this.#appd = join(this.folder, "node_modules/appd");
    this.write({ "package.json": JSON.stringify({ name, version: "1.0.0" }), ...files });
    install(this.#appd);
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  /** A command line of appd's in this project. */
  appd(...words: readonly string[]): Command {
    return node(this.folder, join(this.#appd, "dist/cli.js"), ...words);
  }
}

/** Appd's own files copied, its dependencies linked beside it. */
function install(folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  for (const name of dependencies()) {
    const link = join(dirname(folder), name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(ROOT, "node_modules", name)), link);
  }
}

function dependencies(): string[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<
    "dependencies" | "optionalDependencies",
    object
  >;
  return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
}

/** A script run by this very Node. */
export function node(cwd: string, ...words: readonly string[]): Command {
  return { words: [process.execPath, ...words], cwd };
}

/** A script or a text that the bench brings. */
export const fixture = (name: string): string => join(BENCH, "fixtures", name);

/** The seed's first example, as this repository shows it. */
export function exampleFiles(): Files {
  const names = ["plugins/myproject.ts", "src/greeter.ts"];
  const folder = join(ROOT, "examples/myproject");
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Installs what appd is compared with, once. */
export function installRivals(): void {
  if (existsSync(join(BENCH, "node_modules/.package-lock.json"))) return;
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: BENCH, stdio: "inherit" });
}
