/** How often a worker may die. Times are milliseconds of one clock. */
export interface RestartLimits {
  /** Restarts within a minute. */
  readonly most: number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

const WINDOW = 60_000;
const FIRST = 200;
const LONGEST = 30_000;
const JITTER = 0.2;

/**
 * When a worker that has died is started again: each time twice as late, until one has been up for a minute. A
 * little by chance, so that those who died together do not come back together. Every cause counts.
 */
export class RestartPolicy {
  readonly #most: number;
  readonly #random: () => number;
  #restarts: number[] = [];
  #inARow = 0;

  constructor({ most, random = Math.random }: RestartLimits) {
    this.#most = most;
    this.#random = random;
  }

  /**
   * How long to wait before the next one; undefined when it is time to give up.
   *
   * @param upFor how long the one that has died had run
   */
  died(now: number, upFor: number): number | undefined {
    this.#restarts = this.#restarts.filter((at) => now - at < WINDOW);
    if (this.#restarts.length >= this.#most) return undefined;
    this.#restarts.push(now);
    this.#inARow = upFor >= WINDOW ? 0 : this.#inARow;
    const wait = Math.min(LONGEST, FIRST * 2 ** this.#inARow);
    this.#inARow += 1;
    return Math.round(wait * (1 - JITTER + 2 * JITTER * this.#random()));
  }
}
