import type { LoginAttempt } from "appd";
import type { System } from "./system";

/** Milliseconds after which is asked again what a directory behind getent may have changed. */
const FRESH = 30_000;

/**
 * What the system says of its accounts. It is asked again when the files behind it have changed, and now and then
 * for what stands elsewhere; what it said before still counts where that fails.
 */
export class Remembered<T> {
  readonly #system: System;
  readonly #ask: () => Promise<T>;
  #answer: { readonly is: T } | undefined;
  #looked = { stamp: "", until: 0 };
  #asking: Promise<T> | undefined;

  constructor(system: System, ask: () => Promise<T>) {
    this.#system = system;
    this.#ask = ask;
  }

  /** Asks. */
  async load(): Promise<T> {
    this.#looked = { stamp: await this.#system.stamp(), until: this.#system.now() + FRESH };
    const answer = await this.#ask();
    this.#answer = { is: answer };
    return answer;
  }

  /** @throws what asking throws, if it has never been answered */
  async current(attempt?: Pick<LoginAttempt, "complain">): Promise<T> {
    try {
      if (!this.#answer || (await this.#isOld())) return await this.#reload();
    } catch (error) {
      if (!this.#answer) throw error;
      const problem = error instanceof Error ? error.message : String(error);
      attempt?.complain(`the system's accounts: ${problem}; what was read before still counts`, error);
    }
    return this.#answer.is;
  }

  async #isOld(): Promise<boolean> {
    const { stamp, until } = this.#looked;
    return this.#system.now() >= until || (await this.#system.stamp()) !== stamp;
  }

  /** Of several who find it old at once, one asks. */
  #reload(): Promise<T> {
    return (this.#asking ??= this.load().finally(() => (this.#asking = undefined)));
  }
}
