import { stackOf } from "../log/describe-error";

/** As much of a service as it takes to find one in a tree. */
interface Node {
  readonly path?: unknown;
  readonly services?: unknown;
}

/**
 * The path of the service that an error most likely comes from: the one whose methods its stack names, else the only
 * one there is. Where several may be meant it is the application's own. Node could tell for certain by following
 * every asynchronous call, but that costs each request 7 % on Node 20.
 */
export function suspectedPath(application: object, error: unknown): string | undefined {
  const leaves = leavesOf(application);
  for (const frame of framesOf(stackOf(error))) {
    const named = new Set(leaves.filter((leaf) => isNamedBy(frame, leaf)).map(pathOf));
    if (named.size === 1) return [...named][0];
  }
  const paths = new Set(leaves.map(pathOf));
  return paths.size === 1 ? [...paths][0] : pathOf(application);
}

function leavesOf(service: object): object[] {
  const { services } = service as Node;
  if (!Array.isArray(services) || services.length === 0) return [service];
  return services.flatMap((child: unknown) => (typeof child === "object" && child ? leavesOf(child) : []));
}

function pathOf(service: object): string | undefined {
  const { path } = service as Node;
  return typeof path === "string" && path !== "" ? path : undefined;
}

interface Frame {
  /** Missing in a stack that source maps have been applied to. */
  readonly type: string | undefined;
  readonly method: string;
}

/** `at Heartbeat.beat (…)`, `at async beat (…)`, `at new Heartbeat (…)`; what Node itself does is no clue. */
function framesOf(stack: string): Frame[] {
  return [...stack.matchAll(/^\s+at (?:async |new )*(?:([\w$]+)\.)?([\w$]+) (?!.*\(node:)/gm)].map(
    ([, type, method = ""]) => ({ type, method }),
  );
}

function isNamedBy({ type, method }: Frame, service: object): boolean {
  const { name } = service.constructor;
  if (type === name || method === name) return true;
  return type === undefined && hasMethod(service, method);
}

/** Whether its author gave it a method of that name; what every service has is no clue. */
function hasMethod(service: object, method: string): boolean {
  for (let at: unknown = Object.getPrototypeOf(service); isAuthored(at); at = Object.getPrototypeOf(at))
    if (Object.hasOwn(at, method)) return true;
  return false;
}

const isAuthored = (prototype: unknown): prototype is object =>
  typeof prototype === "object" &&
  prototype !== null &&
  prototype !== Object.prototype &&
  !Object.hasOwn(prototype, "setServiceParent");
