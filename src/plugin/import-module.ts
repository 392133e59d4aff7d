import { createRequire, Module } from "node:module";
import { pathToFileURL } from "node:url";
import { ImportTimeoutError } from "./errors";
import { UNGUARDED, type ImportGuard } from "./import-guard";
import type { CompilingModule } from "./module-internals";

/** How a module is imported. */
export interface ImportOptions {
  readonly guard?: ImportGuard | undefined;
  /** After so many milliseconds an import that has not finished is given up. 10 s. */
  readonly limit?: number | undefined;
  readonly clock?: ImportClock | undefined;
  /** The real `import()`: a value, because test runners can't do it. */
  readonly dynamicImport?: ((url: string) => Promise<unknown>) | undefined;
}

export interface ImportClock {
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: never): void;
}

const SYSTEM_CLOCK: ImportClock = {
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer),
};
const ASYNC = new Set(["ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM"]);

/**
 * What a module exports. It is required, never imported, so that our hooks see it and every export is there;
 * only an ES module with top-level await is imported.
 *
 * @throws whatever it throws, ImportTimeoutError, and what the guard finds
 */
export async function importModule(path: string, options: ImportOptions = {}): Promise<unknown> {
  const { guard = UNGUARDED } = options;
  return guard.watch(() => {
    try {
      return createRequire(__filename)(path) as unknown;
    } catch (error) {
      if (!ASYNC.has((error as NodeJS.ErrnoException | undefined)?.code ?? "")) throw error;
      return importWithin(path, options);
    }
  });
}

async function importWithin(path: string, options: ImportOptions): Promise<unknown> {
  const { limit = 10_000, clock = SYSTEM_CLOCK, dynamicImport = nativeImport } = options;
  let timer: unknown;
  const late = new Promise((_, reject) => {
    // The timer is what keeps Node alive meanwhile: without it, it would leave with status 13 and no word.
    timer = clock.setTimeout(() => reject(new ImportTimeoutError(limit)), limit);
  });
  try {
    return await Promise.race([dynamicImport(pathToFileURL(path).href), late]);
  } finally {
    clock.clearTimeout(timer as never);
  }
}

/**
 * The real `import()`, compiled when it is needed: in code that V8 has kept from an earlier run it would not know
 * any more what to do (see src/cli/code-cache.ts; this text would count as one without the space).
 */
function nativeImport(url: string): Promise<unknown> {
  const module = new Module(__filename) as CompilingModule;
  module._compile("module.exports = (url) => import (url)", __filename);
  return (module.exports as (url: string) => Promise<unknown>)(url);
}
