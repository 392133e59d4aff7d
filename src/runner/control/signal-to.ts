import { ownIdentity, type ProcessIdentity } from "../../base/process-identity";
import { isRunning } from "../pidfile-entry";
import { UncertainProcessError } from "./errors";

/**
 * Sends a signal to that very process, and to no other that has its number by now. Says whether it is there.
 *
 * @throws UncertainProcessError where nobody can tell; Node's error where it is not permitted
 */
export function signalTo(who: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(who)) return false;
  // Its number alone says nothing where one of the two sides knows more: there are other containers, with other /procs.
  if ((who.began === undefined) !== (ownIdentity().began === undefined))
    throw new UncertainProcessError(who.pid);
  try {
    return process.kill(who.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
