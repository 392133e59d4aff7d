import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ModuleHooks, ResolveFilename } from "./module-internals";
import { isInstalledFor } from "./own-package";
import type { PackedPackage } from "./packed-package";
import { TYPESCRIPT } from "./typescript-hook";

/** Requests that are answered with a file of ours. */
export type Answers = Readonly<Record<string, string>>;

export interface ResolverOptions {
  /** Always answered so: there must be one copy of these in the process. */
  readonly answers?: Answers | undefined;
  /**
   * What this copy of appd exports. A module that would get this copy gets it at once: Node takes two milliseconds
   * to read a package's exports. Where there is no copy it gets this one too: a plugin outside of any project.
   */
  readonly exports?: Answers | undefined;
  /** Where files that were packed find each other. */
  readonly packed?: Pick<PackedPackage, "find"> | undefined;
}

const SOURCE_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };
/** What plugins write next to appd: where a project doesn't have it itself, it gets what appd brought along. */
const LENT = new Set(["class-validator", "class-transformer", "reflect-metadata"]);
const NOT_FOUND = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);

/** What a request means beyond what Node says, for `require` and `import` alike. */
export class Resolver {
  readonly #options: ResolverOptions;

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  /** In place of Node's resolution for `require`. */
  requiring(original: ResolveFilename): ResolveFilename {
    return (request, parent, ...rest) => {
      const from = parent?.filename;
      const answer = this.#answer(request, from) ?? this.#options.packed?.find(request, from);
      if (answer !== undefined) return answer;
      const source = this.#source(request, from);
      try {
        return original(source ?? request, parent, ...rest);
      } catch (error) {
        const after = this.#after(request, error, from);
        if (after === undefined) throw error;
        return original(after, parent, ...rest);
      }
    };
  }

  /** Around Node's resolution for `import`. What is required comes by here too, and is left to the above. */
  readonly importing: ModuleHooks["resolve"] = (specifier, context, next) => {
    if (!context.conditions?.includes("import")) return next(specifier, context);
    const from = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : undefined;
    const before = this.#answer(specifier, from) ?? this.#source(specifier, from);
    if (before !== undefined) return resolution(before);
    try {
      return next(specifier, context);
    } catch (error) {
      const after = this.#after(specifier, error, from);
      if (after === undefined) throw error;
      return resolution(after);
    }
  };

  #answer(request: string, from: string | undefined): string | undefined {
    const { answers = {}, exports = {} } = this.#options;
    if (Object.hasOwn(answers, request)) return answers[request];
    if (!Object.hasOwn(exports, request) || from === undefined) return undefined;
    return isInstalledFor(dirname(from)) ? exports[request] : undefined;
  }

  #source(request: string, from: string | undefined): string | undefined {
    return from !== undefined && TYPESCRIPT.test(from) ? typeScriptSource(request, from) : undefined;
  }

  #after(request: string, error: unknown, from: string | undefined): string | undefined {
    const { exports = {} } = this.#options;
    if (!NOT_FOUND.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    if (Object.hasOwn(exports, request)) return exports[request];
    if (LENT.has(request)) return lent(request);
    const missing = isRelative(request)
      ? from && resolve(dirname(from), request)
      : missingFile((error as Error).message);
    return missing ? sourceOf(missing) : undefined;
  }
}

/** What a TypeScript file means by a relative path: the source, also where its output lies beside it. */
function typeScriptSource(request: string, from: string): string | undefined {
  if (!isRelative(request)) return undefined;
  const path = resolve(dirname(from), request);
  return extname(path) === "" ? existing(`${path}.ts`) : sourceOf(path);
}

/** The source of a compiled file: package.json's "imports" and JavaScript may name what is not compiled yet. */
function sourceOf(path: string): string | undefined {
  const extension = extname(path);
  const source = SOURCE_OF[extension];
  return source === undefined ? undefined : existing(path.slice(0, -extension.length) + source);
}

function lent(request: string): string | undefined {
  try {
    return createRequire(__filename).resolve(request);
  } catch {
    return undefined;
  }
}

const missingFile = (message: string): string | undefined =>
  /^Cannot find module '((?:[/\\]|[A-Za-z]:).+?)'/.exec(message)?.[1];
const resolution = (path: string): { url: string; shortCircuit: true; format: string } => ({
  url: pathToFileURL(realpathSync(path)).href,
  shortCircuit: true,
  format: "commonjs",
});
const isRelative = (request: string): boolean => /^\.{1,2}\//.test(request);
const existing = (path: string): string | undefined => (existsSync(path) ? path : undefined);
