import type { Companion } from "./companion";
import type { DeploymentOptions } from "./deployment-options";
import { Pidfile } from "./pidfile";
import { placesOf } from "./places";
import { openRuntimeFolder } from "./runtime-folder";

/** Claims the pidfile of a run before anything of the user's is made, and puts it away at the end. */
export function pidfileCompanion(deployment: DeploymentOptions): Companion {
  const { name, pidfile: typed } = deployment;
  const another = typed === undefined ? "--name NAME" : "--pidfile FILE";
  let claimed: Pidfile | undefined;
  return {
    prepare({ world, log }) {
      const { pidfile } = placesOf(world, deployment);
      if (typed === undefined) openRuntimeFolder(world);
      if (pidfile !== undefined) claimed = Pidfile.claim(pidfile, { name, log, another });
    },
    ended: () => claimed?.release(),
  };
}
