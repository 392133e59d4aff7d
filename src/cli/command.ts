/** The command itself: what `entry.ts` loads with V8's help. */
import { systemWorld } from "../runner/system-world";
import { main } from "./main";

/** Runs the command in the real process. */
export const command = (): Promise<void> => main(systemWorld());
