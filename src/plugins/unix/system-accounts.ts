import type { LoginAttempt } from "appd";
import type { CryptSource } from "../crypt/crypt-checker";
import { NoAccessError } from "../_errors";
import { readAccounts, type Account } from "./read-accounts";
import { SYSTEM, type System } from "./system";

/** Milliseconds after which is asked again what a directory behind getent may have changed. */
const FRESH = 30_000;
const DAY = 86_400_000;

export type Accounts = ReadonlyMap<string, Account>;

/** The system's accounts. Read again when the files behind them have changed, and now and then for the others. */
export class SystemAccounts implements CryptSource {
  readonly #system: System;
  #all: Accounts = new Map();
  #living: { readonly accounts: Accounts; readonly of: Accounts; readonly day: number } | undefined;
  #looked = { stamp: "", until: 0 };
  #loading: Promise<Accounts> | undefined;

  constructor(system: System = SYSTEM) {
    this.#system = system;
  }

  /**
   * Reads them.
   *
   * @throws NoAccessError where the shadow file can't be read, SourceDownError where getent fails
   */
  async load(): Promise<Accounts> {
    this.#looked = { stamp: await this.#system.stamp(), until: this.#system.now() + FRESH };
    if (!(await this.#system.canReadShadow())) throw new NoAccessError(NO_ACCESS);
    const passwd = await this.#system.getent("passwd");
    this.#all = readAccounts(passwd, await this.#system.getent("shadow"));
    return this.#all;
  }

  /** Those that have not ended; what was known before where they can't be read any more. */
  async entries(attempt?: Pick<LoginAttempt, "complain">): Promise<Accounts> {
    try {
      if (await this.#isOld()) await this.#reload();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      attempt?.complain(`the system's accounts: ${problem}; what was read before still counts`, error);
    }
    return this.#today();
  }

  async #isOld(): Promise<boolean> {
    const { stamp, until } = this.#looked;
    return this.#system.now() >= until || (await this.#system.stamp()) !== stamp;
  }

  #reload(): Promise<Accounts> {
    return (this.#loading ??= this.load().finally(() => (this.#loading = undefined)));
  }

  #today(): Accounts {
    const day = Math.floor(this.#system.now() / DAY);
    if (this.#living?.of !== this.#all || this.#living.day !== day) {
      const living = [...this.#all].map(([name, account]): [string, Account] => [
        name,
        account.ends !== undefined && day >= account.ends ? { ...account, hash: undefined } : account,
      ]);
      this.#living = { accounts: new Map(living), of: this.#all, day };
    }
    return this.#living.accounts;
  }
}

const NO_ACCESS = "the shadow file can't be read: run as root, or in the group that may read it";
