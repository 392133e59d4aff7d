import { basename, extname, resolve } from "node:path";
import type { DeploymentOptions } from "../runner/deployment-options";
import type { GlobalName } from "./global-options";
import type { Session } from "./session";

/** What stands before the command, as far as it says what the process is to become. */
export function deploymentOf({ world, line, launched }: Session): DeploymentOptions {
  const { switches, values, command } = line;
  const path = (name: GlobalName): string | undefined => inFolder(world.folder, values.get(name));
  const number = (name: GlobalName): number | undefined => numberOf(values.get(name));
  const name = values.get("name");
  const umask = values.get("umask");
  return {
    name: name ?? fitting(command ?? nameOfFile(values.get("application") ?? "")),
    isNamed: name !== undefined,
    // Whoever types it only starts the daemon.
    daemon: switches.has("daemon") && launched !== undefined,
    launched,
    pidfile: isNone(values.get("pidfile")) ? "" : path("pidfile"),
    // In another root it is a folder there.
    rundir: values.has("chroot") ? inFolder("/", values.get("rundir")) : path("rundir"),
    uid: values.get("uid"),
    gid: values.get("gid"),
    groups: listOf(values.get("groups")),
    umask: umask === undefined ? undefined : parseInt(umask.replace("0o", ""), 8),
    chroot: path("chroot"),
    nofile: number("nofile"),
    maxRestarts: number("max-restarts"),
    profile: path("profile"),
    heapSnapshot: path("heap-snapshot"),
  };
}

/** Twisted knows the empty one. */
const isNone = (file: string | undefined): boolean => file === "" || file === "-";
const inFolder = (folder: string, path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(folder, path);
const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);
const listOf = (text: string | undefined): string[] | undefined => (text === "" ? [] : text?.split(","));
const nameOfFile = (file: string): string => basename(file, extname(file));
/** A name for files: what was not meant as one may hold anything. */
const fitting = (name: string): string =>
  name.replace(/^[.-]+|[\p{C}\p{Z}/\\]+/gu, "_").slice(0, 64) || "application";
