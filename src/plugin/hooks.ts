import { fileURLToPath } from "node:url";
import { lazyBarrels } from "./lazy-barrel";
import { internals, type Extension, type ModuleHooks } from "./module-internals";
import { ownPackage } from "./own-package";
import { PackedPackage } from "./packed-package";
import { Resolver, type ResolverOptions } from "./resolver";
import { SourceMaps } from "./source-maps";
import { isPackaged, TYPESCRIPT, TypeScriptHook } from "./typescript-hook";

export interface HookOptions extends ResolverOptions {
  /** Where compiled text and what was learnt about packages lie; without it they are made anew in each run. */
  readonly cacheFolder?: string | undefined;
  /** appd's version, if it isn't the one of its package: another one does not read what this one wrote. */
  readonly version?: string | undefined;
  /** Turns Node's source maps on or off: `(on) => process.setSourceMapsEnabled(on)`. */
  readonly setSourceMaps?: ((on: boolean) => void) | undefined;
  /** Does something once there is time for it. Given, files of packages are kept in V8's form as well. */
  readonly later?: ((work: () => void) => void) | undefined;
}

const EXTENSIONS = [".ts", ".mts", ".cts"];

/** How to take out the hooks that are in: there is one set of them in a process. */
let installed: (() => void) | undefined;

/**
 * Lets Node load TypeScript, answers what must be there once, and loads class-validator's decorators when they
 * are used. Where hooks are in already, they stay. Gives back the way to take them out again.
 */
export function installHooks(options: HookOptions): () => void {
  return (installed ??= install(options));
}

function install(options: HookOptions): () => void {
  const { cacheFolder, version = ownPackage().version, setSourceMaps } = options;
  const { registerHooks, _extensions: extensions, _resolveFilename: resolveFilename } = internals;
  const before = { ...extensions };
  const packed = packedPackage(options);
  const resolver = new Resolver({ ...options, packed });
  const maps = new SourceMaps(setSourceMaps);
  const typescript = new TypeScriptHook({ cacheFolder, version, maps });

  for (const extension of EXTENSIONS) extensions[extension] = typescript.load;
  if (before[".js"]) {
    const plain = withoutMaps(maps, before[".js"]);
    extensions[".js"] = lazyBarrels(packed?.loading(plain) ?? plain, cacheFolder);
  }
  internals._resolveFilename = resolver.requiring(resolveFilename);
  const registered = registerHooks?.({ resolve: resolver.importing, load: importing(typescript) });

  return () => {
    installed = undefined;
    registered?.deregister();
    internals._resolveFilename = resolveFilename;
    for (const extension of [".js", ...EXTENSIONS]) restore(extension, before[extension]);
  };
}

/** TypeScript that is imported is CommonJS as well: the same text, and so the same classes, as required. */
function importing(typescript: TypeScriptHook): ModuleHooks["load"] {
  return (url, context, next) => {
    const path = url.startsWith("file:") ? fileURLToPath(url) : "";
    if (!TYPESCRIPT.test(path) || isPackaged(path)) return next(url, context);
    return { format: "commonjs", source: typescript.compiled(path), shortCircuit: true };
  };
}

function packedPackage({ cacheFolder, later }: HookOptions): PackedPackage | undefined {
  if (cacheFolder === undefined || !later) return undefined;
  const packed = new PackedPackage(cacheFolder);
  later(() => packed.save());
  return packed;
}

function withoutMaps(maps: SourceMaps, original: Extension): Extension {
  return (module, filename) => {
    if (isPackaged(filename)) maps.without(() => original(module, filename));
    else original(module, filename);
  };
}

function restore(extension: string, original: Extension | undefined): void {
  if (original) internals._extensions[extension] = original;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node tries the keys in turn: none may stay
  else delete internals._extensions[extension];
}
