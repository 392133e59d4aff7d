/** Those that would end a process that does not listen, or open Node's inspector. */
const CAUGHT = ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;
/** How another copy of appd in the same process tells these listeners from others. */
const EARLY = Symbol.for("appd.early-signal");

/**
 * Catches signals from the first line on. What is sent while the command is being loaded waits for the event loop,
 * and a run listens before that begins to turn: none gets lost, and none kills. Where nobody listens by then, as in
 * a command that is no run, a signal does what it does by default; SIGUSR1 never does.
 */
export function catchEarlySignals(): void {
  for (const signal of CAUGHT) {
    const listener = (): void => {
      if (!process.listeners(signal).every(isEarly) || signal === "SIGUSR1") return;
      process.removeAllListeners(signal).kill(process.pid, signal);
    };
    process.on(signal, Object.assign(listener, { [EARLY]: true }));
  }
}

const isEarly = (listener: object): boolean => EARLY in listener;
