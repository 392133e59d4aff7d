import type { IncomingMessage } from "node:http";
import { delay, describeInjectable, inject, injectable, Interface } from "appd";
import { Container } from "../../src/container/container";

class Db {}
interface GoneAtRunTime {
  readonly x: number;
}

const build = (cls: new (...args: never[]) => unknown) => () => new Container().get(cls);

describe("what a constructor asks for", () => {
  it("is unknown without decorator metadata: the message says what to set", () => {
    class Undecorated {
      constructor(readonly db: Db) {}
    }
    expect(build(Undecorated)).toThrow(
      "Undecorated: the constructor of Undecorated has parameters, but no types are recorded for them: put " +
        "@injectable() on the class; if a decorator is there, it was compiled without decorator metadata",
    );
  });

  it("is unknown for an undecorated subclass of a decorated class: the message names both", () => {
    @injectable()
    class Base {
      constructor(readonly db: Db) {}
    }
    class Sub extends Base {
      constructor(
        db: Db,
        readonly extra: Db,
      ) {
        super(db);
      }
    }
    expect(build(Sub)).toThrow("Base is decorated, Sub isn't; put @injectable() on Sub as well");
  });

  it("is what its parent asks for when it has no constructor of its own, decorated or not", () => {
    @injectable()
    class Base {
      constructor(
        readonly db: Db,
        @inject("port") readonly port: number,
      ) {}
    }
    class Sub extends Base {
      readonly more = 1;
    }
    @injectable()
    class Decorated extends Base {}
    class Bare extends Base {
      constructor() {
        super(new Db(), 1);
      }
    }
    const container = new Container().bind("port", { useValue: 80 });
    expect(container.get(Sub)).toMatchObject({ db: expect.any(Db) as Db, port: 80, more: 1 });
    expect(container.get(Decorated).port).toBe(80);
    expect(container.get(Bare).port).toBe(1);
  });

  it("is gone when it is an interface or imported as a type only: the message names the parameter", () => {
    @injectable()
    class Asks {
      constructor(
        readonly db: Db,
        readonly gone: GoneAtRunTime,
      ) {}
    }
    @injectable()
    class AsksType {
      constructor(readonly request: IncomingMessage) {}
    }
    expect(build(Asks)).toThrow(
      'Asks: its parameter "gone" has a type that is gone at run time. An interface: declare it with @Interface. ' +
        'A class brought in by "import type": import it without "type".',
    );
    expect(build(AsksType)).toThrow('its parameter "request" has a type that is gone at run time');
  });

  it("is undefined when two files import each other", () => {
    class Asks {
      constructor(readonly later: object) {}
    }
    describeInjectable(Asks, [undefined as unknown as string]);
    expect(build(Asks)).toThrow(
      'Asks: its parameter "later" names a class that was not loaded yet because two files import each other: ' +
        "use @inject(delay(() => TheClass))",
    );
  });

  it("can't be a primitive", () => {
    @injectable()
    class Asks {
      constructor(readonly port: number) {}
    }
    expect(build(Asks)).toThrow(
      'Asks: its parameter "port" is Number, which says nothing about where it comes from',
    );
  });

  it("is never an empty interface: an unbound one is refused, behind delay() and optional too", () => {
    @Interface()
    abstract class INothing {}
    class Asks {
      constructor(@inject(INothing, { isOptional: true }) readonly maybe?: INothing) {}
    }
    class Delays {
      constructor(@inject(delay(() => INothing)) readonly later: INothing) {}
    }
    expect(new Container().get(Asks).maybe).toBeUndefined();
    expect(new Container().get(Delays)).toBeInstanceOf(Delays);
    return expect(new Container().prepare(Delays)).rejects.toThrow("INothing: nothing provides INothing");
  });
});
