import { readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { ownPackage } from "./own-package";
import { nearestFolder } from "./scan";
import { isPackaged } from "./typescript-hook";

const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\b\s*\(?\s*["']([^"'\n]+)["']/g;
const SOURCE_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };
const ENDINGS = ["", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

/**
 * The project's own files that loading a module reads: those that Node says it loaded for it, and those that its
 * text names (Node does not tell what an ES module imported, nor what a module that failed had read). If it is
 * broken, also the folders in which files and packages would appear that are named but aren't there. Installed
 * packages are left out: the record of what is installed stands for them.
 */
export function projectFilesBehind(path: string, { isBroken }: { readonly isBroken: boolean }): string[] {
  const search = new Search(isBroken);
  search.visit(path);
  search.found.delete(path);
  return [...search.found].sort();
}

/** The way from a file over its imports back to it, or to a file on the way; undefined if there is none. */
export function importCycle(path: string): string[] | undefined {
  const done = new Set<string>();
  const walk = (at: string, way: readonly string[]): string[] | undefined => {
    const start = way.indexOf(at);
    if (start >= 0) return [...way.slice(start), at];
    if (done.has(at) || isPackaged(at)) return undefined;
    done.add(at);
    for (const specifier of specifiersIn(at)) {
      const target = isRelative(specifier) ? existingFile(resolve(dirname(at), specifier)) : undefined;
      const cycle = target === undefined ? undefined : walk(target, [...way, at]);
      if (cycle) return cycle;
    }
    return undefined;
  };
  return walk(path, []);
}

/** appd itself, where it is no installed package: its version stands for its files. */
function ownFiles(): string {
  const { folder } = ownPackage();
  return join(folder, relative(folder, __dirname).split(sep)[0] ?? "", sep);
}

class Search {
  readonly found = new Set<string>();
  readonly #isBroken: boolean;
  readonly #own = ownFiles();

  constructor(isBroken: boolean) {
    this.#isBroken = isBroken;
  }

  visit(path: string): void {
    if (this.found.has(path) || isPackaged(path) || path.startsWith(this.#own)) return;
    this.found.add(path);
    for (const child of loadedBy(path)) this.visit(child);
    for (const specifier of specifiersIn(path)) this.#follow(specifier, path);
  }

  #follow(specifier: string, from: string): void {
    if (isBuiltin(specifier)) return;
    const target = isRelative(specifier) ? resolve(dirname(from), specifier) : resolved(specifier, from);
    if (target === undefined) {
      if (this.#isBroken) this.#awaitPackage(specifier, from);
    } else {
      const file = existingFile(target);
      if (file !== undefined) this.visit(file);
      else if (this.#isBroken) this.found.add(nearestFolder(target));
    }
  }

  /** A package that isn't there: it will appear in the nearest node_modules upwards, or that will appear. */
  #awaitPackage(specifier: string, from: string): void {
    for (let at = dirname(from); dirname(at) !== at; at = dirname(at)) {
      const modules = join(at, "node_modules");
      if (isFolder(modules)) {
        this.found.add(nearestFolder(join(modules, specifier)));
        return;
      }
    }
  }
}

function loadedBy(path: string): string[] {
  const { cache } = createRequire(__filename) as { cache?: NodeJS.Dict<Partial<NodeJS.Module>> };
  return cache?.[path]?.children?.map(({ filename }) => filename).filter(Boolean) ?? [];
}

function specifiersIn(path: string): string[] {
  if (extname(path) === ".json") return [];
  try {
    return [...readFileSync(path, "utf8").matchAll(SPECIFIER)].map((match) => match[1] ?? "");
  } catch {
    return [];
  }
}

function resolved(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch (error) {
    // It is there, but exports nothing to require: some ES modules are so.
    return (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" ? undefined : from;
  }
}

function existingFile(target: string): string | undefined {
  const extension = extname(target);
  const twin = SOURCE_OF[extension];
  const candidates = [
    ...(twin === undefined ? [] : [target.slice(0, -extension.length) + twin]),
    ...ENDINGS.map((ending) => target + ending),
    ...ENDINGS.slice(1).map((ending) => join(target, `index${ending}`)),
  ];
  return candidates.find(isFile);
}

const isRelative = (specifier: string): boolean => /^\.{0,2}\//.test(specifier);
const isFile = (path: string): boolean => stats(path)?.isFile() ?? false;
const isFolder = (path: string): boolean => stats(path)?.isDirectory() ?? false;
function stats(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
