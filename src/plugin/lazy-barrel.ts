import { dirname, join, relative, sep } from "node:path";
import { isSafeFolder, writeAtomically } from "./cache-folder";
import type { Extension } from "./module-internals";
import { fingerprint, isRacy, readTrusted, sameStamp, stampAt, type Stamp } from "./stamp";

/** Files that only pass on what a hundred others export. Loaded whole, class-validator's costs 150 ms. */
const BARREL = /[\\/]class-validator[\\/]cjs[\\/]decorator[\\/]decorators\.js$/;

/** Which file of a barrel owns which names, learnt by loading it whole once. */
interface Learnt {
  readonly barrel: string;
  readonly stamp: Stamp;
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/**
 * Loads a barrel so that a name's file is loaded when the name is used. They are the user's own copy's very
 * modules. A barrel that doesn't look like one is loaded whole.
 */
export function lazyBarrels(original: Extension, cacheFolder: string | undefined): Extension {
  return (module, filename) => {
    if (!BARREL.test(filename)) {
      original(module, filename);
      return;
    }
    const stamp = stampAt(filename);
    const memory = cacheFolder && join(cacheFolder, `barrel.${fingerprint(filename)}.json`);
    const learnt = memory ? recall(memory, filename) : undefined;
    if (learnt && stamp && sameStamp(learnt.stamp, stamp)) {
      defineNames(module, learnt);
      return;
    }
    original(module, filename);
    const names = stamp && !isRacy(stamp, Date.now()) ? namesByFile(module) : undefined;
    if (memory && stamp && names && isSafeFolder(dirname(memory)))
      writeAtomically(memory, JSON.stringify({ barrel: filename, stamp, names } satisfies Learnt));
  };
}

function recall(memory: string, barrel: string): Learnt | undefined {
  try {
    const text = isSafeFolder(dirname(memory)) ? readTrusted(memory) : undefined;
    const learnt = text === undefined ? undefined : (JSON.parse(text) as Learnt);
    return learnt?.barrel === barrel ? learnt : undefined;
  } catch {
    return undefined;
  }
}

function defineNames(module: NodeJS.Module, { names }: Learnt): void {
  const exports = module.exports as object;
  Object.defineProperty(exports, "__esModule", { value: true });
  for (const [file, owned] of Object.entries(names))
    for (const name of owned) {
      const get = (): unknown => (module.require(file) as Readonly<Record<string, unknown>>)[name];
      Object.defineProperty(exports, name, { enumerable: true, configurable: true, get });
    }
}

/** Undefined if some name is not simply another file's: then there is more to the file than passing on. */
function namesByFile(module: NodeJS.Module): Learnt["names"] | undefined {
  const exports = module.exports as Readonly<Record<string, unknown>>;
  const names: Record<string, string[]> = {};
  for (const name of Object.keys(exports)) {
    const owner = module.children.find((child) => owns(child, name, exports[name]));
    const file = owner && `./${relative(module.path, owner.filename).split(sep).join("/")}`;
    if (file === undefined || file.startsWith("./..")) return undefined;
    (names[file] ??= []).push(name);
  }
  return names;
}

const owns = ({ exports }: NodeJS.Module, name: string, value: unknown): boolean =>
  typeof exports === "object" && exports !== null && Object.hasOwn(exports as object, name)
    ? (exports as Readonly<Record<string, unknown>>)[name] === value
    : false;
