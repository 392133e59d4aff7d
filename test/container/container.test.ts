import { delay, describeInjectable, inject, injectable, Implements, Interface, type Token } from "appd";
import { Container } from "../../src/container/container";

@Interface("name")
abstract class IStore {
  abstract readonly name: string;
}

/** One graph, `Site → Cache → Db` and `Site → IStore`, declared in two ways. */
function decorated() {
  @injectable()
  class Db {
    readonly name: string = "db";
  }
  @injectable()
  class Cache {
    constructor(readonly db: Db) {}
  }
  @Implements(IStore)
  class FileStore implements IStore {
    readonly name: string = "files";
    constructor(readonly db: Db) {}
  }
  @injectable()
  class Site {
    constructor(
      readonly cache: Cache,
      readonly store: IStore,
      @inject("port") readonly port: number,
    ) {}
  }
  return { Db, Cache, FileStore, Site };
}

function described() {
  class Db {
    readonly name: string = "db";
  }
  class Cache {
    constructor(readonly db: Db) {}
  }
  class FileStore implements IStore {
    readonly name: string = "files";
    constructor(readonly db: Db) {}
  }
  Implements(IStore)(FileStore);
  class Site {
    constructor(
      readonly cache: Cache,
      readonly store: IStore,
      readonly port: number,
    ) {}
  }
  describeInjectable(Cache, [Db]);
  describeInjectable(FileStore, [Db]);
  describeInjectable(Site, [Cache, IStore, "port"]);
  return { Db, Cache, FileStore, Site };
}

const names = (built: readonly object[]): string[] => built.map((object) => object.constructor.name);

function observed(container: Container): object[] {
  const built: object[] = [];
  container.onBuilt((object) => built.push(object));
  return built;
}

