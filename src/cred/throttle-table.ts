import type { Clock } from "../service/clock";
import { LoginBusy, TooManyAttempts } from "./errors";

/** How many wrong attempts are let through, and how long the next one has to wait then. */
export interface Allowance {
  /** Wrong attempts without consequence. */
  readonly free: number;
  /** Seconds to wait after that; each further wrong attempt doubles them. */
  readonly first: number;
  /** Seconds; they never get more. */
  readonly most: number;
  /** Seconds without a wrong attempt after which all are forgotten. */
  readonly forget: number;
}

/** What an attempt that is over changes. */
export type Settling = "failed" | "dropped" | "forgive all" | "forgive one";

/** What is remembered under one name. */
export interface Count {
  readonly name: string;
  wrong: number;
  /** When the last wrong one was. */
  last: number;
  /** How many are being checked now. */
  open: number;
  /** Those who wait for them. */
  line: (() => void)[] | undefined;
}

/** So many may wait for those before them. */
const LONGEST_LINE = 1000;

/** Wrong attempts by name: of so many names; of more, what is oldest is forgotten. */
export class ThrottleTable {
  readonly #counts = new Map<string, Count>();

  constructor(
    readonly allowance: Allowance,
    readonly clock: Pick<Clock, "now">,
    readonly most: number,
  ) {}

  get size(): number {
    return this.#counts.size;
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  /**
   * Lets one more be checked, at once or when it is its turn. What is given is to be settled.
   *
   * @throws TooManyAttempts, LoginBusy
   */
  enter(name: string): Count | Promise<Count> {
    const count = this.#countOf(name);
    if (count.wrong > 0) this.#refuseEarly(count);
    if (count.open < this.#room(count)) {
      count.open++;
      return count;
    }
    const line = (count.line ??= []);
    if (line.length >= LONGEST_LINE) throw new LoginBusy();
    // Those before may have been wrong: then it is too many after all.
    return new Promise<void>((resolve) => line.push(resolve)).then(() => this.enter(name));
  }

  settle(count: Count, how: Settling): void {
    count.open--;
    if (how === "failed") {
      count.wrong++;
      count.last = this.clock.now();
    } else if (how === "forgive all") count.wrong = 0;
    else if (how === "forgive one" && count.wrong > 0) count.wrong--;
    if (count.line) this.#callNext(count, count.line);
  }

  /** Counts one that has not entered, as being checked. */
  note(name: string): Count {
    const count = this.#countOf(name);
    count.open++;
    return count;
  }

  forget(name: string): void {
    this.#counts.delete(name);
  }

  #callNext(count: Count, line: (() => void)[]): void {
    // Where there is to be a wait now, everybody in line has to hear of it.
    const free = Math.max(0, this.#room(count) - count.open);
    const called = line.splice(0, this.#waitFor(count) > 0 ? line.length : free);
    if (line.length === 0) count.line = undefined;
    for (const call of called) call();
  }

  #countOf(name: string): Count {
    const known = this.#counts.get(name);
    if (!known) return this.#begin(name);
    if (known.wrong > 0) {
      if (this.clock.now() - known.last > this.allowance.forget * 1000) known.wrong = 0;
      // What is still tried is not old.
      this.#counts.delete(name);
      this.#counts.set(name, known);
    }
    return known;
  }

  #begin(name: string): Count {
    const count = { name, wrong: 0, last: 0, open: 0, line: undefined };
    if (this.#counts.size >= this.most) this.#forgetOldest();
    this.#counts.set(name, count);
    return count;
  }

  #refuseEarly(count: Count): void {
    const wait = this.#waitFor(count);
    if (wait > 0) throw new TooManyAttempts(Math.ceil(wait));
  }

  /** How many may be checked at once. */
  #room({ wrong }: Count): number {
    return Math.max(1, this.allowance.free - wrong);
  }

  /** Seconds. */
  #waitFor({ wrong, last }: Count): number {
    const { free, first, most } = this.allowance;
    if (wrong < free) return 0;
    const delay = Math.min(most, first * 2 ** Math.min(30, wrong - free));
    return delay - (this.clock.now() - last) / 1000;
  }

  /** Those that are being checked are still needed. */
  #forgetOldest(): void {
    for (const [name, { open }] of this.#counts) {
      if (open > 0) continue;
      this.#counts.delete(name);
      return;
    }
  }
}
