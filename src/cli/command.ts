/** The command, as `entry.ts` takes it from a bundle of its own. */
export { main } from "./main";
export { systemWorld } from "../runner/system-world";
