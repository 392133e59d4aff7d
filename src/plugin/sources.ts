import { delimiter, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { AppdError } from "../base/errors";
import { PackageFileError } from "./errors";
import { readPackageFile, readPackageText, realPath, type PackageFile, type Project } from "./project";

/** The values of the environment that this room reads: APPD_PLUGIN_PATH, XDG_CACHE_HOME, HOME. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The package that a plugin belongs to; `appd NAME --version` is its version. */
export interface Owner {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/** One place to look for plugins. */
export interface Source {
  readonly kind: "project" | "package" | "path" | "appd";
  /** A folder, or a file that is a plugin by itself. */
  readonly location: string;
  /** Who says to look there, for people: `plugins`, `package.json of foo`, `APPD_PLUGIN_PATH`. */
  readonly said: string;
  /** Whether it was named. The project's `plugins` folder need not exist; what is named must. */
  readonly named: boolean;
  readonly owner: Owner;
}

export interface Sources {
  readonly sources: readonly Source[];
  readonly problems: readonly AppdError[];
}

/** What to look in: the project, its environment, and the folder with the plugins that come with appd. */
export interface Where {
  readonly project: Project;
  readonly environment?: Environment | undefined;
  readonly shipped?: string | undefined;
}

/** Every place to look in: the project's first, then installed packages, APPD_PLUGIN_PATH and appd's own. */
export function pluginSources({ project, environment = {}, shipped }: Where): Sources {
  const packages = installedPackages(project);
  const sources = [
    ...ofProject(project),
    ...packages.sources,
    ...ofPath(project, environment.APPD_PLUGIN_PATH ?? ""),
    ...(shipped === undefined ? [] : [ofAppd(shipped)]),
  ];
  return { sources, problems: packages.problems };
}

function ofProject({ root, package: file, name, version }: Project): Source[] {
  const source = (location: string, named: boolean): Source => ({
    kind: "project",
    location: realPath(resolve(root, location)),
    said: named ? `"appd.plugins" in ${file?.path ?? root}` : "the project's plugins folder",
    named,
    owner: { name, version },
  });
  return file?.plugins?.map((location) => source(location, true)) ?? [source("plugins", false)];
}

function installedPackages({ root, package: project }: Project): Sources {
  const sources: Source[] = [];
  const problems: AppdError[] = [];
  for (const name of [...(project?.dependencies ?? [])].sort()) {
    try {
      const file = findPackage(root, name);
      if (file?.extendsAppd) sources.push(...ofPackage(file));
    } catch (error) {
      if (!(error instanceof PackageFileError)) throw error;
      problems.push(error);
    }
  }
  return { sources, problems };
}

/** A package where Node would find it from `root`: in the nearest node_modules upwards that has it. */
function findPackage(root: string, name: string): PackageFile | undefined {
  for (let at = root; ; at = dirname(at)) {
    const path = join(at, "node_modules", name, "package.json");
    const text = readPackageText(path);
    // Most packages have never heard of appd: no need to parse theirs.
    if (text !== undefined) return text.includes('"appd"') ? readPackageFile(path, text) : undefined;
    if (dirname(at) === at) return undefined;
  }
}

function ofPackage({ path, name, version, plugins = [] }: PackageFile): Source[] {
  const folder = realPath(dirname(path));
  return plugins.map((location) => {
    const target = resolve(folder, location);
    if (isOutside(folder, target))
      throw new PackageFileError(path, `names plugins outside of its package: "${location}"`);
    const said = `"appd.plugins" of the package ${name ?? folder}`;
    return { kind: "package", location: target, said, named: true, owner: { name, version } };
  });
}

function ofPath({ root }: Project, path: string): Source[] {
  const entries = path.split(delimiter).filter((entry) => entry.trim() !== "");
  return entries.map((entry) => ({
    kind: "path",
    location: realPath(resolve(root, entry)),
    said: "APPD_PLUGIN_PATH",
    named: true,
    owner: {},
  }));
}

const ofAppd = (location: string): Source => ({
  kind: "appd",
  location,
  said: "appd itself",
  named: false,
  owner: { name: "appd" },
});

function isOutside(folder: string, target: string): boolean {
  const way = relative(folder, target);
  return way.startsWith("..") || isAbsolute(way);
}
