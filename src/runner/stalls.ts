import { after } from "../service/clock";
import type { Companion } from "./companion";
import type * as StallWatches from "./stall-watch";

/** Whoever is busy with the start has other things to do than to watch itself. */
const SETTLED = 1_000;

const load = (): Promise<typeof StallWatches> => import("./stall-watch");

/**
 * Logs when the event loop stands still, from a moment after the start on.
 *
 * @param atOnce whether to load all that it takes before the start: later its files may be out of reach
 */
export function stallsLogged(atOnce: boolean): Companion {
  let stop = (): void => undefined;
  return {
    async prepare() {
      if (atOnce) await load();
    },
    started({ world, log }) {
      const watch = async (): Promise<void> => {
        const { StallWatch } = await load();
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
