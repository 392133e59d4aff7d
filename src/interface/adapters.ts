import { DuplicateAdapterError } from "./errors";
import { classOf, implementedBy, providedBy, provides } from "./implements";
import { classChain, interfaceId, isInterface, recordOf, type AbstractClass } from "./record";

/** One way from an interface (or a class) to an interface. A contract between versions: only ever add to it. */
interface Adapter {
  readonly factory: (object: never) => unknown;
  readonly from: AbstractClass;
  readonly to: AbstractClass;
}

/** Every copy of appd in the process shares these: whoever adapts need not know who registered. */
const WORLD = Symbol.for("appd.interface.adapters.v1");

/**
 * Registers how to make something that provides `to` of what provides `from`, an interface or a class.
 * Gives back the way to forget it again.
 *
 * @throws DuplicateAdapterError for the same pair again
 */
export function registerAdapter<From, To>(
  factory: (object: From) => To | undefined,
  from: AbstractClass<From>,
  to: AbstractClass<To>,
): () => void {
  recordOf(to, "registerAdapter");
  const adapters = world();
  if (adapters.some((known) => same(known.from, from) && same(known.to, to)))
    throw new DuplicateAdapterError(from.name, to.name);
  const adapter: Adapter = { factory, from, to };
  adapters.push(adapter);
  return () => {
    const at = adapters.indexOf(adapter);
    if (at >= 0) adapters.splice(at, 1);
  };
}

/**
 * The object itself if it provides `wanted`; else what the first adapter makes of it that leads from what it
 * provides, its nearest first, to `wanted` or to an interface that extends it; else undefined.
 */
export function adapt<T>(object: unknown, wanted: AbstractClass<T>): T | undefined {
  if (provides(object, wanted)) return object;
  const ways = world().filter(({ to }) => leadsTo(to, wanted));
  for (const from of origins(object)) {
    for (const way of ways.filter((candidate) => same(candidate.from, from))) {
      const adapted = way.factory(object as never);
      if (adapted !== undefined && adapted !== null) return adapted as T;
    }
  }
  return undefined;
}

/** The interfaces and classes from which some adapter leads to `wanted`. */
export function adaptableTo(wanted: AbstractClass): AbstractClass[] {
  return world()
    .filter(({ to }) => leadsTo(to, wanted))
    .map(({ from }) => from);
}

function world(): Adapter[] {
  const shared = globalThis as { [WORLD]?: Adapter[] | undefined };
  return (shared[WORLD] ??= []);
}

function origins(object: unknown): AbstractClass[] {
  const cls = typeof object === "object" && object !== null ? classOf(object) : undefined;
  return [...providedBy(object), ...(cls ? classChain(cls) : [])];
}

const leadsTo = (to: AbstractClass, wanted: AbstractClass): boolean =>
  implementedBy(to).some((extended) => same(extended, wanted));

const same = (a: AbstractClass, b: AbstractClass): boolean =>
  a === b || (isInterface(a) && isInterface(b) && interfaceId(a) === interfaceId(b));
