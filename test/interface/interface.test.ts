import type * as appd from "appd";
import {
  adapt,
  directlyProvides,
  implementedBy,
  Implements,
  Interface,
  interfaceId,
  interfaceName,
  isInterface,
  providedBy,
  provides,
  registerAdapter,
  SharedInterface,
  verifyClass,
  verifyObject,
} from "appd";

@Interface("greet")
abstract class IGreeter {
  abstract greet(name: string): string;
}

@Interface("close")
abstract class IClosable {
  abstract close(): void;
}

@Interface("greet", "greetLoudly")
abstract class ILoudGreeter extends IGreeter {
  abstract greetLoudly(name: string): string;
}

@Implements(IGreeter)
class Greeter implements IGreeter {
  greet(name: string): string {
    return `Hello, ${name}`;
  }
}

@Implements(ILoudGreeter, IClosable)
class Loud extends Greeter implements ILoudGreeter, IClosable {
  greetLoudly(name: string): string {
    return this.greet(name).toUpperCase();
  }
  close(): void {}
}

class Unsaid {
  greet(name: string): string {
    return name;
  }
}

describe("Interface", () => {
  it("answers instanceof for whatever provides it", () => {
    expect(new Greeter() instanceof IGreeter).toBe(true);
    expect(new Loud() instanceof IGreeter).toBe(true);
    expect((new Unsaid() as object) instanceof IGreeter).toBe(false);
    for (const x of [undefined, null, 1, "x", {}]) expect(x instanceof IGreeter).toBe(false);
  });

  it("leaves instanceof of a class that extends an interface to the language", () => {
    class Polite extends IGreeter {
      greet(name: string): string {
        return `Dear ${name}`;
      }
    }
    expect(new Polite() instanceof IGreeter).toBe(true);
    expect(new Polite() instanceof Polite).toBe(true);
    expect((new Greeter() as object) instanceof Polite).toBe(false);
    expect(new Polite().greet("Ann")).toBe("Dear Ann");
  });

  it("can't be made with new", () => {
    const Bare = IGreeter as unknown as new () => IGreeter;
    expect(() => new Bare()).toThrow(
      "IGreeter is an interface: make a class that implements it, and that one with new",
    );
    const Extended = ILoudGreeter as unknown as new () => ILoudGreeter;
    expect(() => new Extended()).toThrow("ILoudGreeter is an interface");
  });

  it("keeps its name, and is its own identity", () => {
    @Interface("greet")
    abstract class IOther {
      abstract greet(name: string): string;
    }
    expect(IGreeter.name).toBe("IGreeter");
    expect(interfaceName(IGreeter)).toBe("IGreeter");
    expect(interfaceId(IGreeter)).not.toBe(interfaceId(IOther));
    expect((new Greeter() as object) instanceof IOther).toBe(false);
  });

  it("tells an interface from a class", () => {
    expect([IGreeter, ILoudGreeter, Greeter, {}, undefined].map(isInterface)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("says what to set when a standard decorator calls it", () => {
    const decorate = Interface("greet") as (target: unknown, context: unknown) => void;
    expect(() => decorate(class {}, { kind: "class" })).toThrow(
      /experimentalDecorators.*emitDecoratorMetadata/,
    );
    const implement = Implements(IGreeter) as (target: unknown, context: unknown) => void;
    expect(() => implement(class {}, { kind: "class" })).toThrow(
      "@Implements was called as a standard decorator",
    );
  });
});

describe("Implements", () => {
  it("is inherited, nearest first, and brings the interfaces that an interface extends", () => {
    expect(implementedBy(Greeter)).toEqual([IGreeter]);
    expect(implementedBy(Loud)).toEqual([ILoudGreeter, IGreeter, IClosable]);
    expect(implementedBy(ILoudGreeter)).toEqual([ILoudGreeter, IGreeter]);
  });

  it("may stand on an interface too", () => {
    @Interface("close", "reopen")
    @Implements(IClosable)
    abstract class IReopenable implements IClosable {
      abstract close(): void;
      abstract reopen(): void;
    }
    @Implements(IReopenable)
    class Door implements IReopenable {
      close(): void {}
      reopen(): void {}
    }
    expect(implementedBy(Door)).toEqual([IReopenable, IClosable]);
    expect(new Door() instanceof IClosable).toBe(true);
  });

  it("does not change what the parent implements", () => {
    expect((new Greeter() as object) instanceof ILoudGreeter).toBe(false);
  });

  it("refuses what is no interface, and says why it may be undefined", () => {
    class NoInterface {}
    const implement = (x: unknown): unknown => Implements(x as typeof IGreeter)(Greeter);
    expect(() => implement(NoInterface)).toThrow(
      "@Implements on Greeter: NoInterface is no interface; declare it as an abstract class with @Interface(…)",
    );
    expect(() => implement(undefined)).toThrow(/undefined is no interface; is it imported as a type only/);
  });
});

describe("directlyProvides", () => {
  it("is about one object", () => {
    const greeter = { greet: (name: string) => name };
    directlyProvides(greeter, IGreeter);
    expect(providedBy(greeter)).toEqual([IGreeter]);
    expect(provides(greeter, IGreeter)).toBe(true);
    expect(provides({ greet: greeter.greet }, IGreeter)).toBe(false);
  });

  it("says of a class what it provides itself, not its instances", () => {
    class Factory {
      static close(): void {}
    }
    directlyProvides(Factory, IClosable);
    expect((Factory as unknown) instanceof IClosable).toBe(true);
    expect(new Factory() instanceof IClosable).toBe(false);
  });
});

describe("verifyObject and verifyClass", () => {
  @Implements(ILoudGreeter)
  class Half {
    declare readonly greet: (name: string) => string;
    declare readonly greetLoudly: (name: string) => string;
  }

  it("pass what has every member", () => {
    expect(() => verifyObject(new Loud(), ILoudGreeter)).not.toThrow();
    expect(() => verifyClass(Loud, ILoudGreeter)).not.toThrow();
  });

  it("name the members that are missing", () => {
    expect(() => verifyObject(new Half(), ILoudGreeter)).toThrow(
      "Half is no ILoudGreeter: it lacks greet and greetLoudly",
    );
    expect(() => verifyClass(Half, ILoudGreeter)).toThrow(
      "Half is no ILoudGreeter: it lacks greet and greetLoudly",
    );
  });

  it("name who did not say so", () => {
    expect(() => verifyObject(new Unsaid(), IGreeter)).toThrow(
      "Unsaid is no IGreeter: it does not say so (@Implements(IGreeter))",
    );
    expect(() => verifyObject(undefined, IGreeter)).toThrow(
      "undefined is no IGreeter: it does not say so (@Implements(IGreeter)), and lacks greet",
    );
  });

  it("give a field the benefit of the doubt on the class, not on the object", () => {
    @Implements(IGreeter)
    class Lazy implements IGreeter {
      greet!: (name: string) => string;
      forget(): void {
        delete (this as { greet?: unknown }).greet;
      }
    }
    const lazy = new Lazy();
    lazy.forget();
    expect(() => verifyClass(Lazy, IGreeter)).not.toThrow();
    expect(() => verifyObject(lazy, IGreeter)).toThrow("lacks greet");
  });
});

describe("adapters", () => {
  const forget: (() => void)[] = [];
  afterEach(() => forget.splice(0).forEach((undo) => undo()));

  const closing = (log: string[]) => (greeter: IGreeter) => {
    const closable = { close: () => void log.push(greeter.greet("all")) };
    directlyProvides(closable, IClosable);
    return closable;
  };

  it("PL-23: make what is wanted of what is there", () => {
    const log: string[] = [];
    forget.push(registerAdapter(closing(log), IGreeter, IClosable));
    adapt(new Greeter(), IClosable)?.close();
    expect(log).toEqual(["Hello, all"]);
  });

  it("PL-23: give the object itself when it provides the interface", () => {
    const loud = new Loud();
    forget.push(registerAdapter(closing([]), IGreeter, IClosable));
    expect(adapt(loud, IClosable)).toBe(loud);
  });

  it("PL-23: give undefined when nothing leads there", () => {
    expect(adapt(new Greeter(), IClosable)).toBeUndefined();
    forget.push(registerAdapter(() => undefined, IGreeter, IClosable));
    expect(adapt(new Greeter(), IClosable)).toBeUndefined();
  });

  it("lead from a class, and to an interface that extends the wanted one", () => {
    const loud = new Loud();
    forget.push(registerAdapter(() => loud, Unsaid, ILoudGreeter));
    expect(adapt(new Unsaid(), IGreeter)).toBe(loud);
  });

  it("are refused twice for one pair", () => {
    forget.push(registerAdapter(closing([]), IGreeter, IClosable));
    expect(() => registerAdapter(closing([]), IGreeter, IClosable)).toThrow(
      "an adapter from IGreeter to IClosable is registered already",
    );
  });
});

describe("two copies of appd", () => {
  type Copy = typeof appd;
  const copy = (): Copy => {
    let loaded: Copy | undefined;
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second instance of every module
      loaded = require("appd") as Copy;
    });
    if (!loaded) throw new Error("not loaded");
    return loaded;
  };

  it("share the identity of an interface that names it", () => {
    const other = copy();
    expect(other.Interface).not.toBe(Interface);
    @SharedInterface("test:IShared", "share")
    abstract class Mine {
      abstract share(): void;
    }
    @other.SharedInterface("test:IShared", "share")
    abstract class Theirs {
      abstract share(): void;
    }
    @other.Implements(Theirs)
    class Shared implements Theirs {
      share(): void {}
    }
    expect(interfaceId(Mine)).toBe(other.interfaceId(Theirs));
    expect(new Shared() instanceof Mine).toBe(true);
    expect(provides(new Shared(), Mine)).toBe(true);
  });

  it("share what classes implement and the adapters", () => {
    const other = copy();
    expect(other.provides(new Greeter(), IGreeter)).toBe(true);
    const undo = other.registerAdapter(() => new Loud(), Unsaid, IClosable);
    expect(adapt(new Unsaid(), IClosable)).toBeInstanceOf(Loud);
    undo();
  });
});
