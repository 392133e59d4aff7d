import type { World } from "../runner/world";
import { STARTED } from "./code-cache";

/** Does what can wait until the process has started, or ends, or is no longer where it can be done. */
export function onceStarted(world: World, work: () => void): void {
  let done = false;
  const once = (): void => {
    if (!done) work();
    done = true;
  };
  world.onExit(once);
  world.onLeave(once);
  world.clock.setTimeout(once, STARTED);
}
