import type { RunView } from "../companion";
import type { DeploymentOptions } from "../deployment-options";
import { listeningAt } from "../listening-at";
import { treeOf } from "../tree-of";
import type { ControlAnswers } from "./control-server";
import type { LaunchAnswer } from "./protocol";

/** Milliseconds that services may take to stop where nobody says otherwise. */
const STOP_TIMEOUT = 30_000;

/** What a run answers. */
export function answersOf(
  run: RunView,
  { name, launch }: { name: string; launch: LaunchAnswer },
): ControlAnswers {
  const begun = run.world.clock.now();
  return {
    status: () => ({
      name,
      pid: run.world.pid,
      state: run.state,
      since: new Date(run.began).toISOString(),
      uptime: Math.round(run.world.clock.now() - begun),
      ports: portsOf(run),
      rss: residentMemory(),
      protocol: 1,
    }),
    stop() {
      const timeout = stopTimeoutOf(run);
      run.stop("asked by appd stop");
      return { state: run.state, timeout };
    },
    launch: () => launch,
    reload: () => ({ done: `${run.reopenLogs()}; there is nothing else to reload` }),
    reopen: () => ({ done: run.reopenLogs() }),
    logs: () => ({ file: run.logFile ?? null }),
    graph: () => ({ tree: treeOf(run.application) ?? null }),
  };
}

/** How long the services may take to stop, as far as it is known yet. */
export function stopTimeoutOf({ application }: RunView): number {
  const { stopTimeout } = (application ?? {}) as { readonly stopTimeout?: unknown };
  return typeof stopTimeout === "number" && stopTimeout >= 0 && stopTimeout !== Infinity
    ? stopTimeout
    : STOP_TIMEOUT;
}

/** What it takes to start this run again, as it is now: before anything is removed or left. */
export function launchOf(
  { environment, argv, folder, self }: RunView["world"],
  { daemon }: DeploymentOptions,
): LaunchAnswer {
  const variables = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[0].startsWith("APPD_") && entry[1] !== undefined,
  );
  const { execPath, execArgv, discretion, script } = self;
  return {
    execPath,
    // What was added is added again, if the Node that is there by then has it.
    execArgv: execArgv.filter((option) => !discretion.includes(option)),
    script,
    argv: [...argv],
    folder,
    variables: Object.fromEntries(variables),
    daemon,
  };
}

/** In another root there may be no /proc. */
function residentMemory(): number | null {
  try {
    return process.memoryUsage.rss();
  } catch {
    return null;
  }
}

function portsOf({ application }: RunView): string[] {
  const tree = treeOf(application);
  return tree ? listeningAt(tree) : [];
}
