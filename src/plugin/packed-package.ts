/**
 * The files of class-validator that a project uses, as one text with V8's form of it: to find, read and compile
 * them one by one takes longer than all else on the way to listening. They are packed as long as every one of
 * them looks as it did then; else, and at first, they are loaded as ever.
 */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Script } from "node:vm";
import { isSafeFolder, writeAtomically } from "./cache-folder";
import { decodeKept, encodeKept } from "./kept-code";
import type { Extension } from "./module-internals";
import { PARAMETERS, runBody, type ModuleBody } from "./run-body";
import { fingerprint, isRacy, readTrustedBytes, sameStamp, stampAt, type Stamp } from "./stamp";

const PACKAGE = /^.*[\\/]node_modules[\\/]class-validator[\\/]cjs(?=[\\/])/;
/** Loaded whole, it loads more than is used: then there is nothing to be learnt. */
const BARREL = /[\\/]decorator[\\/]decorators\.js$/;
/** What can't be kept in Latin 1, or has an `import()`, which kept code does not understand. */
const NOT_KEPT = /\bimport\(|[^\0-\x7f]/;
const NO_STAMP: Stamp = [0, 0, 0, 0];

type Content = readonly (readonly [filename: string, ...stamp: Stamp])[];

interface Packed {
  readonly text: Buffer;
  readonly bodies: ReadonlyMap<string, ModuleBody>;
  /** Where V8's form is still to be kept. */
  readonly script: Script | undefined;
}

export class PackedPackage {
  readonly #cacheFolder: string;
  /** The one copy that is packed: the first one that is loaded. */
  #folder: string | undefined;
  #packed: Packed | undefined;
  readonly #others = new Set<string>();
  #whole = false;

  constructor(cacheFolder: string) {
    this.#cacheFolder = cacheFolder;
  }

  /** In place of Node's loading of files that end in `.js`. */
  loading(original: Extension): Extension {
    return (module, filename) => {
      const folder = PACKAGE.exec(filename)?.[0];
      if (folder !== undefined && this.#folder === undefined) this.#open(folder);
      const body = this.#packed?.bodies.get(filename);
      if (body) {
        runBody(body, module);
        return;
      }
      if (folder !== undefined && folder === this.#folder) this.#note(filename);
      original(module, filename);
    };
  }

  /** The packed file that another one asks for. */
  find(request: string, from: string | undefined): string | undefined {
    const bodies = this.#packed?.bodies;
    if (!bodies || from === undefined || !request.startsWith(".") || !bodies.has(from)) return undefined;
    const path = resolve(dirname(from), request);
    return [`${path}.js`, join(path, "index.js"), path].find((file) => bodies.has(file));
  }

  /** Packs what was loaded besides what was packed, or keeps V8's form of that. */
  save(): void {
    const folder = this.#folder;
    if (folder === undefined || this.#whole || !isSafeFolder(this.#cacheFolder)) return;
    const { text, script } = this.#packed ?? {};
    const kept =
      this.#others.size > 0
        ? { text: this.#pack(), code: Buffer.alloc(0) }
        : text && script && { text, code: script.createCachedData() };
    if (kept) writeAtomically(this.#file(folder), encodeKept(folder, { stamp: NO_STAMP, ...kept }));
    this.#others.clear();
  }

  #open(folder: string): void {
    this.#folder = folder;
    const bytes = isSafeFolder(this.#cacheFolder) ? readTrustedBytes(this.#file(folder)) : undefined;
    const kept = bytes && decodeKept(folder, bytes);
    const content = kept && contentOf(kept.text);
    if (!kept || !content?.every(isAsItWas)) return;
    const { Script } = process.getBuiltinModule("node:vm");
    const cachedData = kept.code.length > 0 ? kept.code : undefined;
    const script = new Script(kept.text.toString("latin1"), { filename: this.#file(folder), cachedData });
    const found = script.runInThisContext() as readonly ModuleBody[];
    const bodies = new Map<string, ModuleBody>();
    for (const [index, [filename]] of content.entries()) {
      const body = found[index];
      if (body) bodies.set(filename, body);
    }
    this.#packed = {
      text: kept.text,
      bodies,
      script: cachedData && !script.cachedDataRejected ? undefined : script,
    };
  }

  #note(filename: string): void {
    this.#others.add(filename);
    if (BARREL.test(filename)) this.#whole = true;
  }

  #pack(): Buffer {
    const content: Content[number][] = [];
    const bodies: string[] = [];
    for (const filename of [...(this.#packed?.bodies.keys() ?? []), ...this.#others]) {
      const stamp = stampAt(filename);
      const text = textAt(filename);
      if (!stamp || text === undefined || isRacy(stamp, Date.now()) || NOT_KEPT.test(text)) continue;
      content.push([filename, ...stamp]);
      bodies.push(`function ${PARAMETERS} {${text}\n}`);
    }
    return Buffer.from(`//${JSON.stringify(content)}\n[${bodies.join(",\n")}]\n`, "latin1");
  }

  #file(folder: string): string {
    const { version, arch, execArgv } = process;
    const made = [folder, version, arch, ...execArgv].join("\n");
    return join(this.#cacheFolder, `class-validator.${fingerprint(made)}.v8`);
  }
}

/** It may have been replaced since, as when a project is installed anew. */
function textAt(filename: string): string | undefined {
  try {
    return readFileSync(filename, "utf8");
  } catch {
    return undefined;
  }
}

const isAsItWas = ([filename, ...stamp]: Content[number]): boolean => {
  const now = stampAt(filename);
  return now !== undefined && sameStamp(stamp, now);
};

function contentOf(text: Buffer): Content | undefined {
  try {
    return JSON.parse(text.toString("latin1", 2, text.indexOf("\n"))) as Content;
  } catch {
    return undefined;
  }
}
