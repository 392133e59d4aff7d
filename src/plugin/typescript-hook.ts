import { readFileSync } from "node:fs";
import type { compileFunction } from "node:vm";
import { CompiledCache } from "./compiled-cache";
import { COMPILE_FORMAT, compileTypeScript } from "./compile-typescript";
import { PackagedTypeScriptError, TopLevelAwaitError } from "./errors";
import type { Extension } from "./module-internals";
import type { SourceMaps } from "./source-maps";
import { stampAt } from "./stamp";

export const TYPESCRIPT = /\.[cm]?ts$/;

/** Compiles TypeScript that is required, or imported where Node lets a hook see that. */
export class TypeScriptHook {
  readonly #cache: CompiledCache;
  readonly #maps: SourceMaps;

  constructor(options: {
    readonly cacheFolder?: string | undefined;
    readonly version: string;
    readonly maps: SourceMaps;
  }) {
    this.#cache = new CompiledCache(options.cacheFolder, [COMPILE_FORMAT, options.version].join(" "));
    this.#maps = options.maps;
  }

  /** What stands in for Node's own extension handlers. */
  readonly load: Extension = (module, filename) => {
    module._compile(this.compiled(filename), filename, "commonjs");
  };

  /** The compiled text of a TypeScript file. */
  compiled(path: string): string {
    if (isPackaged(path)) throw new PackagedTypeScriptError(path);
    this.#maps.on();
    const stamp = stampAt(path) ?? [0, 0, 0, 0];
    return this.#cache.compiled(path, stamp, {
      read: () => readFileSync(path, "utf8").replace(/^\uFEFF/, ""),
      compile: (source) => {
        const code = compileTypeScript(source, path);
        if (/\bawait\b/.test(code)) refuseTopLevelAwait(code, path);
        return code;
      },
    });
  }
}

/** Whether a file belongs to an installed package. A linked workspace does not: its real path counts. */
export const isPackaged = (path: string): boolean => /[\\/]node_modules[\\/]/.test(path);

interface VirtualMachine {
  readonly compileFunction: typeof compileFunction;
}

/** Parsed here, because Node's own loader adds a warning about ES modules to the error. */
function refuseTopLevelAwait(code: string, path: string): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- needed only where something was compiled
  const { compileFunction } = require("node:vm") as VirtualMachine;
  try {
    compileFunction(code, ["exports", "require", "module", "__filename", "__dirname"]);
  } catch (error) {
    throw new TopLevelAwaitError(path, error);
  }
}
