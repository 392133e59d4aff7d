import { NotRunningError } from "../runner/control/errors";
import { pidOf } from "../runner/control/records";
import { runningHere, type Running } from "../runner/control/running-here";
import type { World } from "../runner/world";
import type { ControlLine, ControlOption } from "./control-line";
import { WHOLE } from "./control-line";
import { NoSuchPidError, SeveralRunError } from "./errors";
import { sinceText } from "./run-texts";

/** For commands that mean one process. */
export const PID: ControlOption = {
  placeholder: "n",
  form: WHOLE,
  description: "The number of the process, where several of one name run.",
};

/**
 * The one that was meant.
 *
 * @throws NotRunningError; NoSuchPidError; SeveralRunError
 */
export async function chooseRun(world: World, command: string, line: ControlLine): Promise<Running> {
  return chosen(await runningHere(world), command, line);
}

/**
 * The same among those that are known to run.
 *
 * @throws NotRunningError; NoSuchPidError; SeveralRunError
 */
export function chosen(all: readonly Running[], command: string, line: ControlLine): Running {
  const { name = "" } = line;
  const pid = line.values.get("pid");
  const named = runsOf(all, name);
  const [one, ...others] =
    pid === undefined
      ? named
      : named.filter(({ record }) => [record.pid, pidOf(record)].includes(Number(pid)));
  if (!one) throw new NoSuchPidError(name, pid ?? "", named.map(described));
  if (others.length > 0) throw new SeveralRunError(command, name, [one, ...others].map(described));
  return one;
}

/**
 * All of that name.
 *
 * @throws NotRunningError
 */
export function runsOf(all: readonly Running[], name: string): readonly Running[] {
  const named = all.filter(({ record }) => record.name === name);
  if (named.length > 0) return named;
  throw new NotRunningError(
    name,
    all.map(({ record }) => record.name),
  );
}

function described({ record }: Running): string {
  const { since, pidfile } = record;
  return `pid ${pidOf(record)} (since ${sinceText(since)}${pidfile === undefined ? "" : `, ${pidfile}`})`;
}
