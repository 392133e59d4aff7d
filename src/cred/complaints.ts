import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import type { Clock } from "../service/clock";

const MINUTE = 60_000;

/** Lines about sources that are out of order: one a minute for each, and one when it is in order again. */
export class Complaints {
  readonly #last = new WeakMap<object, number>();
  readonly #broken = new Set<object>();
  readonly #log: Logger;
  readonly #clock: Pick<Clock, "now">;

  constructor(log: Logger, clock: Pick<Clock, "now">) {
    this.#log = log;
    this.#clock = clock;
  }

  /** A checker could not tell whose credentials they are. */
  unavailable(checker: object, error: unknown): void {
    this.#broken.add(checker);
    this.complain(checker, `${nameOf(checker)} can't tell who logs in: ${messageOf(error)}`, error);
  }

  /** A checker answers, with what it had before. */
  complain(checker: object, problem: string, cause: unknown): void {
    const now = this.#clock.now();
    const last = this.#last.get(checker);
    if (last !== undefined && now - last < MINUTE) return;
    this.#last.set(checker, now);
    this.#log.error({ err: cause }, problem);
  }

  /** A checker could tell. */
  answered(checker: object): void {
    if (this.#broken.size === 0 || !this.#broken.delete(checker)) return;
    this.#last.delete(checker);
    this.#log.info(`${nameOf(checker)} can tell again who logs in`);
  }
}

const nameOf = (object: object): string => object.constructor.name;
