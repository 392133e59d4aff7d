import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { ask } from "../runner/control/control-client";
import { isBelieved } from "../runner/control/launch-seal";
import type { LaunchAnswer } from "../runner/control/protocol";
import { PATIENCE, type Running } from "../runner/control/running-here";
import type { World } from "../runner/world";
import { chooseRun, PID } from "./choose-run";
import type { ControlAction } from "./control-command";
import {
  ForgedLaunchError,
  LostFolderError,
  NotAnsweringError,
  NotInBackgroundError,
  NotStartedAgainError,
} from "./errors";
import { endText, stopAndWait, TIMEOUT } from "./stop-command";
import { runText } from "../runner/control/run-text";

/** `appd restart NAME`: stops a daemon, and starts it as it was started before. */
export const restartCommand: ControlAction = {
  usage: {
    command: "restart",
    name: "required",
    options: { pid: PID, timeout: TIMEOUT },
    details:
      "It is started with the same command line, in the same folder and with the same APPD_ variables; the rest of the " +
      "environment is that of this command. The exit status is that of the new start.",
    examples: ["appd restart myproject"],
  },
  async act(world, line) {
    const run = await chooseRun(world, "restart", line);
    const launch = await launchOf(world, run);
    const ended = await stopAndWait(world, run, line);
    const how = ended.killed ? "had to be killed" : "stopped";
    world.stdout.write(`${runText(run.record)} ${how}${endText(ended)}\n`);
    const status = await start(world, launch);
    if (status !== 0) world.exit(status);
  },
};

/** Asked before it is stopped: what can't be started again is better left running. */
async function launchOf({ clock }: World, { record, socket }: Running): Promise<LaunchAnswer> {
  const asked = await ask(socket, "launch", { clock, patience: PATIENCE });
  if (asked.kind === "error") throw asked.error;
  if (asked.kind !== "answer")
    throw new NotAnsweringError(
      runText(record),
      "nobody else knows how it was started; stop it, and start it anew",
    );
  if (!isBelieved(record, asked.answer)) throw new ForgedLaunchError(runText(record));
  if (!asked.answer.daemon) throw new NotInBackgroundError(runText(record));
  if (!existsSync(asked.answer.folder)) throw new LostFolderError(runText(record), asked.answer.folder);
  return asked.answer;
}

/** As the shell would: what it prints, this prints. */
function start({ environment, self }: World, launch: LaunchAnswer): Promise<number> {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith("APPD_"));
  const [execPath, script] = [existing(launch.execPath, self.execPath), existing(launch.script, self.script)];
  const child = spawn(execPath, [...launch.execArgv, script, ...launch.argv], {
    cwd: launch.folder,
    env: { ...Object.fromEntries(others), ...launch.variables },
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", (cause) => reject(new NotStartedAgainError(launch.folder, cause)));
    child.on("close", (status) => resolve(status ?? 70));
  });
}

/** An update may have taken it away. */
const existing = (path: string, otherwise: string): string => (existsSync(path) ? path : otherwise);
