import type { Logger } from "../log/logger";
import type { Inherited } from "../service/inherited";
import { takeInheritedSockets } from "./inherited-sockets";
import type { World } from "./world";

/** What the process was given. Its streams are asked for only by whom they serve: that takes some milliseconds. */
export function inherit(world: World, log: Logger): Inherited {
  return {
    sockets: takeInheritedSockets(world, log),
    get stdin() {
      return world.streams.stdin;
    },
    get stdout() {
      return world.streams.stdout;
    },
  };
}
