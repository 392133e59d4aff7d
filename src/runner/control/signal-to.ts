import type { ProcessIdentity } from "../../base/process-identity";
import { isRunning } from "../pidfile-entry";

/**
 * Sends a signal to that very process, and to no other that has its number by now. Says whether it is there.
 *
 * @throws Node's error where that is not permitted
 */
export function signalTo(who: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(who)) return false;
  try {
    return process.kill(who.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
