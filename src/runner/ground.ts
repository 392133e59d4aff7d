import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DeploymentOptions } from "./deployment-options";
import { LogFolderError } from "./errors";
import { placesOf } from "./places";
import type { World } from "./world";

/** What nobody but its owner gets of the files of a daemon. */
const DAEMON_UMASK = 0o077;
/** A run that has given up root opens its own log there again, by its name; what else there is, it can't see. */
const ROOTS_LOG_FOLDER = 0o711;
const LOG_FOLDER = 0o700;

/**
 * Before the first file of a run is made: its umask, and the folder of the log that a daemon has if nothing else was
 * said. Gives the file to log to.
 *
 * @throws LogFolderError, NoPlaceError
 */
export function layGround(
  world: World,
  deployment: DeploymentOptions,
  logfile: string | undefined,
): string | undefined {
  const { daemon, umask = daemon ? DAEMON_UMASK : undefined } = deployment;
  if (umask !== undefined) world.setUmask(umask);
  const { log } = placesOf(world, { ...deployment, logfile });
  if (logfile === undefined && log !== undefined) makeLogFolder(dirname(log));
  return logfile ?? log;
}

function makeLogFolder(folder: string): void {
  const mode = process.geteuid?.() === 0 ? ROOTS_LOG_FOLDER : LOG_FOLDER;
  try {
    const made = mkdirSync(folder, { recursive: true, mode });
    // Whatever the umask.
    if (made !== undefined) chmodSync(folder, mode);
  } catch (cause) {
    throw new LogFolderError(folder, cause);
  }
}
