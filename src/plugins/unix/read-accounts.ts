import { cryptFault } from "../crypt/crypt";
import type { CryptEntry } from "../crypt/crypt-checker";
import { readField } from "../crypt/crypt-format";

/** An account of the system. */
export interface Account extends CryptEntry {
  /** The day since 1970 from which on it does not log in; none if undefined. */
  readonly ends: number | undefined;
  /** Why it can't log in although it has a password. */
  readonly fault: string | undefined;
}

/** The accounts in lines of passwd(5), with the hashes of shadow(5) where the former say so. The first counts. */
export function readAccounts(passwd: readonly string[], shadow: readonly string[]): Map<string, Account> {
  const shadows = new Map(
    shadow
      .map(fieldsOf)
      .reverse()
      .map((fields) => [fields[0], fields]),
  );
  const accounts = new Map<string, Account>();
  for (const [name = "", field = ""] of passwd.map(fieldsOf)) {
    if (name === "" || accounts.has(name)) continue;
    const behind = /^[x*]$/.test(field) ? shadows.get(name) : undefined;
    const { hash } = readField(behind?.[1] ?? field);
    const fault = hash === undefined ? undefined : cryptFault(hash);
    accounts.set(name, { hash: fault === undefined ? hash : undefined, fault, ends: endOf(behind ?? []) });
  }
  return accounts;
}

const fieldsOf = (line: string): string[] => line.split(":");

/** shadow(5): the account's end, that of a password which had to be changed, and one that has to be at once. */
function endOf([, , changed, , most, , grace, expires]: readonly string[]): number | undefined {
  const ends = [day(expires)];
  if (day(changed) === 0) ends.push(0);
  const [since, days, more] = [day(changed), day(most), day(grace)];
  if (since !== undefined && days !== undefined && more !== undefined) ends.push(since + days + more + 1);
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

const day = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
