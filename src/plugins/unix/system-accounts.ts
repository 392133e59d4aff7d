import type { LoginAttempt } from "appd";
import type { CryptSource } from "../crypt/crypt-checker";
import { NoAccessError } from "../_errors";
import { readAccounts, type Account } from "./read-accounts";
import { Remembered } from "./remembered";
import { SYSTEM, type System } from "./system";

const DAY = 86_400_000;

export type Accounts = ReadonlyMap<string, Account>;

/** The accounts of the system, with their hashes. */
export class SystemAccounts implements CryptSource {
  readonly #system: System;
  readonly #accounts: Remembered<Accounts>;
  #living: { readonly accounts: Accounts; readonly of: Accounts; readonly day: number } | undefined;

  constructor(system: System = SYSTEM) {
    this.#system = system;
    this.#accounts = new Remembered(system, () => readSystem(system));
  }

  /**
   * Reads them.
   *
   * @throws NoAccessError where the shadow file can't be read, SourceDownError where getent fails
   */
  load(): Promise<Accounts> {
    return this.#accounts.load();
  }

  revision(): Promise<unknown> {
    return this.entries();
  }

  /** Those that have not ended have their hash. */
  async entries(attempt?: Pick<LoginAttempt, "complain">): Promise<Accounts> {
    const all = await this.#accounts.current(attempt);
    const day = Math.floor(this.#system.now() / DAY);
    if (this.#living?.of !== all || this.#living.day !== day)
      this.#living = { accounts: livingAt(day, all), of: all, day };
    return this.#living.accounts;
  }
}

async function readSystem({ canReadShadow, getent }: System): Promise<Accounts> {
  if (!(await canReadShadow()))
    throw new NoAccessError("the shadow file can't be read: run as root, or in the group that may read it");
  const passwd = await getent("passwd");
  return readAccounts(passwd, await getent("shadow"));
}

function livingAt(day: number, all: Accounts): Accounts {
  const living = new Map<string, Account>();
  for (const [name, account] of all)
    living.set(name, day < (account.ends ?? Infinity) ? account : { ...account, hash: undefined });
  return living;
}
