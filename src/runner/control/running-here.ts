import { lstatSync, unlinkSync } from "node:fs";
import { openRuntimeFolder, runtimeFolderOf } from "../runtime-folder";
import type { World } from "../world";
import { ask } from "./control-client";
import type { StatusAnswer } from "./protocol";
import {
  dropRecord,
  keptRecords,
  keptSockets,
  socketOf,
  type ControlRecord,
  type KeptRecord,
} from "./records";
import { isRunning } from "../pidfile-entry";

/** Somebody's run. */
export interface Running {
  readonly record: ControlRecord;
  /** The path of its control socket. */
  readonly socket: string;
  /** What it says of itself; undefined where it does not answer, as a process that is too busy. */
  readonly status: StatusAnswer | undefined;
}

/** Milliseconds that one has for saying how it is. */
export const PATIENCE = 2_000;

type Here = Pick<World, "environment" | "clock">;

/**
 * What runs for this user, by name and age. All are asked at once; what earlier runs have left behind is dropped.
 *
 * @throws what {@link openRuntimeFolder} throws: a folder that somebody else may write is nothing to go by
 */
export async function runningHere(world: World): Promise<Running[]> {
  const folder = runtimeFolderOf(world);
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  openRuntimeFolder(world);
  const records = keptRecords(folder);
  const orphans = keptSockets(folder).filter((key) => !records.some((kept) => kept.key === key));
  const [running] = await Promise.all([
    Promise.all(records.map((kept) => look(folder, kept, world))),
    Promise.all(orphans.map((key) => dropUnlessLive(socketOf(folder, key), world))),
  ]);
  const runs = running.filter((one) => one !== undefined);
  const masters = new Set(runs.map(({ record }) => record.master?.pid));
  return runs.filter(({ record }) => !(record.isMaster && masters.has(record.pid))).sort(byNameAndAge);
}

/** Drops what runs have left behind that were killed. */
export function dropEnded(folder: string): void {
  for (const kept of keptRecords(folder)) isCurrent(folder, kept);
}

function isCurrent(folder: string, { key, record }: KeptRecord): boolean {
  const runs = isRunning(record);
  if (!runs) dropRecord(folder, key);
  return runs;
}

async function look(
  folder: string,
  { key, record }: KeptRecord,
  { clock }: Here,
): Promise<Running | undefined> {
  const socket = socketOf(folder, key);
  const asked = isSocketOfOurs(socket)
    ? await ask(socket, "status", { clock, patience: PATIENCE })
    : undefined;
  const status = asked?.kind === "answer" && isStatusOf(record, asked.answer) ? asked.answer : undefined;
  // Only of who says nothing it is a question whether he is still there.
  return (status ?? isCurrent(folder, { key, record })) ? { record, socket, status } : undefined;
}

/** Whoever has made the socket could make it say anything. */
function isSocketOfOurs(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isSocket() === true && stats.uid === (process.geteuid?.() ?? stats.uid);
}

/** One that was bound, and whose record has not been written yet, is left alone. */
async function dropUnlessLive(path: string, { clock }: Here): Promise<void> {
  if (!isSocketOfOurs(path)) return;
  const { kind } = await ask(path, "status", { clock, patience: PATIENCE });
  if (kind !== "nobody") return;
  try {
    unlinkSync(path);
  } catch {
    // Somebody else was quicker.
  }
}

const STATES: ReadonlySet<unknown> = new Set(["starting", "started", "stopping"]);

/** Another version may have answered, or another process. */
function isStatusOf({ pid }: ControlRecord, status: Partial<StatusAnswer>): status is StatusAnswer {
  return (
    status.pid === pid &&
    STATES.has(status.state) &&
    typeof status.since === "string" &&
    typeof status.uptime === "number" &&
    (status.rss === null || typeof status.rss === "number") &&
    Array.isArray(status.ports) &&
    status.ports.every((port) => typeof port === "string")
  );
}

function byNameAndAge({ record: a }: Running, { record: b }: Running): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return Date.parse(a.since) - Date.parse(b.since);
}
