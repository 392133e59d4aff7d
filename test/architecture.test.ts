import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The rooms by floor: a file imports only from rooms on lower floors, and from its own room. */
const FLOORS: readonly (readonly string[])[] = [
  ["base", "log"],
  ["metadata"],
  ["interface"],
  ["plugin", "container", "service", "http"],
  ["options", "endpoint", "cred"],
  ["internet", "auth"],
  ["maker"],
  ["runner", "testing"],
  ["cli"],
];
const SRC = resolve(__dirname, "../src");
const IMPORT = /(?:\bfrom\s+|\bimport\s*\(\s*|\brequire\s*\(\s*|^\s*import\s+)["']([^"']+)["']/gm;
/** Each may be named only in these rooms. */
const KEPT_APART: Readonly<Record<string, readonly string[]>> = {
  tsyringe: ["container"],
  "reflect-metadata": ["metadata"],
  "class-validator": ["options", "plugins"],
  "class-transformer": ["options", "plugins"],
  pino: ["log", "runner"],
  "@swc/core": ["plugin"],
  "@node-rs/argon2": ["cred"],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
const read = (file: string): string => withoutComments(readFileSync(join(SRC, file), "utf8"));
const roomOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : "");
const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room));

function imports(): Import[] {
  return sources().flatMap((file) =>
    [...read(file).matchAll(IMPORT)].map((match) => ({ file, room: roomOf(file), target: match[1] ?? "" })),
  );
}

const inside = imports()
  .filter(({ target }) => target.startsWith("."))
  .map((found) => ({ ...found, to: relative(SRC, resolve(SRC, dirname(found.file), found.target)) }));

/** Imports of values alone: types are gone when it counts. */
const NEEDED = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\bfrom\s+)?"(\.[^"]+)"/gm;

function circles(): string[] {
  const needs = new Map(
    sources().map((file) => [
      file,
      [...read(file).matchAll(NEEDED)].map((match) => join(dirname(file), `${match[1] ?? ""}.ts`)),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (path.includes(file) || done.has(file)) return;
    for (const next of needs.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of needs.keys()) visit(file, []);
  return found;
}

describe("the architecture", () => {
  it("knows every room", () => {
    const rooms = new Set(sources().map(roomOf).filter(Boolean));
    expect([...rooms].filter((room) => floorOf(room) < 0 && room !== "plugins")).toEqual([]);
  });

  it("lets a file import only from its own room and from lower floors", () => {
    const wrong = inside.filter(({ room, to }) => {
      const target = roomOf(`${to}/`.replace(/\/$/, "").includes("/") ? to : `${to}/`);
      return room !== "" && target !== room && (floorOf(target) < 0 || floorOf(target) >= floorOf(room));
    });
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });

  it("has no file that imports an index", () => {
    const wrong = inside.filter(({ room, to }) => room !== "" && /(^|\/)index$|^[a-z]+$|^\.*$/.test(to));
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });

  it("has no circle of files that need each other at run time", () => {
    expect(circles()).toEqual([]);
  });

  it("keeps each library in its room", () => {
    const wrong = imports().filter(({ room, target }) => {
      const rooms = KEPT_APART[target];
      return rooms !== undefined && !rooms.includes(room);
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("asks for metadata only in metadata/", () => {
    const wrong = sources().filter(
      (file) => roomOf(file) !== "metadata" && /\bReflect\.\w*[mM]etadata/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  it("leaves the process to runner/ and cli/", () => {
    const mine =
      /\bprocess\.(?:argv|env|cwd|chdir|exit|exitCode|reallyExit|kill|abort|on|once|stdin|stdout|stderr|umask|setuid|setgid|title)\b/;
    // It signals the processes that it has started: those are not the one that it is in.
    const others = (file: string): RegExp =>
      file === "internet/process-group.ts" ? /process\.kill\(-pid/ : /^$/;
    const wrong = sources().filter(
      (file) => !["runner", "cli"].includes(roomOf(file)) && mine.test(read(file).replace(others(file), "")),
    );
    expect(wrong).toEqual([]);
  });

  it("lets guests import appd by its name, and nothing else of the house", () => {
    const wrong = inside.filter(({ room, to }) => room === "plugins" && roomOf(to) !== "plugins");
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });
});
