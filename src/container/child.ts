import type { Registration } from "./bound";
import { UnknownTsyringeError } from "./errors";
import type { Class } from "./token";
import { tsyringe } from "./tsyringe";

/** How tsyringe asks for one thing, and for all that is bound to a token. */
type Resolve = (token: unknown, context?: unknown, optional?: boolean) => unknown;

/** The part of tsyringe's container that appd relies on; the last four are not in its types. */
interface Internals {
  readonly resolve: Resolve;
  readonly resolveAll: Resolve;
  readonly isRegistered: (token: unknown, recursive?: boolean) => boolean;
  readonly getRegistration: (token: unknown) => Registration | null;
  readonly getAllRegistrations: (token: unknown) => Registration[] | null;
  readonly construct: (cls: Class, context: unknown) => unknown;
}

/** What the container answers in tsyringe's place. */
export interface Answers {
  readonly resolve: Resolve;
  readonly resolveAll: Resolve;
  readonly isRegistered: (token: unknown) => boolean;
  readonly registrations: (token: unknown) => Registration[] | undefined;
  readonly construct: Internals["construct"];
}

/** A child of tsyringe's global container. Its own ways stay reachable behind the answers put in front. */
export interface Child {
  /** The container as users' factories get it. */
  readonly facade: unknown;
  readonly resolve: Resolve;
  readonly resolveAll: Resolve;
  /** What was registered globally, with global instances: never to be used as it is. */
  readonly globals: (token: unknown) => Registration[];
}

const RELIED_ON = [
  "resolve",
  "resolveAll",
  "isRegistered",
  "getRegistration",
  "getAllRegistrations",
  "construct",
] as const;

/**
 * Makes the child and shadows its methods on this one object. tsyringe calls its own methods for every
 * parameter, token and factory, so that the answers see whatever is asked for.
 *
 * @throws UnknownTsyringeError
 */
export function childOfRoot(answers: Answers): Child {
  const { container: root } = tsyringe();
  const child = root.createChildContainer() as unknown as Internals;
  const parent = root as unknown as Internals;
  const missing = RELIED_ON.find((method) => typeof child[method] !== "function");
  if (missing !== undefined) throw new UnknownTsyringeError(missing);
  const { resolve, resolveAll } = child;
  Object.assign(child, {
    resolve: answers.resolve,
    resolveAll: answers.resolveAll,
    isRegistered: (token: unknown) => answers.isRegistered(token) || parent.isRegistered(token),
    getRegistration: (token: unknown) => answers.registrations(token)?.at(-1) ?? null,
    getAllRegistrations: (token: unknown) => answers.registrations(token) ?? null,
    construct: answers.construct,
  });
  return {
    facade: child,
    resolve: (...args) => resolve.apply(child, args),
    resolveAll: (...args) => resolveAll.apply(child, args),
    globals: (token) => parent.getAllRegistrations(token) ?? [],
  };
}
