import { accountNumber, accountOf, type Account } from "../base/accounts";
import { attempt } from "./attempt";
import { PrivilegesUsageError } from "./errors";
import type { Asked } from "./privileges-asked";
import type { ProcessIds } from "./process-ids";

/** The same in numbers. What is undefined stays as it is. */
export interface Identity {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly groups: readonly number[] | undefined;
  /** `user www-data (33), group www-data (33), supplementary groups 33`. */
  readonly words: string;
}

/**
 * Looks up who is meant. Without a group it is the user's first one; without supplementary groups those that the
 * system has for the user, and none where it has no such user. Root's are left as they are.
 *
 * @throws UnknownAccountError; PrivilegesUsageError where nobody can say which group it is to be
 */
export async function identityOf(asked: Asked, ids: ProcessIds): Promise<Identity> {
  const user = asked.uid === undefined ? undefined : await accountOf("user", asked.uid);
  const given = asked.gid === undefined ? undefined : await accountOf("group", asked.gid);
  const gid = given?.number ?? (user?.number === 0 ? undefined : user?.group);
  if (user && user.number !== 0 && gid === undefined)
    throw new PrivilegesUsageError(`user ${user.number} has no account that says its group: add --gid`);
  const group = given ?? (gid === undefined ? undefined : await accountOf("group", gid));
  const groups = asked.groups
    ? sorted(await Promise.all(asked.groups.map((one) => accountNumber("group", one))))
    : groupsOf(user, gid, ids);
  return { uid: user?.number, gid, groups, words: inWords({ user, group, groups }) };
}

/** Only root can ask for those of others, who need not be asked: they have theirs. */
function groupsOf(
  user: Account | undefined,
  gid: number | undefined,
  ids: ProcessIds,
): readonly number[] | undefined {
  if (!user || user.number === 0 || gid === undefined || ids.effectiveUid() !== 0) return undefined;
  return user.name === undefined ? [] : membershipsOf(user.name, gid, ids);
}

/** As initgroups(3) finds them, now: in another root there may be nobody to ask. */
function membershipsOf(name: string, gid: number, ids: ProcessIds): readonly number[] {
  const own = ids.groups();
  attempt("set its supplementary groups", () => ids.initGroups(name, gid));
  const groups = sorted(ids.groups());
  ids.setGroups(own);
  return groups;
}

export const sorted = (groups: readonly number[]): readonly number[] =>
  [...new Set(groups)].sort((one, other) => one - other);

interface Parts {
  readonly user: Account | undefined;
  readonly group: Account | undefined;
  readonly groups: readonly number[] | undefined;
}

function inWords({ user, group, groups }: Parts): string {
  const parts = [
    user && `user ${named(user)}`,
    group && `group ${named(group)}`,
    groups && (groups.length === 0 ? "no supplementary groups" : `supplementary groups ${groups.join(", ")}`),
  ];
  return parts.filter(Boolean).join(", ");
}

const named = ({ name, number }: Account): string =>
  name === undefined ? String(number) : `${name} (${number})`;
