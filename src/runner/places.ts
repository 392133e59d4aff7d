/** Where a run keeps what it does not share: pidfile, sockets, log. Only names; nothing here looks at the disk. */
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import type { DeploymentOptions } from "./deployment-options";
import { NoPlaceError } from "./errors";
import { absolute, runtimeFolderOf } from "./runtime-folder";
import type { World } from "./world";

export interface Places {
  /** The folder of pidfiles and control sockets: `openRuntimeFolder` makes it. */
  readonly runtime: string;
  readonly pidfile: string | undefined;
  /**
   * The file of the log; none for standard error.
   *
   * @throws NoPlaceError when it is looked at, and nothing says where a daemon's belongs
   */
  readonly log: string | undefined;
}

export type Placed = Pick<DeploymentOptions, "name" | "daemon" | "pidfile"> & {
  /** As it was typed; `-` for standard error. */
  readonly logfile?: string | undefined;
};

type Given = Pick<World, "environment" | "folder">;

/** The places of a run: what was typed, from the folder where it was typed; else, for a daemon, what is usual. */
export function placesOf(world: Given, { name, daemon, pidfile, logfile }: Placed): Places {
  const runtime = runtimeFolderOf(world);
  const usualPidfile = daemon ? join(runtime, `${name}.pid`) : undefined;
  return {
    runtime,
    pidfile: pidfile === undefined ? usualPidfile : typed(world, pidfile, ""),
    get log() {
      if (logfile !== undefined) return typed(world, logfile, "-");
      return daemon ? join(logFolderOf(world), `${name}.log`) : undefined;
    },
  };
}

/**
 * Where daemons log if nothing else was said: `/var/log/appd` for root, else `$XDG_STATE_HOME/appd`.
 *
 * @throws NoPlaceError
 */
function logFolderOf({ environment }: Pick<World, "environment">): string {
  if (process.geteuid?.() === 0) return "/var/log/appd";
  const state = absolute(environment.XDG_STATE_HOME);
  return join(state ?? join(homeOf(environment), ".local", "state"), "appd");
}

function typed({ folder }: Given, path: string, none: string): string | undefined {
  return path === none ? undefined : resolve(folder, path);
}

/** A service manager may say nothing of a home: then it is the one that the system knows. */
function homeOf({ HOME }: World["environment"]): string {
  const home = absolute(HOME) ?? homeOfUser();
  if (home !== undefined) return home;
  throw new NoPlaceError(
    "a daemon needs a place for its log, and neither XDG_STATE_HOME nor HOME names one; give it a --logfile FILE",
  );
}

function homeOfUser(): string | undefined {
  try {
    return absolute(userInfo().homedir);
  } catch {
    // In a container the user may have a number and no name.
    return undefined;
  }
}
