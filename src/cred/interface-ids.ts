import { providedBy } from "../interface/implements";
import { interfaceId } from "../interface/record";
import type { ICredentials } from "./credentials";

const byClass = new WeakMap<object, ReadonlySet<symbol>>();

/** The interfaces of the class of credentials, by their ids. Asked for at every login, so they are kept. */
export function interfaceIdsOf(credentials: ICredentials): ReadonlySet<symbol> {
  const prototype = Object.getPrototypeOf(credentials) as object | null;
  if (prototype === null || prototype === Object.prototype) return providedIdsOf(credentials);
  let known = byClass.get(prototype);
  if (!known) byClass.set(prototype, (known = providedIdsOf(Object.create(prototype) as ICredentials)));
  return known;
}

/** With those that the object provides by itself: `directlyProvides` is rare, and slow to ask for. */
export const providedIdsOf = (credentials: ICredentials): ReadonlySet<symbol> =>
  new Set(providedBy(credentials).map(interfaceId));
