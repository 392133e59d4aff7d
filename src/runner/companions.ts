import type { Companion } from "./companion";
import type { DeploymentOptions } from "./deployment-options";
import { privileges } from "./privileges-asked";
import { processNamed } from "./process-name";
import { stallsLogged } from "./stalls";
import type { Environment } from "./world";

/**
 * Who goes along with a run, in the order in which they are asked. Each is loaded only where the run has it: a plain
 * start in the foreground pays for none.
 */
export async function companionsFor(
  deployment: DeploymentOptions | undefined,
  environment: Environment,
): Promise<Companion[]> {
  if (!deployment) return [];
  const launch = await launchOf(deployment);
  const companions = [...launch.first];
  // That of a worker is its master's.
  const isWorker = deployment.launched?.role === "worker";
  if (!isWorker && (deployment.daemon ? deployment.pidfile !== "" : deployment.pidfile))
    companions.push((await import("./pidfile-companion")).pidfileCompanion(deployment));
  if (deployment.daemon || deployment.nofile !== undefined)
    companions.push((await import("./limits-companion")).limitsCompanion(deployment));
  if (deployment.daemon || deployment.isNamed)
    companions.push((await import("./control/control-companion")).controlCompanion(deployment));
  // It asks who is who before there is another root, where nobody may know.
  companions.push(privileges(deployment));
  if (deployment.chroot !== undefined)
    companions.push((await import("./chroot-companion")).chrootCompanion(deployment.chroot));
  if (deployment.rundir !== undefined)
    companions.push((await import("./rundir-companion")).rundirCompanion(deployment.rundir));
  companions.push(...(await serviceManagers(deployment, environment)), ...(await witnesses(deployment)));
  return [...companions, ...launch.last];
}

/** Whoever has launched the process is the first to hear of anything, and the last to hear that all is well. */
async function launchOf({ launched }: DeploymentOptions): Promise<{ first: Companion[]; last: Companion[] }> {
  if (!launched) return { first: [], last: [] };
  const { launchCompanions } = await import("./launch/launch-companions");
  const { first, last } = launchCompanions(launched.pipe, { stays: launched.role === "worker" });
  return { first: [first], last: [last] };
}

/** What tells of how a run goes. */
async function witnesses(deployment: DeploymentOptions): Promise<Companion[]> {
  const { launched, profile, heapSnapshot } = deployment;
  const companions = [processNamed, stallsLogged()];
  if (launched) companions.push((await import("./death-report")).deathReport(deployment));
  if (profile !== undefined) companions.push((await import("./profile")).cpuProfile(profile));
  if (heapSnapshot !== undefined) companions.push((await import("./profile")).heapSnapshot(heapSnapshot));
  return companions;
}

/** Nothing of it where nobody has asked to be told. */
async function serviceManagers(
  deployment: DeploymentOptions,
  environment: Environment,
): Promise<Companion[]> {
  const { NOTIFY_SOCKET, WATCHDOG_USEC } = environment;
  if (NOTIFY_SOCKET === undefined && WATCHDOG_USEC === undefined) return [];
  const { ServiceManager } = await import("./service-manager");
  return [new ServiceManager(deployment)];
}
