import { ownIdentity } from "../../base/process-identity";
import type { DeploymentOptions } from "../deployment-options";
import { bootId } from "../pidfile-entry";
import { placesOf } from "../places";
import { openRuntimeFolder } from "../runtime-folder";
import type { World } from "../world";
import { dropRecord, keepRecord, keyOf, type ControlRecord } from "./records";

type Begun = Omit<ControlRecord, "log" | "stopTimeout" | "master">;

/** What there is to remember of this very process. */
export function recordFor(world: World, deployment: DeploymentOptions, since: number): Begun {
  const { name, daemon } = deployment;
  return {
    ...ownIdentity(),
    boot: bootId(),
    name,
    since: new Date(since).toISOString(),
    daemon,
    pidfile: placesOf(world, deployment).pidfile,
  };
}

/**
 * Remembers a master, which answers nothing itself, for the times when it has no worker. Gives the way to forget it.
 *
 * @throws RuntimeFolderError; Node's error
 */
export function keepMaster(world: World, deployment: DeploymentOptions, stopTimeout: number): () => void {
  const folder = openRuntimeFolder(world);
  const record = { ...recordFor(world, deployment, Date.now()), daemon: true, isMaster: true, stopTimeout };
  const key = keyOf(record);
  keepRecord(folder, { key, record });
  return () => dropRecord(folder, key);
}
