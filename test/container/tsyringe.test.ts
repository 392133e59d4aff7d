import { inject, Interface } from "appd";
import { container as root, injectAll, injectable, injectWithTransform, singleton } from "tsyringe";
import type * as tsyringe from "tsyringe";
import { Container } from "../../src/container/container";

@Interface("name")
abstract class IStore {
  abstract readonly name: string;
}

function anotherTsyringe(): typeof tsyringe {
  let other: typeof tsyringe | undefined;
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second instance of every module
    other = require("tsyringe") as typeof tsyringe;
  });
  if (!other) throw new Error("not loaded");
  return other;
}

describe("Container and tsyringe", () => {
  afterEach(() => root.reset());

  it("builds a global singleton once per run, and leaves the global one alone", () => {
    class Db {
      readonly name: string = "real";
    }
    class FakeDb extends Db {
      override readonly name = "fake";
    }
    @singleton()
    class Cache {
      constructor(readonly db: Db) {}
    }
    const run = new Container().override(Db, { useClass: FakeDb });
    const other = new Container();
    expect(run.get(Cache).db.name).toBe("fake");
    expect(run.get(Cache)).toBe(run.get(Cache));
    expect(other.get(Cache)).not.toBe(run.get(Cache));
    expect(root.resolve(Cache).db.name).toBe("real");
    expect(root.resolve(Cache)).not.toBe(other.get(Cache));
  });

  it("sees what was registered globally: classes, names, values, factories", () => {
    class Store {
      readonly name = "store";
    }
    root.register("store", { useClass: Store });
    root.register("again", { useToken: "store" });
    root.register("value", { useValue: 7 });
    root.register("made", { useFactory: (graph) => ({ store: graph.resolve<Store>("store") }) });
    const run = new Container();
    const built: object[] = [];
    run.onBuilt((object) => built.push(object));
    expect(run.get("again")).toBe(run.get(Store));
    expect(run.get("value")).toBe(7);
    expect(run.get("made")).toBe(run.get("made"));
    expect(run.get<{ store: Store }>("made").store).toBe(run.get(Store));
    expect(built).toHaveLength(2);
  });

  it("takes an interface that was registered globally as a class", () => {
    root.register(IStore as unknown as new () => IStore, { useValue: { name: "global" } });
    expect(new Container().get(IStore).name).toBe("global");
  });

  it("gives @injectAll everything bound, and a transform what it makes", () => {
    class Upper {
      transform(text: string): string {
        return text.toUpperCase();
      }
    }
    @injectable()
    class Asks {
      constructor(
        @injectAll("word") readonly words: string[],
        @injectAll("none", { isOptional: true }) readonly none: string[],
        @injectWithTransform("word", Upper) readonly loud: string,
      ) {}
    }
    const run = new Container().bind("word", { useValue: "a" }).bind("word", { useFactory: async () => "b" });
    return expect(run.prepare(Asks)).resolves.toMatchObject({ words: ["a", "b"], none: [], loud: "B" });
  });

  it("builds classes that another copy of tsyringe marked", () => {
    const other = anotherTsyringe();
    expect(other.container).not.toBe(root);
    class Db {}
    @other.injectable()
    class Asks {
      constructor(
        readonly db: Db,
        @other.inject("port") readonly port: number,
        @other.inject(other.delay(() => Db)) readonly later: Db,
      ) {}
    }
    const asks = new Container().bind("port", { useValue: 80 }).get(Asks);
    expect([asks.db, asks.port, asks.later]).toEqual([expect.any(Db), 80, expect.any(Db)]);
  });

  it("lets tsyringe itself build what appd's decorators mark", () => {
    class Port {
      constructor(@inject("port") readonly number: number) {}
    }
    @injectable()
    class Asks {
      constructor(readonly port: Port) {}
    }
    injectable()(Port);
    const child = root.createChildContainer().register("port", { useValue: 80 });
    expect(child.resolve(Asks).port.number).toBe(80);
  });
});
