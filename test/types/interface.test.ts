import { directlyProvides, Implements, Interface, SharedInterface } from "appd";

/* What must not compile stands below `@ts-expect-error`: `tsc -p tsconfig.json` is the judge. */

@Interface("a")
abstract class IA {
  abstract a(): string;
  optional?(): void;
}

@Interface("b")
abstract class IB {
  abstract b: number;
}

@SharedInterface("test:IC", "c", Symbol.asyncDispose)
abstract class IC {
  abstract get c(): boolean;
  abstract [Symbol.asyncDispose](): Promise<void>;
}

@Interface("a", "more")
abstract class IMoreA extends IA {
  abstract more(): void;
}

@Interface("get")
abstract class IStore<T> {
  abstract get(): T | Promise<T>;
}

// @ts-expect-error -- "b" is no member
@Interface("a", "b")
abstract class NamesTooMuch {
  abstract a(): void;
}

// @ts-expect-error -- "b" is not named
@Interface("a")
abstract class NamesTooLittle {
  abstract a(): void;
  abstract b(): void;
}

// @ts-expect-error -- the inherited "a" is not named
@Interface("more")
abstract class ForgetsInherited extends IA {
  abstract more(): void;
}

// @ts-expect-error -- a protected member is no part of an interface
@Interface("hidden")
abstract class HasProtected {
  protected abstract hidden(): void;
}

@Implements(IA)
class HasA implements IA {
  a(): string {
    return "a";
  }
}

// @ts-expect-error -- one interface: a is missing
@Implements(IA)
class LacksA {
  b = 1;
}

// @ts-expect-error -- one interface: a has another type
@Implements(IA)
class WrongA {
  a(): number {
    return 1;
  }
}

@Implements(IA, IB)
class HasBoth extends HasA implements IB {
  b = 1;
}

// @ts-expect-error -- two interfaces: the second is not implemented
@Implements(IA, IB)
class LacksSecond {
  a = (): string => "a";
}

// @ts-expect-error -- two interfaces: the first is not implemented
@Implements(IA, IB)
class LacksFirst {
  b = 1;
}

@Implements(IA, IB, IC)
class HasAll extends HasBoth implements IC {
  get c(): boolean {
    return this.b > 0;
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

// @ts-expect-error -- three interfaces: the last is not implemented
@Implements(IA, IB, IC)
class LacksThird extends HasBoth {}

// @ts-expect-error -- three interfaces: the middle one is not implemented
@Implements(IA, IB, IC)
class LacksMiddle extends HasA {
  c = true;
  async [Symbol.asyncDispose](): Promise<void> {}
}

// @ts-expect-error -- an interface that extends another asks for both
@Implements(IMoreA)
class LacksInherited {
  more(): void {}
}

@Implements(IStore<string>)
class TextStore implements IStore<string> {
  get(): string {
    return "";
  }
}

// @ts-expect-error -- a store of numbers is no store of text
@Implements(IStore<string>)
class NumberStore {
  get(): number {
    return 1;
  }
}

/** Functions only: what they do is not of interest here. */
export function assertions(object: { a(): string }, anything: unknown): string {
  directlyProvides(object, IA);
  // @ts-expect-error -- b is missing
  directlyProvides(object, IB);
  return anything instanceof IA ? anything.a() : "";
}

it("interfaces: what must compile compiles, what must not does not (judged by tsc)", () => {
  const refused = [
    LacksA,
    WrongA,
    LacksSecond,
    LacksFirst,
    LacksThird,
    LacksMiddle,
    LacksInherited,
    NumberStore,
  ];
  const declared = [NamesTooMuch, NamesTooLittle, ForgetsInherited, HasProtected, IMoreA];
  expect([...refused, ...declared, TextStore, HasAll].every((cls) => typeof cls === "function")).toBe(true);
});
