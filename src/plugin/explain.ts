import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { AppdError } from "../base/errors";
import { messageOf } from "../log/describe-error";
import { importCycle } from "./project-files";

/** What is explained to whom: the file that was loaded, and the folder that paths are shown from. */
export interface Scene {
  readonly file: string;
  readonly root: string;
}

/** Why a file could not be loaded, in one line, with what to do where that is known. */
export function explained(error: unknown, scene: Scene): string {
  if (error instanceof AppdError) return withoutRoot(error.message.replace(`${scene.file} `, "it "), scene);
  const known =
    notFound(error, scene) ??
    usedTooEarly(error, scene) ??
    undefinedBase(error, scene) ??
    typeOnly(error) ??
    noTypeScript(error);
  return oneLine(known ?? withPlace(thrownText(error), error, scene));
}

/** Whatever was thrown, as text: an Error's kind and message, anything else as Node would print it. */
export function thrownText(thrown: unknown): string {
  const message = messageOf(thrown);
  if (typeof thrown === "string") return `${JSON.stringify(thrown)} was thrown, which is no Error`;
  const name = nameOf(thrown);
  return name === undefined || name === "Error" || message.startsWith(name) ? message : `${name}: ${message}`;
}

function notFound(error: unknown, scene: Scene): string | undefined {
  const code = codeOf(error);
  if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") return undefined;
  const message = messageOf(error);
  const wanted = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  if (wanted === undefined) return undefined;
  const from =
    (error as { requireStack?: string[] }).requireStack?.[0] ?? /imported from (.+)$/m.exec(message)?.[1];
  const importer = from === undefined ? "it" : shown(from, scene);
  if (/^[./]|^[A-Za-z]:/.test(wanted))
    return `can't find ${shown(resolve(dirname(from ?? scene.file), wanted), scene)}, which ${importer} imports`;
  if (isAlias(wanted, from ?? scene.file))
    return `can't find "${wanted}", which ${importer} imports: a tsconfig's "paths" mean nothing when the program runs; use "imports" in package.json, such as "#${wanted.replace(/^[@~#]?\/*/, "")}"`;
  const [scope = "", name = ""] = wanted.split("/");
  return `can't find the package "${wanted}", which ${importer} imports: npm i ${scope.startsWith("@") ? `${scope}/${name}` : scope}`;
}

function usedTooEarly(error: unknown, scene: Scene): string | undefined {
  const name = /^Cannot access '([^']+)' before initialization$/.exec(messageOf(error))?.[1];
  if (name === undefined || nameOf(error) !== "ReferenceError") return undefined;
  const cycle = importCycle(scene.file)?.map((path) => shown(path, scene));
  if (!cycle)
    return `${name} is used above the place where it is declared: move it up, or write () => ${name} where a class is named`;
  return `${name} is used before it is defined, because files import each other (${cycle.join(" → ")}): move what both need into a file of its own`;
}

/** What TypeScript's own compiler makes of files that import each other: the class is undefined at first. */
function undefinedBase(error: unknown, scene: Scene): string | undefined {
  if (!messageOf(error).startsWith("Class extends value undefined")) return undefined;
  const cycle = importCycle(scene.file)?.map((path) => shown(path, scene));
  return (
    cycle &&
    `a class extends one that is not defined yet, because files import each other (${cycle.join(" → ")}): move what both need into a file of its own`
  );
}

function typeOnly(error: unknown): string | undefined {
  const name = /does not provide an export named '([^']+)'/.exec(messageOf(error))?.[1];
  return name === undefined
    ? undefined
    : `${thrownText(error)}; if ${name} is a type, write: import type { ${name} }`;
}

function noTypeScript(error: unknown): string | undefined {
  if (codeOf(error) !== "ERR_UNKNOWN_FILE_EXTENSION") return undefined;
  return `${thrownText(error)}; before Node 22.15 an ES module can't import TypeScript: make the importing file TypeScript too`;
}

/** Whether some tsconfig above `from` has the specifier in its "paths". It may hold comments: it is not parsed. */
function isAlias(specifier: string, from: string): boolean {
  for (let at = dirname(from); ; at = dirname(at)) {
    const text = read(join(at, "tsconfig.json"));
    const paths = text && /"paths"\s*:\s*\{([^}]*)\}/.exec(text)?.[1];
    const patterns = [...(paths ?? "").matchAll(/"([^"]+)"\s*:/g)].map((match) => match[1] ?? "");
    if (patterns.some((pattern) => matches(pattern, specifier))) return true;
    if (dirname(at) === at) return false;
  }
}

const matches = (pattern: string, specifier: string): boolean =>
  pattern.endsWith("*") ? specifier.startsWith(pattern.slice(0, -1)) : specifier === pattern;

/** Adds where in the project it happened, if the stack knows. */
function withPlace(text: string, error: unknown, scene: Scene): string {
  const stack = error instanceof Error ? (error.stack ?? "").replaceAll("file://", "") : "";
  const places = [...stack.matchAll(/(\/[^\s():]+|[A-Za-z]:\\[^\s():]+):(\d+)(?::\d+)?/g)];
  const place = places.find(
    (match) => match[1]?.startsWith(scene.root) && !match[1].includes("node_modules"),
  );
  return place?.[1] === undefined ? text : `${text} (${shown(place[1], scene)}:${place[2] ?? ""})`;
}

function shown(path: string, { root }: Scene): string {
  const way = relative(root, path.replace(/^file:\/\//, ""));
  return way.startsWith("..") ? path : way;
}

const withoutRoot = (text: string, { root }: Scene): string => text.replaceAll(`${root}/`, "");
const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;

function nameOf(error: unknown): string | undefined {
  try {
    const name = typeof error === "object" && error !== null ? (error as Error).name : undefined;
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
