/** Where the time comes from. Tests hand in one that they turn themselves. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The time as it passes. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Node calls back at once when it is asked to wait for longer than this. */
const LONGEST = 2 ** 31 - 1;

/** Calls back after `ms`, never if that is Infinity. Gives the way to call it off. */
export function after(clock: Clock, ms: number, callback: () => void): () => void {
  if (ms > LONGEST) return () => undefined;
  const timer = clock.setTimeout(callback, ms);
  return () => clock.clearTimeout(timer);
}
