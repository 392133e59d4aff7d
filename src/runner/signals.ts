import type { Logger } from "../log/logger";
import type { SignalName, World } from "./world";

/** What becomes of a signal that ends a run. */
export interface StopSignals {
  readonly log: Logger;
  /** The first: stop gracefully. */
  readonly stop: (signal: SignalName) => void;
  /** Another one: whoever sends it does not want to wait. */
  readonly force: (signal: SignalName) => void;
  /** Opens the logs anew, and says what became of that. */
  readonly reopen: () => string;
}

const STOP: readonly SignalName[] = ["SIGINT", "SIGTERM", "SIGBREAK"];

/**
 * npm and its kin send their child the signal that the terminal has already sent to everyone. Within this many
 * milliseconds the same signal again is such an echo, not an impatient person.
 */
const ECHO = 100;

/** Listens to every signal that must not simply kill the process. Returns how to stop listening. */
export function listenToSignals(world: World, { log, stop, force, reopen }: StopSignals): () => void {
  let first: { readonly signal: SignalName; readonly at: number } | undefined;
  const echoes = world.environment.npm_lifecycle_event !== undefined;
  const received = (signal: SignalName) => (): void => {
    const at = world.clock.now();
    if (first === undefined) {
      first = { signal, at };
      stop(signal);
    } else if (echoes && signal === first.signal && at - first.at < ECHO) {
      log.debug("%s: an echo of the one before, ignored", signal);
    } else {
      force(signal);
    }
  };
  const releases = [
    ...STOP.map((signal) => world.onSignal(signal, received(signal))),
    world.onSignal("SIGHUP", () =>
      log.info("received SIGHUP: %s; there is nothing else to reload", reopen()),
    ),
    world.onSignal("SIGUSR2", () => log.info("received SIGUSR2: %s", reopen())),
    // By default Node would open its inspector to every local user.
    world.onSignal("SIGUSR1", () => log.info("received SIGUSR1, ignored")),
  ];
  return () => releases.forEach((release) => release());
}
