import { after, type Clock } from "../../service/clock";

const TICK = 500;

/**
 * How long nothing was heard of another process. It is counted in short steps, because whoever counts may be
 * suspended for hours: that is no silence of the other's.
 */
export class Silence {
  readonly #clock: Clock;
  readonly #tooLong: (ms: number) => void;
  #limit = Infinity;
  #ms = 0;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, tooLong: (ms: number) => void) {
    this.#clock = clock;
    this.#tooLong = tooLong;
  }

  /** From now on, this many milliseconds are too long. */
  allow(limit: number): void {
    this.end();
    this.#limit = limit;
    this.broken();
    this.#count();
  }

  /** Something was heard. */
  broken(): void {
    this.#ms = 0;
  }

  /** Nothing more is expected. */
  end(): void {
    this.#cancel();
  }

  #count(): void {
    this.#cancel = after(this.#clock, TICK, () => {
      this.#ms += TICK;
      if (this.#ms < this.#limit) this.#count();
      else this.#tooLong(this.#ms);
    });
  }
}
