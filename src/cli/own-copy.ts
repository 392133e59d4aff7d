import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { installedCopy, ownPackage } from "../plugin/own-package";

/**
 * How to run the copy of appd that the project brings, where that is not this one: a globally installed command
 * must not build makers that were declared through another copy.
 */
export function otherCopy(projectRoot: string): (() => void) | undefined {
  const installed = installedCopy(projectRoot);
  if (installed === undefined || installed === realpathSync.native(ownPackage().folder)) return undefined;
  const command = join(installed, "dist/cli.js");
  return existsSync(command) ? () => void createRequire(command)(command) : undefined;
}
