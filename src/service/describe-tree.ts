import { messageOf } from "../log/describe-error";
import type { IService } from "./i-service";
import type { ServiceState } from "./lifecycle";
import { pathOf } from "./surroundings";

/** A service and all that is in it, as data that JSON can hold. */
export interface ServiceDescription {
  readonly name?: string;
  /** What the log calls it: `myproject/web/timer`. */
  readonly path: string;
  /** The name of its class. */
  readonly kind: string;
  readonly state: ServiceState;
  /** What the service tells of itself, see {@link Service.describe}. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** In the order in which they start. */
  readonly children: readonly ServiceDescription[];
}

/**
 * What a tree looks like at this moment. It asks nothing of a service but what it says of itself, so it may be
 * called at any time; a service that can't tell costs its own `details`, which then hold the `error`.
 *
 * ```ts
 * console.log(JSON.stringify(describeTree(application), null, 2));
 * ```
 */
export function describeTree(service: IService): ServiceDescription {
  return describe(service, new Set());
}

/** What a service may offer beyond what the interface asks for. */
type Described = IService & {
  readonly state?: ServiceState;
  readonly services?: unknown;
  readonly describe?: () => unknown;
};

function describe(service: Described, above: ReadonlySet<IService>): ServiceDescription {
  const { name, state = service.running ? "started" : "stopped" } = service;
  const details = detailsOf(service);
  const here = new Set(above).add(service);
  // Only a collection that is none of appd's can have itself inside.
  const children = Array.isArray(service.services) && !above.has(service) ? service.services : [];
  return {
    ...(name === undefined ? {} : { name }),
    path: pathOf(service),
    kind: service.constructor.name,
    state,
    ...(details === undefined ? {} : { details }),
    children: (children as Described[]).map((child) => describe(child, here)),
  };
}

function detailsOf(service: Described): Readonly<Record<string, unknown>> | undefined {
  if (typeof service.describe !== "function") return undefined;
  try {
    const told = service.describe();
    if (typeof told !== "object" || told === null) return undefined;
    return JSON.parse(JSON.stringify(told)) as Record<string, unknown>;
  } catch (error) {
    return { error: messageOf(error) };
  }
}
