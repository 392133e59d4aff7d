/** Where the time comes from. Tests hand in one that they turn themselves. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Milliseconds since 1970 by the clock on the wall, which may be set. Without it that runs as `now` does. */
  wallTime?(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The time as it passes. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Node calls back at once when it is asked to wait for longer than this. */
const LONGEST = 2 ** 31 - 1;

/** Calls back after `ms`, never if that is Infinity. Gives the way to call it off. */
export function after(clock: Clock, ms: number, callback: () => void): () => void {
  if (ms === Infinity) return () => undefined;
  let timer: unknown;
  const wait = (left: number): void => {
    timer =
      left > LONGEST
        ? clock.setTimeout(() => wait(left - LONGEST), LONGEST)
        : clock.setTimeout(callback, left);
  };
  wait(ms);
  return () => clock.clearTimeout(timer);
}

/** Asks for the time on the wall. */
export function wallOf(clock: Clock): () => number {
  if (clock.wallTime) return () => clock.wallTime?.() ?? Date.now();
  const ahead = Date.now() - clock.now();
  return () => clock.now() + ahead;
}
