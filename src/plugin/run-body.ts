import { dirname } from "node:path";
import { internals } from "./module-internals";

/** What a CommonJS module is to Node: a function of {@link PARAMETERS}. */
export type ModuleBody = (this: unknown, ...given: readonly unknown[]) => void;

export const PARAMETERS = "(exports, require, module, __filename, __dirname)";

/** Runs a module as Node runs it. */
export function runBody(body: ModuleBody, module: NodeJS.Module): void {
  const { filename } = module;
  const { _cache: cache, _resolveFilename: resolve } = internals;
  const require = Object.assign((id: string): unknown => module.require(id), {
    cache,
    resolve: (request: string) => resolve(request, module),
  });
  body.call(module.exports, module.exports, require, module, filename, dirname(filename));
}
