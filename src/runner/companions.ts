import type { Companion } from "./companion";
import type { DeploymentOptions } from "./deployment-options";
import { privileges } from "./privileges-asked";

/**
 * Who goes along with a run, in the order in which they are asked. Each is loaded only where the run has it: a plain
 * start in the foreground pays for none.
 */
export async function companionsFor(deployment: DeploymentOptions | undefined): Promise<Companion[]> {
  if (!deployment) return [];
  await Promise.resolve();
  return [privileges(deployment)];
}
