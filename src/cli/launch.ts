import { DaemonError } from "../runner/launch/errors";
import { closeLeaked, environmentFor, refuseInspector, refuseSockets } from "../runner/launch/handed-on";
import { Launcher, type LaunchOrder } from "../runner/launch/launcher";
import { deploymentOf } from "./deployment";
import { runOptions } from "./run-options";
import type { Session } from "./session";

/** Starts a daemon by the same command line, and ends with its verdict. */
export function launch(session: Session): void {
  const { world } = session;
  if (process.platform === "win32")
    throw new DaemonError(
      "--daemon does not work on Windows: leave it out, and let a service manager run appd",
    );
  refuseInspector(world);
  refuseSockets(world);
  const isRoot = process.getuid?.() === 0 || process.geteuid?.() === 0;
  const { environment, left } = environmentFor(world.environment, { isRoot });
  if (left.length > 0) {
    const are = left.length === 1 ? "is" : "are";
    world.stderr.write(`appd: ${left.join(", ")} ${are} not handed on to a daemon that root starts\n`);
  }
  closeLeaked();
  new Launcher(world, orderOf(session, environment)).launch();
}

function orderOf(session: Session, environment: LaunchOrder["environment"]): LaunchOrder {
  const { world } = session;
  const deployment = deploymentOf(session);
  const { startTimeout = 60_000, stopTimeout = 30_000 } = runOptions(session).timeouts;
  return {
    name: deployment.name,
    role: deployment.maxRestarts === undefined ? "daemon" : "master",
    environment,
    startTimeout,
    stopTimeout,
    async cleanUp(pid) {
      const { placesOf } = await import("../runner/places");
      const { removePidfileOf } = await import("../runner/pidfile");
      const { dropEnded } = await import("../runner/control/running-here");
      const { pidfile, runtime } = placesOf(world, { ...deployment, daemon: true });
      if (pidfile !== undefined) removePidfileOf(pidfile, pid);
      dropEnded(runtime);
    },
  };
}
