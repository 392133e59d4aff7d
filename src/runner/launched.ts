import type { Launched } from "./deployment-options";
import type { World } from "./world";

/** How a process is told that another one of appd's has started it: `daemon:3`. */
export const LAUNCH_VARIABLE = "APPD_LAUNCH";

/** A process's part, and the descriptor of the pipe to whoever has started it. */
export interface Part {
  readonly role: Launched["role"];
  readonly fd: number;
}

/** What another process has started this one as. The variable is removed: it is not for what this one starts. */
export function takeLaunched(world: Pick<World, "environment" | "forgetVariables">): Part | undefined {
  const text = world.environment[LAUNCH_VARIABLE];
  if (text === undefined) return undefined;
  world.forgetVariables([LAUNCH_VARIABLE]);
  const [, role, fd] = /^(daemon|master|worker):(\d{1,4})$/.exec(text) ?? [];
  return role === undefined ? undefined : { role: role as Launched["role"], fd: Number(fd) };
}
