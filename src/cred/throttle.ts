import type { Clock } from "../service/clock";
import { KnownPlaces } from "./known-places";
import { throttledAddress, throttledUser } from "./throttle-keys";
import { ThrottleTable, type Allowance, type Count } from "./throttle-table";

export interface ThrottleOptions {
  /** For each user, wherever the attempts come from. 10 are free; then 1 to 60 seconds. */
  readonly user?: Partial<Allowance>;
  /** For each address (of IPv6: each /64), whoever is tried. 50 are free; then 1 to 60 seconds. */
  readonly address?: Partial<Allowance>;
  /** How many users and how many addresses are remembered: 65,536 each. */
  readonly remembered?: number;
}

/** How an attempt went; it is dropped when it could not be told. */
export type AttemptOutcome = "succeeded" | "failed" | "dropped";

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
  readonly #users: ThrottleTable;
  readonly #addresses: ThrottleTable;
  readonly #known: KnownPlaces;
  /** Users at places that they are known from, once they have been wrong there. */
  readonly #atHome: ThrottleTable;

  constructor(options: ThrottleOptions, clock: Pick<Clock, "now">) {
    const { remembered = 65_536, user, address } = options;
    const perUser = { ...USER, ...user };
    this.#users = new ThrottleTable(perUser, clock, remembered);
    this.#addresses = new ThrottleTable({ ...ADDRESS, ...address }, clock, remembered);
    this.#known = new KnownPlaces(remembered);
    this.#atHome = new ThrottleTable(perUser, clock, remembered);
  }

  /** How much is remembered of attempts. */
  get size(): number {
    return this.#users.size + this.#addresses.size + this.#atHome.size;
  }

  /**
   * Lets an attempt through, at once or when it is its turn. Each that was let through has to {@link leave}.
   *
   * @throws TooManyAttempts with the seconds to wait; LoginBusy when too many wait
   */
  enter(userName: string | undefined, from: string | undefined): Pass | Promise<Pass> {
    const pass = new Pass(throttledUser(userName), throttledAddress(from));
    if (pass.address === undefined) return this.#enterUser(pass);
    const turn = this.#addresses.enter(pass.address);
    if (turn instanceof Promise) return turn.then((count) => this.#enterUser(pass.through(count)));
    return this.#enterUser(pass.through(turn));
  }

  /** Says how an attempt went. */
  leave({ user, address, byAddress, byUser, atHome }: Pass, outcome: AttemptOutcome): void {
    // Behind a proxy many people have one address: one of them who is right makes up for one who was wrong.
    if (byAddress) this.#addresses.settle(byAddress, outcome === "succeeded" ? "forgive one" : outcome);
    if (user === undefined) return;
    if (byUser) {
      const table = atHome ? this.#atHome : this.#users;
      table.settle(byUser, outcome === "succeeded" ? "forgive all" : outcome);
      if (outcome === "succeeded" && atHome) table.forget(byUser.name);
    } else if (outcome === "failed") this.#wrongAtHome(`${user} ${address ?? ""}`);
    if (outcome === "succeeded" && address !== undefined && !atHome) this.#known.add(user, address);
  }

  #enterUser(pass: Pass): Pass | Promise<Pass> {
    const { user, address } = pass;
    if (user === undefined) return pass;
    pass.atHome = address !== undefined && this.#known.has(user, address);
    const name = pass.atHome ? `${user} ${address ?? ""}` : user;
    // Most people are known, and right.
    if (pass.atHome && !(this.#atHome.size > 0 && this.#atHome.has(name))) return pass;
    return this.#count(pass, name);
  }

  #count(pass: Pass, name: string): Pass | Promise<Pass> {
    const giveUp = (error: unknown): never => {
      if (pass.byAddress) this.#addresses.settle(pass.byAddress, "dropped");
      throw error;
    };
    const entered = (count: Count): Pass => {
      pass.byUser = count;
      return pass;
    };
    try {
      const turn = (pass.atHome ? this.#atHome : this.#users).enter(name);
      return turn instanceof Promise ? turn.then(entered, giveUp) : entered(turn);
    } catch (error) {
      return giveUp(error);
    }
  }

  /** What has begun as somebody known, and was wrong. */
  #wrongAtHome(name: string): void {
    const count = this.#atHome.note(name);
    this.#atHome.settle(count, "failed");
  }
}

/** An attempt that was let through, by what it is counted. */
export class Pass {
  byAddress: Count | undefined;
  byUser: Count | undefined;
  /** Whether the user is known to log in from there. */
  atHome = false;

  constructor(
    readonly user: string | undefined,
    readonly address: string | undefined,
  ) {}

  through(byAddress: Count): this {
    this.byAddress = byAddress;
    return this;
  }
}
