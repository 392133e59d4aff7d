import { readFileSync } from "node:fs";
import type { LaunchAnswer } from "./protocol";
import type { ControlRecord } from "./records";

/** Tells what a run was started with from anything else, and nobody who reads it what that was. */
export function sealOf(launch: LaunchAnswer): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(JSON.stringify(launch)).digest("hex");
}

/**
 * Whether a run may say how it is started again. One that has become another user could have been made to say
 * anything by now, and it is this user who would run it: it must be what was sealed before.
 */
export function isBelieved({ pid, launch: seal }: ControlRecord, launch: LaunchAnswer): boolean {
  return seal === undefined ? !isOthers(pid) : seal === sealOf(launch);
}

/** Whether a process is known to be another user's, in any way. */
function isOthers(pid: number): boolean {
  const me = String(process.geteuid?.() ?? "");
  try {
    const [, uids = me] = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return uids.split(/\s+/).some((uid) => uid !== me);
  } catch {
    return false;
  }
}
