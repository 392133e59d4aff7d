import { after } from "../service/clock";
import type { Companion } from "./companion";

/** Whoever is busy with the start has other things to do than to watch itself. */
const SETTLED = 1_000;

/** Logs when the event loop stands still, from a moment after the start on. */
export function stallsLogged(): Companion {
  let stop = (): void => undefined;
  return {
    started({ world, log }) {
      const watch = async (): Promise<void> => {
        const { StallWatch } = await import("./stall-watch");
        const stalls = new StallWatch({ clock: world.clock, load: () => world.load(), log });
        stop = () => stalls.stop();
      };
      stop = after(world.clock, SETTLED, () => {
        watch().catch((error: unknown) => log.debug({ err: error }, "stalls go unnoticed"));
      });
    },
    ended: () => stop(),
  };
}
