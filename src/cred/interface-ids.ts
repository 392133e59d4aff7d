import { providedBy } from "../interface/implements";
import { interfaceId, PROVIDED } from "../interface/record";
import { ownMetadata } from "../metadata/metadata";
import type { ICredentials } from "./credentials";

const byClass = new WeakMap<object, ReadonlySet<symbol>>();

/** The interfaces that credentials provide, by their ids. Asked for at every login: those of a class are kept. */
export function interfaceIdsOf(credentials: ICredentials): ReadonlySet<symbol> {
  const prototype = Object.getPrototypeOf(credentials) as object | null;
  if (prototype === null || ownMetadata(PROVIDED, credentials)) return idsOf(credentials);
  const known = byClass.get(prototype) ?? idsOf(credentials);
  byClass.set(prototype, known);
  return known;
}

const idsOf = (credentials: ICredentials): ReadonlySet<symbol> =>
  new Set(providedBy(credentials).map(interfaceId));
