import type { Logger } from "../log/logger";
import { SILENT } from "../log/silent-logger";
import { systemClock, type Clock } from "./clock";
import { UnheardFailure } from "./errors";
import { NOTHING_INHERITED, type Inherited } from "./inherited";

/** What the root of a tree gives to every service in it. */
export interface Surroundings {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Bounds what a failed start rolls back. */
  readonly undoSignal: AbortSignal | undefined;
  /** How long servers leave idle connections open once they stop, in the place of what each says. */
  readonly idleGrace: number | undefined;
  /** What the process was given when it was started; a root of an older version has none. */
  readonly inherited?: Inherited | undefined;
  /**
   * Calls back when the process ends although services still run, as after a second Ctrl-C: only what is done at once
   * gets done. Gives the way to call it off. Not there where nobody knows of such an end.
   */
  readonly atExit?: ((listener: () => void) => () => void) | undefined;
  /** Takes the fault of the service that is called `label`. */
  failed(label: string, error: unknown): void;
}

/** Where a root keeps what it gives. A contract between versions, as are the names below: only ever add to it. */
export const SURROUNDINGS = Symbol.for("appd:service.surroundings.v1");

/** How a collection tells a service of its parent. */
export const LINK = Symbol.for("appd:service.link.v1");

/** How a collection tells what a child without a name is called in paths. */
export const SEGMENT = Symbol.for("appd:service.segment.v1");

/** Where a service keeps what it had before it left a tree, until it has stopped. */
export const LEFT = Symbol.for("appd:service.left.v1");

export interface Left {
  readonly path: string;
  readonly surroundings: Surroundings;
}

/** What is asked of whatever a service is in. */
export interface Ancestor {
  readonly name?: string | undefined;
  readonly parent?: object | undefined;
  readonly [LEFT]?: Left | undefined;
  readonly [SURROUNDINGS]?: Surroundings;
  readonly [SEGMENT]?: (child: object) => string | undefined;
}

/** What the root of the tree gives that `service` is in, or left and has not yet stopped. */
export function surroundingsOf(service: Ancestor): Surroundings {
  // Asked for every line of the log, as the path is: a loop is quicker than what yields.
  let root = service;
  for (let at: Ancestor | undefined = service; at; at = at.parent) root = at;
  return root[SURROUNDINGS] ?? root[LEFT]?.surroundings ?? NOWHERE;
}

/**
 * The names from the root down to a service. One without a name has its parent's path where it is the only one
 * without, and goes by its class where there are several.
 */
export function pathOf(service: Ancestor): string {
  let path: string | undefined;
  for (let at: Ancestor | undefined = service; at; at = at.parent) {
    const name = at[LEFT] ? at[LEFT].path : (at.name ?? segmentOf(at));
    if (name !== undefined) path = path === undefined ? name : `${name}/${path}`;
  }
  return path ?? "";
}

function segmentOf(service: Ancestor): string | undefined {
  const parent: Ancestor | undefined = service.parent;
  return parent?.[SEGMENT] ? parent[SEGMENT](service) : undefined;
}

/** What a service has that is in no application. */
const NOWHERE: Surroundings = {
  logger: SILENT,
  clock: systemClock,
  undoSignal: undefined,
  idleGrace: undefined,
  inherited: NOTHING_INHERITED,
  failed(label, error) {
    throw new UnheardFailure(label, error);
  },
};
