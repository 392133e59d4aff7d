import type { Companion } from "./companion";
import type { DeploymentOptions } from "./deployment-options";
import { privileges } from "./privileges-asked";

/**
 * Who goes along with a run, in the order in which they are asked. Each is loaded only where the run has it: a plain
 * start in the foreground pays for none.
 */
export async function companionsFor(deployment: DeploymentOptions | undefined): Promise<Companion[]> {
  if (!deployment) return [];
  const companions: Companion[] = [];
  if (deployment.daemon ? deployment.pidfile !== "" : deployment.pidfile)
    companions.push((await import("./pidfile-companion")).pidfileCompanion(deployment));
  // chroot goes here: the working directory is one of the new root's.
  if (deployment.rundir !== undefined)
    companions.push((await import("./rundir-companion")).rundirCompanion(deployment.rundir));
  companions.push(privileges(deployment));
  return companions;
}
