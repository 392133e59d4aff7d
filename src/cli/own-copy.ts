import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ownPackage } from "../plugin/own-package";

/**
 * How to run the copy of appd that the project brings, where that is not this one: a globally installed command
 * must not build makers that were declared through another copy.
 */
export function otherCopy(projectRoot: string): (() => void) | undefined {
  const installed = installedFor(projectRoot);
  if (installed === undefined || installed === realpathSync(ownPackage().folder)) return undefined;
  const command = join(installed, "dist/cli.js");
  return existsSync(command) ? () => void createRequire(command)(command) : undefined;
}

function installedFor(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, "node_modules/appd");
    if (existsSync(join(found, "package.json"))) return realpathSync(found);
    if (dirname(at) === at) return undefined;
  }
}
