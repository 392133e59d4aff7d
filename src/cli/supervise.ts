import { format } from "node:util";
import type { Launched } from "../runner/deployment-options";
import { keepMaster } from "../runner/control/record-for";
import { Master } from "../runner/launch/master";
import { MasterLogFile, type MasterLog } from "../runner/launch/master-log";
import { Pidfile } from "../runner/pidfile";
import { placesOf } from "../runner/places";
import { openRuntimeFolder } from "../runner/runtime-folder";
import { deploymentOf } from "./deployment";
import type { openSyslogLog } from "../runner/syslog-log";
import { runOptions } from "./run-options";
import type { Session } from "./session";

/** Starts the run by the same command line, and starts it anew when it dies. */
export async function supervise(session: Session, { pipe }: Launched): Promise<void> {
  const { world } = session;
  const deployment = deploymentOf(session);
  const { maxRestarts = 0 } = deployment;
  const { timeouts, log: where } = runOptions(session);
  const { startTimeout = 60_000, stopTimeout = 30_000 } = timeouts;
  const log = where?.syslog
    ? await systemLog(world, where.syslog, where)
    : new MasterLogFile({ pid: world.pid, level: where?.level, format: where?.format });
  const pidfile = claimed(session, log);
  const { environment } = world;
  // What stands on the command line may be secret: a worker hides it once it knows.
  world.setTitle(`appd master of ${deployment.name}`);
  const forget = keepMaster(world, deployment, stopTimeout);
  const cleanUp = (): void => {
    forget();
    pidfile?.release();
  };
  new Master(world, { environment, pipe, log, maxRestarts, startTimeout, stopTimeout, cleanUp }).run();
}

/** There are few lines: none of them waits. */
async function systemLog(...way: Parameters<typeof openSyslogLog>): Promise<MasterLog> {
  const { front } = (await import("../runner/syslog-log")).openSyslogLog(...way);
  return {
    file: undefined,
    write(level, message, fields = {}) {
      front.logger[level](fields, message);
      front.flush();
    },
  };
}

/** It holds the number of the master: that is what is signalled. */
function claimed(session: Session, log: MasterLog): Pidfile | undefined {
  const { world } = session;
  const deployment = deploymentOf(session);
  const { pidfile } = placesOf(world, deployment);
  if (pidfile === undefined) return undefined;
  if (deployment.pidfile === undefined) openRuntimeFolder(world);
  const line =
    (level: "info" | "warn") =>
    (...words: unknown[]): void =>
      log.write(level, format(...words));
  return Pidfile.claim(pidfile, { name: deployment.name, log: { info: line("info"), warn: line("warn") } });
}