function thrownBy(build: () => unknown): Error & { code?: string; cause?: unknown } {
  try {
    build();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe.each([
  ["declared by decorators", decorated],
  ["declared by describeInjectable", described],
])("Container, with classes %s", (_, declare) => {
  it("builds what a class asks for, dependencies first", () => {
    const { Site, FileStore } = declare();
    const container = new Container().bind(IStore, { useClass: FileStore }).bind("port", { useValue: 80 });
    const built = observed(container);
    const site = container.get(Site);
    expect([site.store.name, site.port]).toEqual(["files", 80]);
    expect(names(built)).toEqual(["Db", "Cache", "FileStore", "Site"]);
  });

  it("has one instance of a class in a run, whoever asks by whatever name", () => {
    const { Db, Site, FileStore } = declare();
    const container = new Container().bind(IStore, { useClass: FileStore }).bind("port", { useValue: 80 });
    const site = container.get(Site);
    expect(container.get(IStore)).toBe(container.get(FileStore));
    expect(site.cache.db).toBe(container.get(Db));
    expect(new Container().get(Db)).not.toBe(site.cache.db);
  });

  it("says on which way nothing provides an interface", () => {
    const { Site } = declare();
    const fault = thrownBy(() => new Container().get(Site));
    expect(fault.message).toBe(
      "Site → IStore: nothing provides IStore; name it in providers: { token: IStore, useClass: … }",
    );
    expect(fault.code).toBe("APPD_NOTHING_PROVIDES");
  });

  it("suggests the name that was meant", () => {
    const { Site, FileStore } = declare();
    const container = new Container().bind(IStore, { useClass: FileStore }).bind("prot", { useValue: 80 });
    expect(() => container.get(Site)).toThrow('Site → "port": nothing provides "port"');
    expect(() => container.get(Site)).toThrow('(did you mean "prot"?)');
  });

  it("lets a class in providers stand for the interfaces that it implements", () => {
    const { FileStore } = declare();
    const container = new Container().provide(FileStore);
    expect(container.get(IStore)).toBeInstanceOf(FileStore);
    class Other extends FileStore {}
    const both = new Container().provide(FileStore).provide(() => Other);
    expect(() => both.get(IStore)).toThrow(
      "IStore: FileStore and Other provide IStore; say which: { token: IStore, useClass: FileStore }",
    );
  });

  it("overrides what is bound, wherever it is asked for", () => {
    const { Db, Cache } = declare();
    class FakeDb extends Db {
      override readonly name = "fake";
    }
    const container = new Container().override(Db, { useClass: FakeDb });
    expect(container.get(Cache).db.name).toBe("fake");
    const other = new Container().bind(IStore, { useValue: { name: "one" } });
    expect(other.override(IStore, { useValue: { name: "two" } }).get(IStore).name).toBe("two");
  });

  it("gives everybody another one of what is transient", () => {
    const { Db, Cache } = declare();
    const container = new Container().bind(Db, { useClass: Db, scope: "transient" });
    expect(container.get(Cache).db).not.toBe(container.get(Db));
  });

  it("keeps the error of a constructor as the cause, three levels down", () => {
    const { Db, Site } = declare();
    class Refused extends Error {
      readonly reason = "no route";
    }
    class BrokenDb extends Db {
      constructor() {
        super();
        throw new Refused("can't connect");
      }
    }
    const fault = thrownBy(() => new Container().override(Db, { useClass: BrokenDb }).get(Site));
    expect(fault.message).toBe("Site → Cache → Db → BrokenDb: can't be built: can't connect");
    expect(fault.cause).toBeInstanceOf(Refused);
    expect((fault.cause as Refused).stack).toContain("container.test");
  });
});

describe("Container", () => {
  describe("cycles", () => {
    function cycle() {
      class A {
        constructor(readonly b: object) {}
      }
      class B {
        constructor(readonly a: A) {}
      }
      class Top {
        constructor(readonly a: A) {}
      }
      describeInjectable(Top, [A]);
      describeInjectable(B, [A]);
      return { A, B, Top };
    }

    it("are refused at once, in a line", async () => {
      const { A, B, Top } = cycle();
      describeInjectable(A, [B]);
      thrownBy(() => new Container().get(Top));
      const start = performance.now();
      const fault = thrownBy(() => new Container().get(Top));
      expect(performance.now() - start).toBeLessThan(10);
      expect(fault.message).toMatch(
        /^Top → A → B → A: circular dependency; let one of them ask with @inject\(delay/,
      );
      expect(fault.message.length).toBeLessThan(1000);
      await expect(new Container().prepare(Top)).rejects.toThrow("Top → A → B → A: circular dependency");
    });

    it("are shown short however long they are", () => {
      const classes = Array.from(
        { length: 300 },
        (_, n) => ({ [`Class${n}`]: class {} })[`Class${n}`] ?? Object,
      );
      classes.forEach((cls, n) => describeInjectable(cls, [classes[(n + 1) % 300] ?? ""]));
      const fault = thrownBy(() => new Container().get(classes[0] ?? ""));
      expect(fault.message).toContain("Class5 → (289 more) → Class295");
      expect(fault.message.length).toBeLessThan(1000);
    });

    it("may be broken by delay()", async () => {
      const { A, B } = cycle();
      describeInjectable(A, [delay(() => B)]);
      const container = new Container();
      const built = observed(container);
      const a = await container.prepare(A);
      expect(names(built)).toEqual(["A", "B"]);
      expect((a.b as InstanceType<typeof B>).a).toBe(a);
    });

    it("through names are refused too", () => {
      const container = new Container()
        .bind("one", { useFactory: (graph) => graph.resolve("two") })
        .bind("two", { useFactory: (graph) => graph.resolve("one") });
      expect(() => container.get("one")).toThrow('"one" → "two" → "one": circular dependency');
    });
  });

  describe("values and factories", () => {
    it("give undefined and null like any other value", () => {
      const container = new Container().bind("u", { useValue: undefined }).bind("n", { useValue: null });
      expect([container.get("u"), container.get("n")]).toEqual([undefined, null]);
    });

    it("make what is asked for once, and tell of it; a value is its owner's", () => {
      const container = new Container()
        .bind("made", { useFactory: () => ({ n: 1 }) })
        .bind("given", { useValue: { n: 2 } });
      const built = observed(container);
      expect(container.get("made")).toBe(container.get("made"));
      container.get("given");
      expect(built).toEqual([{ n: 1 }]);
    });

    it("make another one each time when transient", () => {
      const container = new Container().bind("made", { useFactory: () => ({}), scope: "transient" });
      expect(container.get("made")).not.toBe(container.get("made"));
    });

    it("tell a factory who asks", () => {
      class Asks {
        constructor(readonly label: string) {}
      }
      describeInjectable(Asks, ["who"]);
      const container = new Container().bind("who", {
        useFactory: ({ requestedBy }) => requestedBy?.label,
        scope: "transient",
      });
      expect(container.get(Asks).label).toBe("Asks");
      expect(container.get("who")).toBeUndefined();
    });

    it("keep what a factory throws as the cause", () => {
      const thrown: unknown = { odd: true };
      const container = new Container().bind("x", {
        useFactory: () => {
          throw thrown;
        },
      });
      const fault = thrownBy(() => container.get("x"));
      expect(fault.message).toContain('"x": can\'t be built');
      expect(fault.cause).toBe(thrown);
    });
  });

  describe("async factories", () => {
    class Pool {
      readonly size: number = 3;
    }
    class Db {
      constructor(
        readonly pool: Pool,
        readonly other: object,
      ) {}
    }
    class Plain {}
    class Maker {
      constructor(
        readonly plain: Plain,
        readonly db: Db,
      ) {}
    }
    describeInjectable(Db, [Pool, Plain]);
    describeInjectable(Maker, [Plain, Db]);

    it("are waited for before what asks for them is built", async () => {
      const container = new Container().bind(Pool, { useFactory: async () => new Pool() });
      const built = observed(container);
      const maker = await container.prepare(Maker);
      expect(maker.db.pool.size).toBe(3);
      expect(names(built)).toEqual(["Plain", "Pool", "Db", "Maker"]);
      expect(container.get(Pool)).toBe(maker.db.pool);
    });

    it("are called once, also when a factory needs another that isn't ready", async () => {
      const calls: string[] = [];
      const container = new Container()
        .bind("config", { useFactory: async () => (calls.push("config"), "size=4") })
        .bind(Pool, {
          useFactory: async (graph) => {
            await Promise.resolve();
            const config = graph.resolve<string>("config");
            calls.push("pool");
            return { size: config.length };
          },
        });
      expect((await container.prepare(Maker)).db.pool.size).toBe(6);
      expect(calls).toEqual(["config", "pool"]);
    });

    it("are refused where nobody can wait", async () => {
      const container = new Container().bind(Pool, { useFactory: async () => new Pool() });
      expect(() => container.get(Maker)).toThrow(
        "Maker → Db → Pool: is made by an async factory and isn't ready",
      );
      await container.prepare(Maker);
      expect(container.get(Maker).db.pool.size).toBe(3);
    });

    it("that fail say on which way, with the cause", async () => {
      const cause = new Error("refused");
      const container = new Container().bind(Pool, { useFactory: () => Promise.reject(cause) });
      const failure = container.prepare(Maker);
      await expect(failure).rejects.toThrow("Maker → Db → Pool: can't be built: refused");
      await expect(failure).rejects.toMatchObject({ cause });
    });

    it("can't be transient", async () => {
      const container = new Container().bind(Pool, {
        useFactory: async () => new Pool(),
        scope: "transient",
      });
      await expect(container.prepare(Maker)).rejects.toThrow("can't be async; leave the scope out");
    });

    it("that need each other are a cycle", async () => {
      const container = new Container()
        .bind("one", { useFactory: async (graph) => graph.resolve<unknown>("two") })
        .bind("two", { useFactory: async (graph) => graph.resolve<unknown>("one") });
      await expect(container.prepare("one")).rejects.toThrow('"one" → "two" → "one": circular dependency');
    });
  });

  describe("disposal", () => {
    it("goes from the last built to the first, and is not kept by one that fails", async () => {
      const log: string[] = [];
      class Db {
        [Symbol.asyncDispose] = async () => void log.push("db");
      }
      class Cache {
        constructor(readonly db: Db) {}
        dispose(): void {
          log.push("cache");
          throw new Error("stuck");
        }
      }
      class Site {
        constructor(readonly cache: Cache) {}
        [Symbol.dispose] = () => void log.push("site");
      }
      describeInjectable(Cache, [Db]);
      describeInjectable(Site, [Cache]);
      const container = new Container();
      container.get(Site);
      await expect(container.dispose()).rejects.toThrow("Cache can't be disposed of: stuck");
      expect(log).toEqual(["site", "cache", "db"]);
      expect(() => container.get(Db)).toThrow("Db: the container was disposed of");
      await container.dispose();
    });
  });

  it("tells of a token that is none", () => {
    expect(() => new Container().get(undefined as unknown as Token)).toThrow(
      "a undefined can't be asked for",
    );
    expect(() => new Container().get(Map)).toThrow("nothing provides Map");
  });
});
