import { resolving, type ResolverOptions } from "./resolver";
import { internals, TypeScriptHook, type Extension } from "./typescript-hook";

export interface HookOptions extends ResolverOptions {
  /** Where compiled text and what was learnt about packages lie; without it they are made anew in each run. */
  readonly cacheFolder?: string | undefined;
  /** appd's version: another one does not read what this one wrote. */
  readonly version?: string | undefined;
  /** Called once before the first TypeScript file is run: `() => process.setSourceMapsEnabled(true)`. */
  readonly enableSourceMaps?: (() => void) | undefined;
}

const EXTENSIONS = [".ts", ".mts", ".cts"];

/**
 * Lets Node load TypeScript, and answers what must be there once. Gives back the way to take the hooks out.
 */
export function installHooks(options: HookOptions): () => void {
  const { cacheFolder, version = "", enableSourceMaps } = options;
  const typescript = new TypeScriptHook({
    cacheFolder,
    version,
    keepDynamicImport: false,
    prepare: enableSourceMaps,
  });
  const before = { ...internals._extensions };
  const resolveFilename = internals._resolveFilename;
  for (const extension of EXTENSIONS) internals._extensions[extension] = typescript.load;
  internals._resolveFilename = resolving(resolveFilename, options);
  return () => {
    internals._resolveFilename = resolveFilename;
    for (const extension of EXTENSIONS) restore(extension, before[extension]);
  };
}

function restore(extension: string, original: Extension | undefined): void {
  if (original) internals._extensions[extension] = original;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- it must not stay as a key: keys are tried in turn
  else delete internals._extensions[extension];
}
