/**
 * V8's compiled form of the command's own files, kept from one run to the next: compiling them is most of what a
 * start costs. It is used for a file that certainly is the one it was made of, by the Node that made it, and V8
 * looks at it once more; whatever is amiss costs time, not function.
 */
import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { Script } from "node:vm";
import { cacheFolders, isSafeFolder, writeAtomically } from "../plugin/cache-folder";
import { internals, type CompilingModule } from "../plugin/module-internals";
import {
  fingerprint,
  isOursAt,
  isRacy,
  readTrustedBytes,
  sameStamp,
  stampAt,
  type Stamp,
} from "../plugin/stamp";
import { pack, unpack, type Kept } from "./code-pack";

type Environment = Readonly<Record<string, string | undefined>>;

interface Compiled {
  readonly stamp: Stamp;
  readonly script: Script;
}

/** Code that was kept has forgotten whose `import()` it is, so that a file which has one is compiled anew. */
const DYNAMIC_IMPORT = "import(";
const WRAPPER = ["(function (exports, require, module, __filename, __dirname) { ", "\n})"] as const;

/** The code cache of the files in one folder. */
export class CodeCache {
  readonly #folder: string;
  readonly #environment: Environment;
  /** What this process does: different commands use different functions, which are kept once used. */
  readonly #use: string;
  readonly #name: string;
  readonly #uses = new Set<string>();
  readonly #kept = new Map<string, Kept>();
  readonly #compiled = new Map<string, Compiled>();
  #complete = true;

  constructor(folder: string, use: string, environment: Environment) {
    this.#folder = folder;
    this.#use = use;
    this.#environment = environment;
    const { version, arch, execArgv } = process;
    const made = [folder, version, arch, ...execArgv, environment.NODE_OPTIONS ?? ""];
    this.#name = `code.${fingerprint(made.join("\n"))}.bin`;
  }

  /** Compiles the folder's files with the help of what is kept, from now on. */
  install(): void {
    this.#read();
    const extensions = internals._extensions;
    const original = extensions[".js"];
    extensions[".js"] = (module, filename) => {
      if (filename.startsWith(this.#folder + sep)) this.#load(module, filename);
      else original?.(module, filename);
    };
  }

  /** Keeps what was compiled, if that is more than was known before. */
  save(): void {
    if (this.#complete && this.#uses.has(this.#use)) return;
    this.#complete = true;
    this.#uses.add(this.#use);
    for (const [filename, { script, stamp }] of this.#compiled) {
      this.#kept.set(filename, { stamp, code: script.createCachedData() });
    }
    const packed: Uint8Array = pack({ uses: [...this.#uses], kept: this.#kept });
    this.#folders().some(
      (folder) => isSafeFolder(folder) && writeAtomically(join(folder, this.#name), packed),
    );
  }

  #load(module: CompilingModule, filename: string): void {
    const stamp = stampAt(filename);
    const content = readFileSync(filename, "utf8");
    if (!stamp || content.includes(DYNAMIC_IMPORT)) {
      module._compile(content, filename);
      return;
    }
    const kept = this.#kept.get(filename);
    const cachedData = kept && sameStamp(kept.stamp, stamp) ? kept.code : undefined;
    const script = new Script(WRAPPER.join(content), { filename, cachedData });
    if (!cachedData || script.cachedDataRejected) this.#complete = false;
    if (!isRacy(stamp, Date.now())) this.#compiled.set(filename, { script, stamp });
    run(script, module, filename);
  }

  #read(): void {
    for (const folder of this.#folders()) {
      const bytes = isOursAt(folder) ? readTrustedBytes(join(folder, this.#name)) : undefined;
      const packed = bytes && unpack(bytes);
      if (!packed) continue;
      for (const [filename, kept] of packed.kept) this.#kept.set(filename, kept);
      for (const use of packed.uses) this.#uses.add(use);
      return;
    }
  }

  /** Beside the package if it lies in a folder of this user's, else in the user's own cache. */
  #folders(): string[] {
    return cacheFolders({ root: dirname(dirname(dirname(this.#folder))) }, this.#environment);
  }
}

/** As Node runs a CommonJS module. */
function run(script: Script, module: CompilingModule, filename: string): void {
  const { _cache: cache, _resolveFilename: resolve } = internals;
  const require = Object.assign((id: string): unknown => module.require(id), {
    cache,
    resolve: (request: string) => resolve(request, module),
  });
  const body = script.runInThisContext() as (...given: unknown[]) => void;
  body.call(module.exports, module.exports, require, module, filename, dirname(filename));
}
