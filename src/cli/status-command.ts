import { residentMemory } from "../base/process-identity";
import { pidOf } from "../runner/control/records";
import { runningHere, type Running } from "../runner/control/running-here";
import { runsOf } from "./choose-run";
import type { ControlAction } from "./control-command";
import { durationText, memoryText, sinceText, table } from "./run-texts";

/** What a process is said to be that does not answer. */
const SILENT = "not answering";
/** A master without a worker: one has died, and the next is about to start. */
const RESTARTING = "restarting";

/** `appd status`: what runs for this user. */
export const statusCommand: ControlAction = {
  usage: {
    command: "status",
    name: "optional",
    options: { json: { description: "Say it for programs." } },
    details:
      "A process that does not answer within two seconds, because it is too busy or was suspended, is shown as not " +
      "answering. Where one was named that does not run, the exit status is 69.",
    examples: ["appd status", "appd status myproject --json"],
  },
  async act(world, { name, switches }) {
    const all = await runningHere(world);
    const runs = name === undefined ? all : runsOf(all, name);
    if (switches.has("json"))
      world.stdout.write(
        `${JSON.stringify(
          runs.map((run) => asJson(run)),
          null,
          2,
        )}\n`,
      );
    else world.stdout.write(runs.length === 0 ? "Nothing runs for this user.\n" : asTable(runs));
  },
};

function asTable(runs: readonly Running[]): string {
  const rows = runs.map((run) => {
    const { name, pid, state, since, uptime, ports, memory } = asJson(run);
    const age = `${sinceText(since)} (${durationText(uptime * 1_000)})`;
    const where = ports === null ? "?" : ports.join(", ") || "-";
    return [name, String(pid), state, age, where, memory === null ? "?" : memoryText(memory)];
  });
  return table(["NAME", "PID", "STATE", "SINCE", "PORTS", "MEMORY"], rows);
}

/** A run as programs read it: times as ISO 8601 and in seconds, memory in bytes; null is what it did not say. */
function asJson({ record, status }: Running) {
  const { name, pid, daemon, isMaster, pidfile = null, log = null, since } = record;
  const uptime = status?.uptime ?? Math.max(0, Date.now() - Date.parse(since));
  return {
    name,
    pid: pidOf(record),
    /** The process that does the work, where it is another one. */
    worker: record.master ? pid : null,
    state: status?.state ?? (isMaster ? RESTARTING : SILENT),
    since: status?.since ?? since,
    uptime: Math.round(uptime / 1_000),
    ports: status?.ports ?? null,
    memory: status?.rss ?? residentMemory(pid) ?? null,
    daemon,
    pidfile,
    log,
  };
}
