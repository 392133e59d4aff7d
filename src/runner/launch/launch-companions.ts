import type { Companion, RunView } from "../companion";
import type { LaunchPipe } from "./launch-pipe";

/** Who tells whoever has launched this process how it goes: the one comes first of all companions, the other last. */
export interface LaunchCompanions {
  readonly first: Companion;
  readonly last: Companion;
}

const aTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** @param stays whether the pipe is kept for the whole run, as that of a worker */
export function launchCompanions(pipe: LaunchPipe, { stays }: { readonly stays: boolean }): LaunchCompanions {
  return {
    first: {
      prepare: ({ logFile }) => pipe.say({ begun: { log: logFile } }),
      stopping: ({ isTold }) => isTold && pipe.say({ stopping: true }),
    },
    last: {
      async started(run) {
        // What the start has left to go wrong does so before that.
        await aTurn();
        if (run.state === "started") tell(pipe, run, stays);
      },
    },
  };
}

function tell(pipe: LaunchPipe, { world, logFile, application }: RunView, stays: boolean): void {
  pipe.say({ started: { pid: world.pid, log: logFile, stopTimeout: application?.stopTimeout } });
  if (stays) pipe.settle();
  else pipe.close();
}
