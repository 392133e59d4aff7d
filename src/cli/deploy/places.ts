/** Where what a service runs lies, and what of that a unit has to open: looks at the file system, writes nothing. */
import { existsSync, lstatSync, readdirSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { silently } from "../../base/silently";
import { installedCopy, ownPackage } from "../../plugin/own-package";
import { realPath, type Project } from "../../plugin/project";
import type { World } from "../../runner/world";

/** What the unit starts, and where. */
export interface Places {
  /** The project's folder, through links where it was given so: releases are changed by such. */
  readonly folder: string;
  /** Node, its own options, and appd. */
  readonly program: readonly [string, ...string[]];
  /** What lies where services see nothing unless it is opened for them. */
  readonly opened: readonly string[];
  /** More folders with plugins, by the variable that names them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Homes and temporary folders: closed, or its own, to a service. */
const CLOSED = ["/home", "/root", "/run/user", "/tmp", "/var/tmp"];
const PLUGINS = "APPD_PLUGIN_PATH";

/** Whether services see nothing there unless it is opened for them. */
export const isClosed = (path: string): boolean =>
  CLOSED.some((place) => path === place || path.startsWith(`${place}/`));

export function placesOf(world: World, project: Project, given: string | undefined): Places {
  const folder = asGiven(project, [
    ...(given === undefined ? [] : [resolve(world.folder, given)]),
    world.environment.PWD ?? "",
  ]);
  const { execPath, execArgv } = world.self;
  const modules = modulesFor(folder);
  const script = join(modules?.appd ?? ownPackage().folder, "dist/cli.js");
  const words = execArgv.filter((option) => !option.startsWith("--inspect"));
  const needed = [folder, project.root, execPath, packagesAround(realPath(dirname(script)))];
  const linked = modules ? linksIn(modules.folder) : [];
  const plugins = (world.environment[PLUGINS] ?? "").split(delimiter).filter((path) => path.trim() !== "");
  const absolute = plugins.map((path) => resolve(project.root, path));
  return {
    folder,
    program: [execPath, ...words, script],
    opened: closedOf([...needed, ...linked, ...absolute]),
    environment: absolute.length === 0 ? {} : { [PLUGINS]: absolute.join(delimiter) },
  };
}

/** Who is neither its owner nor in its group can't read the first of these paths. */
export function unreadable(paths: readonly string[], opened: readonly string[]): string | undefined {
  return paths.flatMap((path) => stepsTo(path, opened)).find((step) => !isOpenToAll(step));
}

/** The folder as a person wrote it, where it leads to the project. */
function asGiven({ root }: Project, paths: readonly string[]): string {
  return paths.find((path) => path.startsWith("/") && realPath(path) === root) ?? root;
}

/** The node_modules with the appd that a project uses. */
function modulesFor(folder: string): { readonly folder: string; readonly appd: string } | undefined {
  const wanted = installedCopy(folder);
  for (let at = folder; wanted !== undefined; at = dirname(at)) {
    const appd = join(at, "node_modules/appd");
    if (existsSync(appd) && realPath(appd) === wanted) return { folder: join(at, "node_modules"), appd };
    if (dirname(at) === at) return undefined;
  }
  return undefined;
}

/** A package finds those that it uses beside itself. */
function packagesAround(folder: string): string {
  const at = folder.indexOf("/node_modules/");
  return at === -1 ? ownPackage().folder : folder.slice(0, at + "/node_modules".length);
}

/** The packages of a workspace are links to folders elsewhere. */
function linksIn(modules: string): string[] {
  const names = silently(() => readdirSync(modules)) ?? [];
  const paths = names.flatMap((name) =>
    name.startsWith("@")
      ? (silently(() => readdirSync(join(modules, name))) ?? []).map((inner) => join(modules, name, inner))
      : [join(modules, name)],
  );
  const links = paths.filter((path) => silently(() => lstatSync(path))?.isSymbolicLink());
  return [modules, ...links].map(realPath);
}

/** Those below closed places, without those that lie in another of them. */
function closedOf(paths: readonly string[]): string[] {
  const closed = paths.filter((path) =>
    CLOSED.some((place) => path === place || path.startsWith(`${place}/`)),
  );
  const all = [...new Set(closed)].sort();
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`)));
}

/** A path and the folders on the way to it; from where it is opened on, those above don't count. */
function stepsTo(path: string, opened: readonly string[]): string[] {
  const steps = [path];
  for (let at = path; dirname(at) !== at && !opened.includes(at); at = dirname(at))
    steps.unshift(dirname(at));
  return steps;
}

function isOpenToAll(path: string): boolean {
  const stats = silently(() => statSync(path));
  if (!stats) return true;
  return (stats.mode & (stats.isDirectory() ? 0o001 : 0o004)) !== 0;
}
