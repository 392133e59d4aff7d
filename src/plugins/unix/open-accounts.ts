import { UselessSourceError } from "../_errors";
import { refuseUseless } from "../crypt/crypt-format";
import type { Account } from "./read-accounts";
import { SystemAccounts } from "./system-accounts";
import { SYSTEM, type System } from "./system";

/**
 * The system's accounts, at least one of them able to log in. Of those that can't, though they have a password,
 * is told why.
 *
 * @throws NoAccessError, SourceDownError, UselessSourceError
 */
export async function openAccounts(
  warn: (line: string) => void,
  system: System = SYSTEM,
): Promise<SystemAccounts> {
  const source = new SystemAccounts(system);
  const accounts = await source.load();
  const faults = faultsOf(accounts);
  const all = [...accounts.values()];
  if (faults.length > 0 && all.every(({ hash }) => hash === undefined))
    throw new UselessSourceError(`no account can log in: ${faults.join("; ")}`);
  refuseUseless(all.map((account) => ({ ...account, isShadowed: false })));
  for (const fault of faults) warn(fault);
  return source;
}

/** A line for each way of not being able to log in, with whom it concerns. */
function faultsOf(accounts: ReadonlyMap<string, Account>): string[] {
  const names = new Map<string, string[]>();
  for (const [name, { fault }] of accounts)
    if (fault !== undefined) names.set(fault, [...(names.get(fault) ?? []), name]);
  return [...names].map(([fault, [first = "", ...more]]) => {
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    return `${first}${others} can't log in: ${fault}`;
  });
}
