import { readdirSync, readFileSync, statSync } from "node:fs";
import { fingerprint, isRacy, sameStamp, stampAt, type Stamp } from "./stamp";

/**
 * What a file, a folder or an empty place looked like when something was learnt from it. As long as it looks the
 * same, what was learnt holds; where it looks different, its content decides.
 */
export interface Witness {
  readonly path: string;
  /** Undefined: nothing was there. */
  readonly stamp?: Stamp | undefined;
  /** The fingerprint of its content, of a folder its names; empty if that was not to be had. */
  readonly print: string;
  /** Seen so soon after a change that the next one may leave no trace in the stamp. */
  readonly unsure: boolean;
}

/** Looks at a path, at a moment `now`. */
export function witness(path: string, now: number): Witness {
  const stamp = stampAt(path);
  return stamp
    ? { path, stamp, print: printOf(path), unsure: isRacy(stamp, now) }
    : { path, print: "", unsure: false };
}

/** Looks at a path after something was read of it, which began at `since`: a change after that is not vouched for. */
export function witnessAfterwards(path: string, since: number): Witness {
  const seen = witness(path, since);
  return seen.stamp && Math.max(seen.stamp[1], seen.stamp[2]) > since ? { ...seen, print: "" } : seen;
}

/** Whether it certainly is as it was, at the price of one stat. */
export const isUntouched = (seen: Witness, stamp = stampAt(seen.path)): boolean =>
  !seen.unsure && (seen.stamp && stamp ? sameStamp(seen.stamp, stamp) : seen.stamp === stamp);

/** The witness as it is to be kept if nothing changed, also after a closer look; undefined if something did. */
export function confirmed(seen: Witness, since: number): Witness | undefined {
  if (isUntouched(seen)) return seen;
  const now = witness(seen.path, since);
  if (!seen.stamp || !now.stamp) return seen.stamp === now.stamp ? seen : undefined;
  return seen.print !== "" && seen.print === now.print ? now : undefined;
}

function printOf(path: string): string {
  try {
    const isFolder = statSync(path).isDirectory();
    return fingerprint(isFolder ? readdirSync(path).sort().join("/") : readFileSync(path, "latin1"));
  } catch {
    return "";
  }
}
