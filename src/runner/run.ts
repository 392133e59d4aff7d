/**
 * runner/: one process's life. What it is made of (`world.ts`), what ends it (signals, errors that nothing caught,
 * the application itself), how it is logged and with which status it ends. It knows nothing of makers or command
 * lines: whoever starts a run says how its application is made.
 */
import { exitStatusOf } from "../base/exit-status";
import type { DeploymentOptions } from "./deployment-options";
import { Life } from "./life";
import { openProcessLog, type ProcessLog, type ProcessLogOptions } from "./process-log";
import { reportError } from "./report-error";
import type { MakeApplication, Runnable, RunOptions } from "./run-options";
import type { SyslogOptions } from "./syslog-log";
import type { World } from "./world";

/**
 * Runs an application until it is told to stop, then ends the process: with 0 after SIGTERM, by SIGINT after
 * Ctrl-C, with the application's own exit code, or with the status of what went wrong.
 */
export async function run(
  application: Runnable | MakeApplication,
  world: World,
  options: RunOptions = {},
): Promise<void> {
  let log: ProcessLog;
  try {
    const { deployment } = options;
    const where = needsGround(deployment) ? await grounded(world, deployment, options.log) : options.log;
    log = where?.syslog ? await openSyslog(world, where.syslog, where) : openProcessLog(world, where);
    if (deployment?.launched) (await import("./captured-output")).captureOutput(world, log.front);
  } catch (error) {
    reportError(error, world, options);
    world.exit(exitStatusOf(error));
    return;
  }
  const make = typeof application === "function" ? application : () => Promise.resolve(application);
  await new Life(world, log, options).live(make);
}

async function openSyslog(
  world: World,
  syslog: SyslogOptions,
  options: ProcessLogOptions,
): Promise<ProcessLog> {
  const { openSyslogLog } = await import("./syslog-log");
  return openSyslogLog(world, syslog, options);
}

/** Whether there is anything to do before the log is opened. */
const needsGround = (deployment: DeploymentOptions | undefined): deployment is DeploymentOptions =>
  deployment !== undefined && (deployment.daemon || deployment.umask !== undefined);

async function grounded(
  world: World,
  deployment: DeploymentOptions,
  log: ProcessLogOptions = {},
): Promise<ProcessLogOptions> {
  const { layGround } = await import("./ground");
  const file = layGround(world, deployment, log.syslog ? "-" : log.file);
  return file === undefined ? log : { ...log, file };
}
