import { processAt, type ProcessIdentity } from "../../base/process-identity";
import type { Companion, RunView } from "../companion";
import type { DeploymentOptions } from "../deployment-options";
import { asksForAnything, wishesOf, type Asked } from "../privileges-asked";
import { openRuntimeFolder } from "../runtime-folder";
import { answersOf, launchOf, stopTimeoutOf } from "./control-answers";
import { ControlServer } from "./control-server";
import { ControlSocketError } from "./errors";
import { sealOf } from "./launch-seal";
import type { LaunchAnswer } from "./protocol";
import { recordFor } from "./record-for";
import { dropRecord, keepRecord, keyOf, sweep, type ControlRecord, type KeptRecord } from "./records";

interface Kept extends KeptRecord {
  readonly folder: string;
  readonly launch: LaunchAnswer;
}

/** Lets a run be asked and told from outside: a control socket in the runtime folder, and a record beside it. */
export function controlCompanion(deployment: DeploymentOptions): Companion {
  let kept: Kept | undefined;
  let server: ControlServer | undefined;
  return {
    async prepare(run) {
      const { name } = deployment;
      const folder = openRuntimeFolder(run.world);
      sweep(folder);
      const launch = launchOf(run.world, deployment);
      const record = recordOf(run, deployment, launch);
      const key = keyOf(record);
      const answers = answersOf(run, { name, launch });
      kept = { folder, key, record, launch };
      server = new ControlServer(answers, { clock: run.world.clock });
      // The record last: whoever finds it finds the socket, too.
      await server.listen(folder, `${key}.sock`);
      inFolder(folder, () => keepRecord(folder, { key, record }));
    },
    made(run) {
      if (!kept) return;
      const { folder, key, launch } = kept;
      const seal = kept.record.launch ?? sealFor(wishesOf(run.application), launch);
      try {
        keepRecord(folder, {
          key,
          record: { ...kept.record, launch: seal, stopTimeout: stopTimeoutOf(run) },
        });
      } catch {
        // What was written before is nearly as good.
      }
    },
    ended(_run, status) {
      if (kept) dropRecord(kept.folder, kept.key);
      server?.end(status);
    },
  };
}

/** What is believed of one that becomes another user is what was sealed before. */
const sealFor = (asked: Asked, launch: LaunchAnswer): string | undefined =>
  asksForAnything(asked) ? sealOf(launch) : undefined;

function recordOf(run: RunView, deployment: DeploymentOptions, launch: LaunchAnswer): ControlRecord {
  const isWorker = deployment.launched?.role === "worker";
  const { world, began, logFile } = run;
  return {
    ...recordFor(world, deployment, began),
    log: logFile,
    stopTimeout: stopTimeoutOf(run),
    master: isWorker ? parent() : undefined,
    launch: sealFor(deployment, launch),
  };
}

function parent(): ProcessIdentity {
  const { ppid } = process;
  return { pid: ppid, began: processAt(ppid)?.began };
}

function inFolder(folder: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new ControlSocketError(folder, error);
  }
}
