import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** A copy of appd. */
export interface OwnPackage {
  readonly folder: string;
  readonly version: string;
}

let known: OwnPackage | undefined;

/** The copy that runs: where it lies, and its version. */
export const ownPackage = (): OwnPackage => (known ??= packageAround(__dirname));

/** The folder of the copy that a module in `folder` gets when it asks for appd. */
export function installedCopy(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, "node_modules/appd");
    if (existsSync(join(found, "package.json"))) return realpathSync.native(found);
    if (dirname(at) === at) return undefined;
  }
}

/** Whether that is the copy that runs. */
export const isInstalledFor = (folder: string): boolean =>
  installedCopy(folder) === realpathSync.native(ownPackage().folder);

/** The package that a folder belongs to. */
export function packageAround(start: string): OwnPackage {
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        version?: string;
      };
      return { folder, version: version ?? "" };
    } catch {
      // Not here: further up.
    }
  }
  return { folder: start, version: "" };
}

/** Where the plugins lie that come with appd: beside the code that runs, whether it was compiled or not. */
export function shippedPlugins(): string {
  const { folder } = ownPackage();
  const [code = ""] = relative(folder, __dirname).split(sep);
  return join(folder, code, "plugins");
}
