import { printable } from "../log/printable";
import { ask } from "../runner/control/control-client";
import { PATIENCE } from "../runner/control/running-here";
import { chooseRun, PID } from "./choose-run";
import type { ControlAction } from "./control-command";
import { NotAnsweringError } from "./errors";
import { runText } from "../runner/control/run-text";

/** `appd reopen NAME`: opens the log anew, by its name. */
export const reopenCommand: ControlAction = telling(
  "reopen",
  "For whoever moves log files away. SIGUSR2 does the same.",
);

/** `appd reload NAME`. */
export const reloadCommand: ControlAction = telling(
  "reload",
  "There is nothing else to reload yet. SIGHUP does the same.",
);

function telling(command: "reload" | "reopen", details: string): ControlAction {
  return {
    usage: { command, details, name: "required", options: { pid: PID } },
    async act(world, line) {
      const { record, socket } = await chooseRun(world, command, line);
      const asked = await ask(socket, command, { clock: world.clock, patience: PATIENCE });
      if (asked.kind === "error") throw asked.error;
      if (asked.kind !== "answer") throw new NotAnsweringError(runText(record), "nothing was done");
      world.stdout.write(`${runText(record)}: ${printable(asked.answer.done)}\n`);
    },
  };
}
