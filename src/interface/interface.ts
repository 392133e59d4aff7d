/**
 * Interfaces that exist at run time: abstract classes that `@Interface` declares, a type to `implements`, a
 * token for the container, and a question: `x instanceof IRealm`. Who implements what, the check that it does,
 * and adapters are here. Which interfaces appd has is the business of the rooms that they belong to.
 */
import { recordMetadata, type AnyClass } from "../metadata/metadata";
import { refuseStandardDecorator } from "../metadata/legacy-decorator";
import { AbstractInterfaceError } from "./errors";
import { provides } from "./implements";
import { INTERFACE, type AbstractClass, type InterfaceRecord } from "./record";

/** Any interface, as a value: `requestAvatar(id, mind, ...interfaces: Interface[])`. */
export type Interface<T = unknown> = AbstractClass<T>;

/** The members of `T` that are always there. */
type RequiredMembers<T> = { [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? never : K }[keyof T];

type Unnamed<C, M extends readonly PropertyKey[]> =
  C extends AbstractClass<infer T> ? Exclude<RequiredMembers<T>, M[number]> : never;

/** `C`, if every required member of it is named in `M`; else what the compiler's message should say. */
type Exhaustive<C, M extends readonly PropertyKey[]> = [Unnamed<C, M>] extends [never]
  ? C
  : { readonly "members not named in @Interface": Unnamed<C, M> };

/** The decorator that {@link Interface} gives. */
export type InterfaceDecorator<M extends readonly PropertyKey[]> = <
  C extends abstract new (...args: never[]) => Record<M[number], unknown>,
>(
  target: C & Exhaustive<C, M>,
  context?: never,
) => C;

/**
 * Declares an interface and names its members: every one that isn't optional, inherited ones too, or it does
 * not compile. Public members only: a protected or private one makes it impossible to implement.
 *
 * ```ts
 * @Interface("greet")
 * abstract class IGreeter {
 *   abstract greet(name: string): string;
 * }
 * ```
 *
 * The class can't be made with `new`; classes that extend it can.
 */
export function Interface<const M extends readonly PropertyKey[]>(...members: M): InterfaceDecorator<M> {
  return declaring(members);
}

/**
 * An interface with an identity that every copy of the package shares: `id` names it among all programs, such
 * as `"my-package:IGreeter"`. Else it is as {@link Interface}.
 */
export function SharedInterface<const M extends readonly PropertyKey[]>(
  id: string,
  ...members: M
): InterfaceDecorator<M> {
  return declaring(members, Symbol.for(id));
}

/**
 * Records a class that stands on a lower floor as an interface, in place: its constructor is left as it is.
 */
export function recordInterface(target: AbstractClass, record: InterfaceRecord): void {
  recordMetadata(INTERFACE, target, record);
  Object.defineProperty(target, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, object: unknown): boolean {
      // A class that extends the interface inherits this method, and asks for its own instances.
      if (this === target) return provides(object, target);
      return Function.prototype[Symbol.hasInstance].call(this as () => void, object);
    },
  });
}

function declaring<const M extends readonly PropertyKey[]>(members: M, id?: symbol): InterfaceDecorator<M> {
  return (target, context) => {
    refuseStandardDecorator("Interface", context);
    const record = { id: id ?? Symbol(target.name), name: target.name, members, copy: __dirname };
    const guarded = guard(target);
    // A compiler may leave references inside the class body to the class as it was: it is the same interface.
    recordInterface(target, record);
    recordInterface(guarded, record);
    return guarded;
  };
}

/** The same class with a constructor that throws when it is called for the class itself. */
function guard<C extends AbstractClass>(target: C): C {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript's rule for a class that wraps another
  abstract class Guarded extends (target as unknown as abstract new (...args: any[]) => object) {
    constructor(...args: unknown[]) {
      if (new.target === Guarded) throw new AbstractInterfaceError(target.name);
      super(...args);
    }
  }
  Object.defineProperty(Guarded, "name", { value: target.name, configurable: true });
  return Guarded as AnyClass as unknown as C;
}
