import type { Clock } from "../service/clock";

/** Of a flood of lines one a second is enough: says whether it is time for one. */
export class OnceASecond {
  #quietUntil = -Infinity;

  isDue(clock: Clock): boolean {
    const now = clock.now();
    if (now < this.#quietUntil) return false;
    this.#quietUntil = now + 1_000;
    return true;
  }
}
