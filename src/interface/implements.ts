import { ownMetadata, recordMetadata, type MetadataKey } from "../metadata/metadata";
import { refuseStandardDecorator } from "../metadata/legacy-decorator";
import {
  classChain,
  IMPLEMENTED,
  interfaceId,
  isInterface,
  PROVIDED,
  recordOf,
  type AbstractClass,
} from "./record";

/** What a class must be to implement every one of the interfaces in `I`. */
export type AllOf<I extends readonly AbstractClass[]> = {
  [K in keyof I]: (instance: I[K] extends AbstractClass<infer T> ? T : never) => void;
}[number] extends (instance: infer All) => void
  ? All
  : never;

/**
 * Says that a class implements interfaces. A class that lacks a member of one does not compile. Write the
 * language's own `implements` too: its message is the better one.
 *
 * ```ts
 * @Implements(IRealm)
 * class MyRealm implements IRealm { … }
 * ```
 *
 * @throws NoInterfaceError
 */
export function Implements<const I extends readonly AbstractClass[]>(
  ...interfaces: I
): (target: AbstractClass<AllOf<I>>, context?: never) => void {
  return (target, context) => {
    refuseStandardDecorator("Implements", context);
    append(IMPLEMENTED, { to: target, interfaces, where: `@Implements on ${target.name}` });
  };
}

/**
 * Says of one object that it provides interfaces, whatever its class says. Also of a class as an object: its
 * instances are not meant then.
 *
 * @throws NoInterfaceError
 */
export function directlyProvides<T extends object, const I extends readonly AbstractClass[]>(
  object: T & AllOf<I>,
  ...interfaces: I
): asserts object is T & AllOf<I> {
  append(PROVIDED, { to: object, interfaces, where: "directlyProvides" });
}

/**
 * The interfaces that a class implements: its own first, then those of the classes it extends, each followed
 * by the interfaces that it extends in turn. An interface implements itself.
 */
export function implementedBy(cls: AbstractClass): AbstractClass[] {
  return closure(classChain(cls).flatMap(ownInterfaces));
}

/** The interfaces that an object provides: directly, then by its class. */
export function providedBy(object: unknown): AbstractClass[] {
  if (!isObject(object)) return [];
  const direct = ownMetadata(PROVIDED, object) ?? [];
  const cls = classOf(object);
  return closure([...direct, ...(cls ? classChain(cls).flatMap(ownInterfaces) : [])]);
}

/**
 * Whether an object provides an interface; `object instanceof IFoo` asks the same.
 *
 * @throws NoInterfaceError
 */
export function provides<T>(object: unknown, wanted: AbstractClass<T>): object is T {
  const { id } = recordOf(wanted, "provides");
  return providedBy(object).some((provided) => interfaceId(provided) === id);
}

/** The class of an object, whatever its `constructor` field says. */
export function classOf(object: object): AbstractClass | undefined {
  for (let at = prototypeOf(object); at; at = prototypeOf(at)) {
    const made = Object.getOwnPropertyDescriptor(at, "constructor")?.value as unknown;
    if (typeof made === "function") return made as unknown as AbstractClass;
  }
  return undefined;
}

interface Declaration {
  readonly to: object;
  readonly interfaces: readonly AbstractClass[];
  readonly where: string;
}

function append(key: MetadataKey<readonly AbstractClass[]>, { to, interfaces, where }: Declaration): void {
  for (const declared of interfaces) recordOf(declared, where);
  recordMetadata(key, to, [...(ownMetadata(key, to) ?? []), ...interfaces]);
}

function ownInterfaces(cls: AbstractClass): readonly AbstractClass[] {
  const implemented = ownMetadata(IMPLEMENTED, cls) ?? [];
  return isInterface(cls) ? [cls, ...implemented] : implemented;
}

/** Each interface with those that it extends or implements after it; of one identity the first stays. */
function closure(interfaces: readonly AbstractClass[]): AbstractClass[] {
  const found = new Map<symbol, AbstractClass>();
  const add = (declared: AbstractClass): void => {
    const id = interfaceId(declared);
    if (found.has(id)) return;
    found.set(id, declared);
    classChain(declared).flatMap(ownInterfaces).forEach(add);
  };
  interfaces.forEach(add);
  return [...found.values()];
}

const isObject = (x: unknown): x is object =>
  (typeof x === "object" && x !== null) || typeof x === "function";
const prototypeOf = (object: object): object | null => Object.getPrototypeOf(object) as object | null;
