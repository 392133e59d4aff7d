import { stackOf } from "../log/describe-error";

/** As much of a service as it takes to find one in a tree. */
interface Node {
  readonly path?: unknown;
  readonly services?: unknown;
}

/**
 * The path of the service that an error most likely comes from: the one whose methods its stack names, else the only
 * one there is. Where several may be meant it is the application's own. Node could tell for certain, but following
 * every asynchronous call costs each request 7 % on Node 20.
 */
export function suspectedPath(application: object, error: unknown): string | undefined {
  const leaves = leavesOf(application);
  const stack = stackOf(error);
  const named = leaves.filter((leaf) => isNamedIn(stack, leaf));
  const paths = new Set((named.length > 0 ? named : leaves).map(pathOf));
  const [first] = paths;
  return paths.size === 1 ? first : pathOf(application);
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

/** Stacks say `at Heartbeat.beat (…)`, `at async Heartbeat.beat (…)`, `at new Heartbeat (…)`. */
function isNamedIn(stack: string, service: object): boolean {
  const { name } = service.constructor;
  return name !== "" && new RegExp(`\\n\\s+at (?:async |new )*${escaped(name)}[. ]`).test(stack);
}

const escaped = (name: string): string => name.replace(/\$/g, "\\$&");
