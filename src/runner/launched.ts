import type { Launched } from "./deployment-options";
import type { World } from "./world";

/** How a process is told that another one of appd's has started it: `daemon:3`. */
export const LAUNCH_VARIABLE = "APPD_LAUNCH";

/** What another process has started this one as. The variable is removed: it is not for what this one starts. */
export function takeLaunched(world: Pick<World, "environment" | "forgetVariables">): Launched | undefined {
  const text = world.environment[LAUNCH_VARIABLE];
  if (text === undefined) return undefined;
  world.forgetVariables([LAUNCH_VARIABLE]);
  const [, role, fd] = /^(daemon|worker):(\d{1,4})$/.exec(text) ?? [];
  return role === undefined ? undefined : { role: role as Launched["role"], fd: Number(fd) };
}
