import { existsSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { TYPESCRIPT, type ResolveFilename } from "./typescript-hook";

/** Requests that are answered with a file of ours. */
export type Answers = Readonly<Record<string, string>>;

export interface ResolverOptions {
  /** Always answered so: there must be one copy of these in the process. */
  readonly answers?: Answers | undefined;
  /** Answered so where nothing else is found: a plugin outside of any project may import appd too. */
  readonly fallbacks?: Answers | undefined;
}

const SOURCE_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };

/** Puts our answers before and after what Node's own resolution says. */
export function resolving(original: ResolveFilename, options: ResolverOptions): ResolveFilename {
  const { answers = {}, fallbacks = {} } = options;
  return (request, parent, ...rest) => {
    const answer = Object.hasOwn(answers, request) ? answers[request] : undefined;
    if (answer !== undefined) return answer;
    const from = parent?.filename;
    const source = from && TYPESCRIPT.test(from) ? typeScriptSource(request, from) : undefined;
    if (source !== undefined) return original(source, parent, ...rest);
    try {
      return original(request, parent, ...rest);
    } catch (error) {
      const other = otherwise(request, error, from) ?? own(fallbacks, request);
      if (other === undefined) throw error;
      return original(other, parent, ...rest);
    }
  };
}

/** What a TypeScript file means by a relative path: the source, also where its output lies beside it. */
export function typeScriptSource(request: string, from: string): string | undefined {
  if (!/^\.{1,2}\//.test(request)) return undefined;
  const path = resolve(dirname(from), request);
  const extension = extname(path);
  const twin = SOURCE_OF[extension];
  if (twin !== undefined) return existing(path.slice(0, -extension.length) + twin);
  return extension === "" ? (existing(`${path}.ts`) ?? undefined) : undefined;
}

/** A compiled file that isn't there, asked for by JavaScript or through package.json's "imports". */
function otherwise(request: string, error: unknown, from: string | undefined): string | undefined {
  if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") return undefined;
  const missing = /^\.{1,2}\//.test(request)
    ? from && resolve(dirname(from), request)
    : /^Cannot find module '([/\\]|[A-Za-z]:)(.+?)'/
        .exec((error as Error).message)
        ?.slice(1)
        .join("");
  const extension = missing ? extname(missing) : "";
  const twin = SOURCE_OF[extension];
  return missing && twin ? existing(missing.slice(0, -extension.length) + twin) : undefined;
}

const existing = (path: string): string | undefined => (existsSync(path) ? path : undefined);
const own = (from: Answers, key: string): string | undefined =>
  Object.hasOwn(from, key) ? from[key] : undefined;
