import { endRun, type Ended } from "../runner/control/end-run";
import type { Running } from "../runner/control/running-here";
import type { World } from "../runner/world";
import { chooseRun, PID } from "./choose-run";
import type { ControlAction } from "./control-command";
import { milliseconds, TIME, type ControlLine, type ControlOption } from "./control-line";
import { KilledError } from "./errors";
import { secondsText } from "./run-texts";
import { runText } from "../runner/control/run-text";

export const TIMEOUT: ControlOption = {
  short: "t",
  placeholder: "seconds",
  form: TIME,
  description: "How long it may take before it is killed; its own --stop-timeout and 5 s more if not given.",
};

/** `appd stop NAME`: gracefully, and by force after the deadline. */
export const stopCommand: ControlAction = {
  usage: {
    command: "stop",
    name: "required",
    options: { pid: PID, timeout: TIMEOUT },
    details:
      "It is asked to stop, or gets SIGTERM where it does not answer; what is still there at the deadline gets SIGKILL. " +
      "The exit status is 0 when it ended by itself, 75 when it had to be killed, 69 when nothing of that name runs.",
    examples: ["appd stop myproject", "appd stop myproject --timeout 5"],
  },
  async act(world, line) {
    const run = await chooseRun(world, "stop", line);
    const ended = await stopAndWait(world, run, line);
    if (ended.killed) throw new KilledError(runText(run.record), secondsText(ended.took));
    world.stdout.write(`${runText(run.record)} stopped${endText(ended)}\n`);
  },
};

/** Ends a run, and says so when that takes a while. */
export function stopAndWait(world: World, run: Running, { values }: ControlLine): Promise<Ended> {
  return endRun(run, {
    clock: world.clock,
    timeout: milliseconds(values.get("timeout")),
    waits: (limit) =>
      world.stderr.write(`appd: waiting up to ${secondsText(limit)} for ${runText(run.record)}\n`),
  });
}

/** ` after 1.2 s`, and what it ended with where that is worth a look. */
export function endText({ took, status = 0 }: Ended): string {
  const time = took < 100 ? "" : ` after ${secondsText(took)}`;
  return status === 0 || !Number.isInteger(status)
    ? time
    : `${time}, with exit status ${status}: its log says why`;
}
