import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** A copy of appd. */
export interface OwnPackage {
  readonly folder: string;
  readonly version: string;
}

let known: OwnPackage | undefined;

/** The copy that runs: where it lies, and its version. */
export const ownPackage = (): OwnPackage => (known ??= packageAround(__dirname));

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
