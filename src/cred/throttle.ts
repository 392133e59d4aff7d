import type { Clock } from "../service/clock";
import { LoginBusy, TooManyAttempts } from "./errors";
import { throttledAddress, throttledUser } from "./throttle-keys";

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

export interface ThrottleOptions {
  /** For each user, wherever the attempts come from. 10 are free; then 1 to 60 seconds. */
  readonly user?: Partial<Allowance>;
  /** For each address (of IPv6: each /64), whoever is tried. 50 are free; then 1 to 60 seconds. */
  readonly address?: Partial<Allowance>;
  /** How many users and how many addresses are remembered: 65,536 each. */
  readonly remembered?: number;
}

/** Someone who tries to log in. */
export interface Attempting {
  readonly user: string | undefined;
  readonly address: string | undefined;
}

/** An attempt that was let through: to be told how it went. */
export interface Ticket {
  /** The credentials were wrong. */
  failed(): void;
  succeeded(): void;
  /** It could not be told. */
  dropped(): void;
}

const USER: Allowance = { free: 10, first: 1, most: 60, forget: 900 };
const ADDRESS: Allowance = { free: 50, first: 1, most: 60, forget: 900 };

/**
 * Makes guessing slow: counts wrong attempts by user and by address. At most as many are let through at once as
 * are still free, so that a thousand at the same time get no further than one after the other.
 *
 * Who has logged in from an address before is counted by himself there: somebody else's guessing elsewhere does
 * not keep him out.
 */
export class Throttle {
  readonly #users: Table;
  readonly #addresses: Table;
  readonly #known = new Set<string>();
  readonly #remembered: number;

  constructor(options: ThrottleOptions, clock: Pick<Clock, "now">) {
    const { remembered = 65_536, user, address } = options;
    this.#remembered = remembered;
    this.#users = new Table({ ...USER, ...user }, clock, remembered);
    this.#addresses = new Table({ ...ADDRESS, ...address }, clock, remembered);
  }

  /** How much is remembered. */
  get size(): number {
    return this.#users.size + this.#addresses.size;
  }

  /**
   * Lets an attempt through, at once or when it is its turn.
   *
   * @throws TooManyAttempts with the seconds to wait; LoginBusy when too many wait
   */
  enter(attempting: Attempting): Ticket | Promise<Ticket> {
    const address = throttledAddress(attempting.address);
    const name = throttledUser(attempting.user);
    const pair = name !== undefined && address !== undefined ? `${name} ${address}` : undefined;
    const user = pair !== undefined && this.#known.has(pair) ? pair : name;
    const pass = { address, user, pair };
    const turn = address === undefined ? undefined : this.#addresses.enter(address);
    return turn ? turn.then(() => this.#enterUser(pass)) : this.#enterUser(pass);
  }

  #enterUser(pass: Pass): Ticket | Promise<Ticket> {
    const { address, user } = pass;
    const giveUp = (error: unknown): never => {
      if (address !== undefined) this.#addresses.leave(address, "dropped");
      throw error;
    };
    try {
      const turn = user === undefined ? undefined : this.#users.enter(user);
      return turn ? turn.then(() => this.#ticket(pass), giveUp) : this.#ticket(pass);
    } catch (error) {
      return giveUp(error);
    }
  }

  #ticket({ address, user, pair }: Pass): Ticket {
    const leave = (how: Outcome): void => {
      if (user !== undefined) this.#users.leave(user, how === "one right" ? "right" : how);
      if (address !== undefined) this.#addresses.leave(address, how);
    };
    return {
      failed: () => leave("wrong"),
      dropped: () => leave("dropped"),
      succeeded: () => {
        leave("one right");
        if (pair !== undefined) this.#know(pair);
      },
    };
  }

  #know(pair: string): void {
    this.#known.delete(pair);
    this.#known.add(pair);
    const [oldest] = this.#known;
    if (this.#known.size > this.#remembered && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** By what an attempt is counted. */
interface Pass {
  readonly address: string | undefined;
  readonly user: string | undefined;
  /** The two together: who has logged in from there is known by it. */
  readonly pair: string | undefined;
}

/** `"one right"` makes up for one wrong: behind a proxy, many people have one address. */
type Outcome = "wrong" | "right" | "one right" | "dropped";

interface Count {
  wrong: number;
  /** When the last wrong one was. */
  last: number;
  /** How many are being checked now. */
  open: number;
  readonly line: (() => void)[];
}

/** So many may wait for those before them. */
const LONGEST_LINE = 1000;

/** Counts by name. What it has no reason to remember, it forgets; of too much, what is oldest. */
class Table {
  readonly #counts = new Map<string, Count>();

  constructor(
    readonly allowance: Allowance,
    readonly clock: Pick<Clock, "now">,
    readonly most: number,
  ) {}

  get size(): number {
    return this.#counts.size;
  }

  /** Undefined when it could enter at once. */
  enter(name: string): Promise<void> | undefined {
    const count = this.#countOf(name);
    const wait = this.#waitFor(count);
    if (wait > 0) throw new TooManyAttempts(Math.ceil(wait));
    if (count.open < this.#room(count)) {
      count.open++;
      return undefined;
    }
    if (count.line.length >= LONGEST_LINE) throw new LoginBusy();
    // Those before may have been wrong: then it is too many after all.
    return new Promise<void>((resolve) => count.line.push(resolve)).then(() => this.enter(name));
  }

  leave(name: string, how: Outcome): void {
    const count = this.#counts.get(name);
    if (!count) return;
    count.open--;
    if (how === "wrong") {
      count.wrong++;
      count.last = this.clock.now();
    }
    if (how === "right") count.wrong = 0;
    if (how === "one right" && count.wrong > 0) count.wrong--;
    // Where there is to be a wait now, everybody in line has to hear of it.
    const next = this.#waitFor(count) > 0 ? count.line.length : Math.max(0, this.#room(count) - count.open);
    if (count.wrong === 0 && count.open === 0 && count.line.length === 0) this.#counts.delete(name);
    for (const call of count.line.splice(0, next)) call();
  }

  #countOf(name: string): Count {
    let count = this.#counts.get(name);
    if (count) {
      if (this.clock.now() - count.last > this.allowance.forget * 1000) count.wrong = 0;
      this.#counts.delete(name);
    } else {
      count = { wrong: 0, last: 0, open: 0, line: [] };
      if (this.#counts.size >= this.most) this.#forgetOldest();
    }
    this.#counts.set(name, count);
    return count;
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
