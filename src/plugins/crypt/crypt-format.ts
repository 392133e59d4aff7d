import type { LineFormat } from "appd";
import { UselessSourceError } from "../_errors";
import { cryptFault } from "./crypt";
import type { CryptEntry } from "./crypt-checker";

/** What stands between a name and the next colon. */
export interface CryptField extends CryptEntry {
  /** What stands there says that the password stands elsewhere. */
  readonly isShadowed: boolean;
}

/** passwd(5) and htpasswd alike: the hash is the first of the fields behind the name. */
export const cryptFormat: LineFormat<CryptField> = {
  readEntry(rest) {
    const entry = readField(rest.split(":", 1)[0] ?? "");
    const fault = entry.hash === undefined ? undefined : cryptFault(entry.hash);
    if (fault !== undefined) throw new Error(fault);
    return entry;
  },
};

/** A field without a password, with one that stands elsewhere, or with one that was locked, logs nobody in. */
export function readField(field: string): CryptField {
  const isLocked = field === "" || field === "x" || /^[*!]/.test(field);
  return { hash: isLocked ? undefined : field, isShadowed: field === "x" };
}

/**
 * Refuses accounts of whom none could ever log in. Asked at the start only: later, it may be meant so.
 *
 * @throws UselessSourceError
 */
export function refuseUseless(entries: Iterable<CryptField>): void {
  const all = [...entries];
  if (all.some(({ hash }) => hash !== undefined)) return;
  const shadowed = all.filter(({ isShadowed }) => isShadowed).length;
  throw new UselessSourceError(`no entry has a password here ${whyNone(all.length, shadowed)}`);
}

function whyNone(count: number, shadowed: number): string {
  if (count === 0) return "(there are no entries)";
  if (shadowed === 0) return `(${count} of ${count} are locked)`;
  return `(${shadowed} of ${count} are shadowed); use --auth unix`;
}
