/**
 * V8's compiled form of the command's own files, kept from one run to the next: compiling them is most of what a
 * start costs. It is used for a file that certainly is the one it was made of, by the Node that made it, and V8
 * looks at it once more; whatever is amiss costs time, not function.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { Script } from "node:vm";
import { cacheFolders, isSafeFolder, writeAtomically } from "../plugin/cache-folder";
import { decodeKept, encodeKept, type KeptCode } from "../plugin/kept-code";
import { internals, type CompilingModule } from "../plugin/module-internals";
import { PARAMETERS, runBody, type ModuleBody } from "../plugin/run-body";
import { fingerprint, isOursAt, isRacy, readTrustedBytes, sameStamp, stampAt } from "../plugin/stamp";

/** A process that lives this long is busy with other things than its start. */
export const STARTED = 1_000;

type Environment = Readonly<Record<string, string | undefined>>;

export interface CodeCacheOptions {
  /** Whose files are kept. */
  readonly folder: string;
  readonly environment: Environment;
}

/** Whether V8's form of anything is kept. Node's own variable for its own cache says so for ours. */
export const keepsCode = (environment: Environment): boolean =>
  !environment.NODE_DISABLE_COMPILE_CACHE && !environment.NODE_V8_COVERAGE;

type Found = Omit<KeptCode, "code"> & Partial<KeptCode>;
type Compiled = Omit<KeptCode, "code"> & { readonly script: Script };

/** Code that was kept has forgotten whose `import()` it is; and texts are kept in Latin 1. */
const NOT_KEPT = /\bimport\(|[^\0-\x7f]/;
const WRAPPER = [`(function ${PARAMETERS} {`, "\n})"] as const;

/** The code cache of the files in one folder. */
export class CodeCache {
  readonly #folder: string;
  readonly #key: string;
  /** Where it lies: beside the package if that is a folder of this user's, else in the user's own cache. */
  readonly #places: readonly string[];
  /** The first of these that can be trusted. */
  readonly #place: string | undefined;
  readonly #compiled = new Map<string, Compiled>();

  constructor({ folder, environment }: CodeCacheOptions) {
    const { version, arch, execArgv } = process;
    this.#folder = folder;
    this.#key = [version, arch, ...execArgv, environment.NODE_OPTIONS ?? ""].join("\n");
    this.#places = cacheFolders({ root: dirname(dirname(dirname(folder))) }, environment);
    this.#place = this.#places.find(isOursAt);
  }

  /** Compiles the folder's files with the help of what is kept, from now on. */
  install(): void {
    const extensions = internals._extensions;
    const original = extensions[".js"];
    extensions[".js"] = (module, filename) => {
      if (filename.startsWith(this.#folder + sep)) this.#load(module, filename);
      else original?.(module, filename);
    };
  }

  /** Keeps what was compiled anew. */
  save(): void {
    const place = this.#compiled.size === 0 ? undefined : this.#places.find(isSafeFolder);
    if (place === undefined) return;
    for (const [filename, { script, ...file }] of this.#compiled) {
      const kept = { ...file, code: script.createCachedData() };
      writeAtomically(this.#file(place, filename), encodeKept(filename, kept));
    }
    this.#compiled.clear();
  }

  #load(module: CompilingModule, filename: string): void {
    const stamp = stampAt(filename);
    const kept = stamp && this.#kept(filename);
    if (kept && sameStamp(kept.stamp, stamp)) {
      this.#run(module, filename, kept);
      return;
    }
    const content = readFileSync(filename, "utf8");
    if (stamp && !isRacy(stamp, Date.now()) && !NOT_KEPT.test(content))
      this.#run(module, filename, { stamp, text: Buffer.from(WRAPPER.join(content), "latin1") });
    else module._compile(content, filename);
  }

  #run(module: CompilingModule, filename: string, { stamp, text, code }: Found): void {
    const { Script } = process.getBuiltinModule("node:vm");
    const script = new Script(text.toString("latin1"), { filename, cachedData: code });
    if (!code || script.cachedDataRejected) this.#compiled.set(filename, { stamp, text, script });
    runBody(script.runInThisContext() as ModuleBody, module);
  }

  #kept(filename: string): KeptCode | undefined {
    if (this.#place === undefined) return undefined;
    const bytes = readTrustedBytes(this.#file(this.#place, filename));
    return bytes && decodeKept(filename, bytes);
  }

  #file(place: string, filename: string): string {
    return join(place, `${basename(filename)}.${fingerprint(`${filename}\n${this.#key}`)}.v8`);
  }
}
