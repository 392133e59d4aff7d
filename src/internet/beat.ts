import { after, type Clock } from "../service/clock";

/** When the moments come at which a timer calls, from its start on. */
export interface Beat {
  /**
   * Calls back at the next moment that comes after this one: what was missed meanwhile is skipped. Gives the way to
   * call it off.
   */
  next(callback: () => void): () => void;
}

/** Every `step` milliseconds, counted from when it is made: however late a call is, the next ones are not. */
export class SteadyBeat implements Beat {
  readonly #clock: Clock;
  readonly #step: number;
  readonly #start: number;
  #count = 0;

  constructor(clock: Clock, step: number) {
    this.#clock = clock;
    this.#step = step;
    this.#start = clock.now();
  }

  next(callback: () => void): () => void {
    const passed = this.#clock.now() - this.#start;
    // Node's timers may be early by less than a millisecond: the moment that they were for has come all the same.
    this.#count = Math.max(this.#count, Math.floor(passed / this.#step)) + 1;
    return after(this.#clock, this.#count * this.#step - passed, callback);
  }
}
