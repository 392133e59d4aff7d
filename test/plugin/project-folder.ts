import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findProject, type Project } from "../../src/plugin/project";

type Files = Readonly<Record<string, string | object>>;

/** A temporary folder with the given files; objects become JSON. `using` removes it. */
export class ProjectFolder implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "appd-plugin-")));

  constructor(files: Files = {}) {
    this.write({ "package.json": {}, ...files });
  }

  get project(): Project {
    return findProject(this.root);
  }

  write(files: Files): void {
    for (const [name, content] of Object.entries(files)) {
      const path = this.path(name);
      mkdirSync(dirname(path), { recursive: true });
      for (let at = dirname(path); at.startsWith(this.root); at = dirname(at)) chmodSync(at, 0o755);
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      chmodSync(path, 0o644);
    }
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  /** Makes a file look as if it had been written long ago. */
  age(name: string, seconds = 3600): void {
    const then = Date.now() / 1000 - seconds;
    utimesSync(this.path(name), then, then);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The one item of a list. */
export function only<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined || list.length !== 1) throw new Error(`expected one, got ${list.length}`);
  return item;
}
