import type { Companion } from "./companion";
import type { DeploymentOptions } from "./deployment-options";
import { LimitError, LimitSetupError } from "./errors";
import { dumpsCore, setLimit, type SetLimit, type Unset } from "./limits";

type Options = Pick<DeploymentOptions, "nofile" | "daemon"> & {
  readonly set?: SetLimit;
  readonly dumps?: () => boolean;
};

/** How many files the process may have open, and for a daemon no dump of its memory. */
export function limitsCompanion({ nofile, daemon, set = setLimit, dumps = dumpsCore }: Options): Companion {
  return {
    async prepare({ world, log }) {
      if (nofile !== undefined) {
        const unset = await set("nofile", nofile, world.pid);
        if (unset) throw whyNot(unset, nofile);
      }
      // It has every password in it that the process ever read.
      if (!daemon || !dumps()) return;
      if (await set("core", 0, world.pid))
        log.info("a crash may leave a dump of the memory: the limit of core files can't be set here");
    },
  };
}

function whyNot(unset: Unset, nofile: number): Error {
  if (unset === "no program") return new LimitSetupError(nofile);
  return new LimitError(nofile);
}
