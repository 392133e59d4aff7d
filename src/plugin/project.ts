import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { NoProjectFolderError, PackageFileError } from "./errors";

/** What appd reads of a package.json. */
export interface PackageFile {
  readonly path: string;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** Where it says that its plugins are: folders or files, relative to it. Undefined: it says nothing. */
  readonly plugins?: readonly string[] | undefined;
  /** The packages it asks for by name, in no kind of order. */
  readonly dependencies: readonly string[];
  /** Whether appd is among its peers: only then are an installed package's plugins looked for. */
  readonly extendsAppd: boolean;
}

/** The folder that a person works in: the nearest one upwards that has a package.json, else the given one. */
export interface Project {
  /** An absolute path without symbolic links. */
  readonly root: string;
  readonly package?: PackageFile | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * The project that `folder` lies in.
 *
 * @throws NoProjectFolderError where there is no such folder
 * @throws PackageFileError when its package.json can't be read as one
 */
export function findProject(folder: string): Project {
  const start = realPath(resolve(folder));
  if (!isFolder(start)) throw new NoProjectFolderError(folder);
  for (let at = start; ; at = dirname(at)) {
    const found = readPackageFile(join(at, "package.json"));
    if (found) return { root: at, package: found, name: found.name, version: found.version };
    if (dirname(at) === at) return { root: start };
  }
}

/**
 * Reads a package.json; undefined where there is none.
 *
 * @throws PackageFileError
 */
export function readPackageFile(path: string, text = readPackageText(path)): PackageFile | undefined {
  if (text === undefined) return undefined;
  const content = parse(path, text);
  const appd = content.appd;
  return {
    path,
    name: textOf(content.name),
    version: textOf(content.version),
    plugins: isRecord(appd) ? pluginsOf(path, appd.plugins) : undefined,
    dependencies: [
      ...new Set(
        ["dependencies", "optionalDependencies", "devDependencies"].flatMap((kind) => keysOf(content[kind])),
      ),
    ],
    extendsAppd: keysOf(content.peerDependencies).includes("appd"),
  };
}

/** The text of a package.json; undefined where there is none. */
export function readPackageText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new PackageFileError(path, `can't be read (${code ?? String(error)})`, error);
  }
}

function parse(path: string, text: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new PackageFileError(path, `is not JSON: ${(error as Error).message}`, error);
  }
  if (!isRecord(content)) throw new PackageFileError(path, "must hold a JSON object");
  return content;
}

function pluginsOf(path: string, said: unknown): readonly string[] | undefined {
  if (said === undefined) return undefined;
  const list: unknown[] = Array.isArray(said) ? said : [said];
  return list.map((item) => {
    if (typeof item === "string" && item.trim() !== "") return item;
    throw new PackageFileError(
      path,
      `"appd.plugins" must be a folder, a file or a list of them, such as "dist/plugins"; got ${JSON.stringify(item)}`,
    );
  });
}

/** Without symbolic links, where the path exists. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const isRecord = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && !Array.isArray(x);
const keysOf = (x: unknown): string[] => (isRecord(x) ? Object.keys(x) : []);
const textOf = (x: unknown): string | undefined => (typeof x === "string" ? x : undefined);
