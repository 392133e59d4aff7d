import { IProcess } from "../service/i-process";
import type { Companion } from "./companion";
import type { Runnable } from "./run-options";

/** Whom a run is to run as, by number or by name. */
export interface Asked {
  readonly uid?: number | string | undefined;
  readonly gid?: number | string | undefined;
  /** Supplementary groups; an empty list for none. */
  readonly groups?: readonly (number | string)[] | undefined;
}

/** Loads what gives up privileges where somebody asks for it: the command line, or the application. */
export function privileges(typed: Asked): Companion {
  let found: Companion | undefined;
  const find = async (asked: Asked): Promise<Companion | undefined> => {
    if (found || !asksForAnything(asked)) return found;
    const { PrivilegesCompanion } = await import("./privileges-companion");
    return (found = new PrivilegesCompanion(typed));
  };
  return {
    prepare: async (run) => (await find(typed))?.prepare?.(run),
    made: async (run) => (await find(wishesOf(run.application)))?.made?.(run),
    bound: (run) => found?.bound?.(run),
  };
}

/** What an application says of whom it wants to run as. */
export function wishesOf(application: Runnable | undefined): Pick<Asked, "uid" | "gid"> {
  return application instanceof IProcess ? { uid: application.uid, gid: application.gid } : {};
}

export const asksForAnything = ({ uid, gid, groups }: Asked): boolean =>
  uid !== undefined || gid !== undefined || groups !== undefined;
