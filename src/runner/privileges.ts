/**
 * Giving up privileges: in the one order that works, and then shown to have worked. What is not exactly as it was
 * asked for ends the start: a process that is half of root is worse than none.
 */
import { attempt } from "./attempt";
import { PrivilegesError } from "./errors";
import { sorted, type Identity } from "./identity";
import { fieldIn, type ProcessIds, type Threads } from "./process-ids";

/** Whether the process is already all that it is to be. */
export function isAlready({ uid, gid, groups }: Identity, ids: ProcessIds): boolean {
  const user = uid === undefined || (ids.uid() === uid && ids.effectiveUid() === uid);
  const group = gid === undefined || (ids.gid() === gid && ids.effectiveGid() === gid);
  return user && group && (groups === undefined || isSame(groups, ids.groups()));
}

/**
 * Finds out whether the process could run as somebody else, while nothing has happened yet.
 *
 * @throws PrivilegesError when it is not permitted; PrivilegesSetupError when Node would not do it
 */
export function refuseUnlessPermitted(identity: Identity, ids: ProcessIds): void {
  if (isAlready(identity, ids)) return;
  const me = ids.effectiveUid();
  if (me !== 0)
    throw new PrivilegesError(
      `only root can become ${identity.words}, and this is user ${me}: start it as root, or leave out --uid, ` +
        "--gid and --groups and start it as that user (sudo -u, or User= in a systemd unit)",
    );
  // Nothing but what it has already: a container without the capability says so now.
  attempt("set its supplementary groups", () => ids.setGroups(ids.groups()));
}

/**
 * Becomes somebody else for good, all threads of the process with it.
 *
 * @throws PrivilegesError when any of it fails, or can't be shown to have worked
 */
export function become(identity: Identity, ids: ProcessIds, threads: Threads): void {
  const { uid, gid, groups } = identity;
  const isDone = isAlready(identity, ids);
  if (!isDone) {
    // The user last: whoever is no longer root can't change his groups any more.
    if (groups !== undefined) attempt("set its supplementary groups", () => ids.setGroups(groups));
    if (gid !== undefined) attempt(`change to group ${gid}`, () => ids.setGid(gid));
    if (uid !== undefined) attempt(`change to user ${uid}`, () => ids.setUid(uid));
  }
  proveIds(identity, ids);
  for (const status of threads.read()) proveThread(status, { ...identity, mayHaveCapabilities: isDone });
  // Only now: it would be root again.
  if (uid !== undefined && uid !== 0) proveNoWayBack(identity, ids);
}

function proveIds({ uid, gid }: Identity, ids: ProcessIds): void {
  const all = [
    [uid, ids.uid(), "user"],
    [uid, ids.effectiveUid(), "effective user"],
    [gid, ids.gid(), "group"],
    [gid, ids.effectiveGid(), "effective group"],
  ] as const;
  for (const [wanted, found, what] of all)
    if (wanted !== undefined && wanted !== found)
      throw notDropped(`its ${what} is ${found} instead of ${wanted}`);
}

interface Wanted extends Identity {
  /** One that was started so may have been given some on purpose. */
  readonly mayHaveCapabilities: boolean;
}

/** Real, effective, saved, and that of files: by the saved one there would be a way back. */
function proveThread(status: string, { uid, gid, groups, mayHaveCapabilities }: Wanted): void {
  const has = (name: string): string[] => fieldIn(status, name) ?? [];
  const thread = `thread ${has("Pid")[0] ?? "?"}`;
  const all = [
    [uid, has("Uid"), "user"],
    [gid, has("Gid"), "group"],
  ] as const;
  for (const [wanted, found, what] of all)
    if (wanted !== undefined && found.some((id) => id !== String(wanted)))
      throw notDropped(`${thread} still has ${what} ${found.join(", ")}`);
  if (groups !== undefined && !isSame(groups, has("Groups").map(Number)))
    throw notDropped(`${thread} has the supplementary groups ${has("Groups").join(", ") || "none"}`);
  if (uid === undefined || uid === 0 || mayHaveCapabilities) return;
  for (const name of ["CapPrm", "CapEff", "CapAmb"])
    if (/[^0]/.test(has(name)[0] ?? "")) throw notDropped(`${thread} still has capabilities (${name})`);
}

function proveNoWayBack({ gid }: Identity, ids: ProcessIds): void {
  if (works(() => ids.setUid(0))) throw notDropped("it could become root again");
  if (gid !== undefined && gid !== 0 && works(() => ids.setGid(0)))
    throw notDropped("it could take root's group again");
}

function works(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

const isSame = (some: readonly number[], others: readonly number[]): boolean =>
  sorted(some).join() === sorted(others).join();

const notDropped = (found: string): PrivilegesError =>
  new PrivilegesError(`the process did not give up its privileges: ${found}`);
