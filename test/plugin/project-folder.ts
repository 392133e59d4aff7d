import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A temporary folder with the given files; objects become JSON. Removed when the test file is done. */
export class ProjectFolder implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "appd-plugin-")));

  constructor(files: Readonly<Record<string, string | object>> = {}) {
    this.write(files);
  }

  write(files: Readonly<Record<string, string | object>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = this.path(name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o644 });
    }
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
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
