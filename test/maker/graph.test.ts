import {
  describeInjectable,
  describeMaker,
  describeOptions,
  inject,
  injectable,
  Interface,
  Implements,
  Logger,
  MultiService,
  Parameter,
  Service,
  ServiceMaker,
  Shutdown,
  type IService,
} from "appd";
import { assembled, KeptLog, Noted } from "./harness";

@Interface("name")
abstract class IStore {
  abstract readonly name: string;
}

/** What a test looks at: what happened, and what the maker was given. */
interface Seen {
  readonly log: string[];
  given?: { port: number; store?: IStore };
}

class Db extends Noted {
  constructor(log: string[]) {
    super("db", log);
  }
}

class Cache extends Noted {
  constructor(
    readonly db: Db,
    log: string[],
  ) {
    super("cache", log);
  }
}

describeInjectable(Db, ["log"]);
describeInjectable(Cache, [Db, "log"]);

@Implements(IStore)
class Store implements IStore {
  readonly name: string = "store";
  constructor(readonly cache: Cache) {}
}

/** `maker → IStore → Cache → Db`, all but the store services, in two ways. */
function decorated(seen: Seen, providers: readonly never[] = []): object {
  class Options {
    @Parameter("The port.", { short: "p" }) port = 1;
  }
  @ServiceMaker("shop", "A graph.", {
    options: Options,
    providers: [Store, { token: "log", useValue: seen.log }, ...providers],
  })
  class Graph {
    constructor(
      readonly options: Options,
      readonly store: IStore,
    ) {}
    makeService(): IService {
      seen.given = { port: this.options.port, store: this.store };
      return new Noted("made", seen.log);
    }
  }
  return Graph;
}

function described(seen: Seen, providers: readonly never[] = []): object {
  return describeMaker({
    tapname: "shop",
    description: "A graph.",
    options: { port: { help: "The port.", short: "p", default: 1 } },
    providers: [Store, { token: "log", useValue: seen.log }, ...providers],
    inject: { store: IStore },
    makeService: ({ port }, { store }) => {
      seen.given = { port, store };
      return new Noted("made", seen.log);
    },
  });
}

const provider = (token: unknown, source: object): never => ({ token, ...source }) as never;

describe.each([
  ["@ServiceMaker", decorated, "Graph"],
  ["describeMaker", described, "shop"],
])("a graph declared by %s", (_, declare, top) => {
  it("is built after the options stand, and given to the maker", async () => {
    const seen: Seen = { log: [] };
    await assembled(declare(seen), ["-p", "80"]);
    expect(seen.given).toMatchObject({ port: 80, store: { name: "store" } });
  });

  it("adopts its services: started before those that asked for them, stopped after them", async () => {
    const seen: Seen = { log: [] };
    const { application } = await assembled(declare(seen));
    expect(seen.log).toEqual([]);
    await application.start();
    await application.stop();
    expect(seen.log).toEqual(["start db", "start cache", "start made", "stop made", "stop cache", "stop db"]);
  });

  it("calls an adopted service after its class, where it has no name", async () => {
    const { application, graph } = await assembled(declare({ log: [] }));
    expect(application.getServiceNamed("cache")).toBe(graph.get(Cache));
    expect(graph.get(Db).path).toBe("shop/db");
  });

  it("builds nothing of it for the help, and for a command line that is refused", async () => {
    let built = 0;
    const counting = provider(IStore, { useFactory: () => ({ name: `${++built}` }) });
    const maker = declare({ log: [] }, [counting]);
    await expect(assembled(maker, ["--help"])).rejects.toThrow("it is help");
    await expect(assembled(maker, ["-p", "http"])).rejects.toThrow("must be a number");
    expect(built).toBe(0);
  });

  it("waits for async factories, and says on which way one failed", async () => {
    const seen: Seen = { log: [] };
    const later = provider(IStore, { useFactory: async () => ({ name: "later" }) });
    await assembled(declare(seen, [later]));
    expect(seen.given?.store?.name).toBe("later");
    const failing = provider(IStore, { useFactory: () => Promise.reject(new Error("gone")) });
    await expect(assembled(declare({ log: [] }, [failing]))).rejects.toThrow(
      `${top} → IStore: can't be built: gone`,
    );
  });

  it("says on which way something is missing, and where to name it", async () => {
    class Needs {
      declare readonly name: string;
    }
    describeInjectable(Needs, ["nowhere"]);
    const needing = provider(IStore, { useClass: Needs });
    await expect(assembled(declare({ log: [] }, [needing]))).rejects.toThrow(
      `${top} → IStore → Needs → "nowhere": nothing provides "nowhere"; ` +
        'name it in the providers of shop: { token: "nowhere", useValue: … }',
    );
  });

  it("refuses a cycle in a line", async () => {
    class Turn {
      declare readonly name: string;
    }
    describeInjectable(Turn, [IStore]);
    await expect(assembled(declare({ log: [] }, [provider(IStore, { useClass: Turn })]))).rejects.toThrow(
      `${top} → IStore → Turn → IStore: circular dependency`,
    );
  });

  it("takes what a test puts in the place of a part, and builds nothing behind it", async () => {
    const seen: Seen = { log: [] };
    const { application } = await assembled(declare(seen), [], {
      overrides: [[IStore, { useValue: { name: "fake" } }]],
    });
    expect(seen.given?.store?.name).toBe("fake");
    expect(application.services).toHaveLength(1);
  });

  it("leaves a service that comes by useValue to its owner", async () => {
    const seen: Seen = { log: [] };
    const db = new Db(seen.log);
    const { application } = await assembled(declare(seen, [provider(Db, { useValue: db })]));
    expect(db.parent).toBeUndefined();
    expect(application.services).toHaveLength(2);
  });

  it("adopts what is built after the start too, and starts it", async () => {
    const seen: Seen = { log: [] };
    class Late extends Noted {
      constructor() {
        super("late", seen.log);
      }
    }
    const { application, graph } = await assembled(declare(seen));
    await application.start();
    const late: IService = graph.get(Late);
    await late.startService();
    await application.stop();
    expect(seen.log).toContain("start late");
    expect(seen.log).toContain("stop late");
  });

  it("disposes of the rest of the graph once everything has stopped", async () => {
    const seen: Seen = { log: [] };
    class Pool {
      readonly name = "pool";
      async [Symbol.asyncDispose](): Promise<void> {
        seen.log.push("dispose pool");
      }
    }
    const { application } = await assembled(declare(seen, [provider(IStore, { useClass: Pool })]));
    await application.start();
    await application.stop();
    expect(seen.log).toEqual(["start made", "stop made", "dispose pool"]);
  });

  it("disposes of what was built when the rest can't be", async () => {
    const seen: Seen = { log: [] };
    class Pool {
      dispose(): void {
        seen.log.push("dispose pool");
      }
    }
    class Broken {
      declare readonly name: string;
      constructor() {
        throw new Error("broken");
      }
    }
    describeInjectable(Broken, [Pool]);
    await expect(assembled(declare(seen, [provider(IStore, { useClass: Broken })]))).rejects.toThrow(
      "broken",
    );
    expect(seen.log).toEqual(["dispose pool"]);
  });
});

describe("the services of a graph", () => {
  it("stay where a maker has put them itself", async () => {
    const log: string[] = [];
    @ServiceMaker("placed", "Placed.", { providers: [{ token: "log", useValue: log }] })
    class Placed {
      constructor(readonly db: Db) {}
      makeService(): IService {
        const all = new MultiService();
        this.db.setName("own");
        this.db.setServiceParent(all);
        return all;
      }
    }
    const { application, graph } = await assembled(Placed);
    expect(application.services).toHaveLength(1);
    expect(graph.get(Db).path).toBe("placed/own");
  });

  it("may be the one that makeService gives", async () => {
    const log: string[] = [];
    @ServiceMaker("given", "Given.", { providers: [{ token: "log", useValue: log }] })
    class Given {
      constructor(readonly cache: Cache) {}
      makeService(): IService {
        return this.cache;
      }
    }
    const { application } = await assembled(Given);
    await application.start();
    await application.stop();
    expect(log).toEqual(["start db", "start cache", "stop cache", "stop db"]);
  });

  it("may be the maker", async () => {
    @ServiceMaker("itself", "Itself.")
    class Itself extends Service {
      @Parameter("The port.") port = 1;
      makeService(): IService {
        return this;
      }
    }
    const { application } = await assembled(Itself, ["--port", "4"]);
    expect(application.services).toEqual([expect.any(Itself)]);
  });
});

describe("Logger and Shutdown", () => {
  @injectable()
  class Helper {
    constructor(readonly log: Logger) {}
  }
  @injectable()
  class Web extends Service {
    constructor(
      readonly logger: Logger,
      readonly helper: Helper,
    ) {
      super();
      logger.info("built");
    }
  }
  @ServiceMaker("talks", "Talks.")
  class Logs {
    @Parameter("The port.") port = 1;
    constructor(
      readonly log: Logger,
      readonly shutdown: Shutdown,
    ) {}
    makeService(): IService {
      this.log.info("made");
      return new Noted("made", []);
    }
  }
  @ServiceMaker("web", "Web.")
  class WebMaker {
    constructor(
      readonly web: Web,
      readonly log: Logger,
    ) {}
    makeService(): IService {
      this.log.info("made");
      return this.web;
    }
  }

  it("carry the path of the service that asks, or on whose behalf it is asked for", async () => {
    const logger = new KeptLog();
    const { graph } = await assembled(WebMaker, [], { logger });
    const web = graph.get(Web);
    web.logger.info("from the service");
    web.helper.log.info("from its helper");
    expect(logger.lines).toEqual([
      "web: built",
      "web: made",
      "web: from the service",
      "web: from its helper",
    ]);
    const named = await assembled(NamedMaker, [], { logger: new KeptLog(logger.lines) });
    named.graph.get(Web).helper.log.info("from its helper");
    expect(logger.lines.at(-1)).toBe("named/web: from its helper");
  });

  @ServiceMaker("named", "Named.")
  class NamedMaker {
    constructor(readonly web: Web) {}
    makeService(): IService {
      return new Noted("made", []);
    }
  }

  it("may be asked for by a maker whose options are its own fields", async () => {
    const logger = new KeptLog();
    const { application, options } = await assembled(Logs, [], { logger });
    expect(logger.lines).toEqual(["talks: made"]);
    await application.start();
    (options as Logs).shutdown.request(3, "enough");
    expect(await application.finished).toEqual({ exitCode: 3, reason: "enough" });
  });

  it("are given to a described maker by name", async () => {
    const logger = new KeptLog();
    const maker = describeMaker({
      tapname: "plain",
      description: "Plain.",
      inject: { log: Logger, shutdown: Shutdown },
      makeService: (_options, { log, shutdown }) => {
        log.info("made");
        shutdown.request(0);
        return new Noted("made", []);
      },
    });
    await assembled(maker, [], { logger });
    expect(logger.lines).toEqual(["plain: made"]);
  });
});

describe("describeMaker", () => {
  const rest = { description: "X.", makeService: () => new Service() };

  it("refuses what @ServiceMaker refuses, when it is called", () => {
    expect(() => describeMaker({ tapname: "", ...rest })).toThrow('describeMaker "": it has no tapname');
    expect(() => describeMaker({ tapname: "help", ...rest })).toThrow('"help" is a command of appd itself');
    expect(() => describeMaker({ tapname: "x", ...rest, description: "" })).toThrow('"x" has no description');
  });

  it("refuses a maker without makeService, and words that it does not know", () => {
    const untyped = describeMaker as unknown as (description: object) => unknown;
    expect(() => untyped({ tapname: "x", description: "X." })).toThrow(
      'describeMaker "x": it has no makeService',
    );
    expect(() => untyped({ tapname: "x", ...rest, option: {} })).toThrow(
      'describeMaker "x": it knows no "option" (did you mean "options"?)',
    );
    expect(() => untyped({ tapname: "x", ...rest, providers: {} })).toThrow("providers is a list: [ … ]");
  });

  it("takes options as data, as a class, as a thunk, as what describeOptions gives", async () => {
    class Options {
      @Parameter("The port.") port = 2;
    }
    const data = { port: { help: "The port.", default: 2 } };
    for (const options of [data, Options, () => Options, describeOptions(data)]) {
      const ports: unknown[] = [];
      const makeService = (given: object): IService => {
        ports.push((given as Options).port);
        return new Service();
      };
      await assembled(describeMaker({ tapname: "x", description: "X.", options, makeService }), [
        "--port",
        "3",
      ]);
      expect(ports).toEqual([3]);
    }
  });

  it("calls makeService as the method that it is", async () => {
    const description = {
      tapname: "x",
      description: "X.",
      makeService(): IService {
        expect(this).toBe(description);
        return new Service();
      },
    };
    await assembled(describeMaker(description));
    expect.assertions(1);
  });

  it("types the options by their description, and what is injected by its tokens", () => {
    describeMaker({
      tapname: "x",
      description: "X.",
      options: { port: { help: "The port.", default: 1 }, host: { help: "A host." } },
      inject: { log: Logger, any: "token" },
      makeService: ({ port, host }, { log, any }) => {
        const typed: [number, string | undefined, Logger, unknown] = [port, host, log, any];
        // @ts-expect-error -- it is a number
        const wrong: string = port;
        return new Noted(String(typed.length), [wrong]);
      },
    });
  });
});

describe("assemble", () => {
  it("W-37: does not wait for a makeService that hangs beyond the start's time", async () => {
    const timers: (() => void)[] = [];
    const clock = {
      now: () => 0,
      setTimeout: (f: () => void) => timers.push(f),
      clearTimeout: () => undefined,
    };
    const maker = describeMaker({
      tapname: "hangs",
      description: "Hangs.",
      makeService: () => new Promise<IService>(() => {}),
    });
    const waiting = assembled(maker, [], { clock, startTimeout: 5_000 });
    await new Promise(setImmediate);
    timers.forEach((ring) => ring());
    await expect(waiting).rejects.toThrow("hangs: its service is still not made after 5 s (--start-timeout)");
  });

  it("injects by name: a parameter that is a primitive", async () => {
    class Options {
      @Parameter("The port.") port = 2;
    }
    @ServiceMaker("named", "Named.", { options: Options, providers: [{ token: "answer", useValue: 42 }] })
    class Named {
      constructor(@inject("answer") readonly answer: number) {}
      makeService(): IService {
        return new Noted(String(this.answer), []);
      }
    }
    const { application } = await assembled(Named);
    expect(application.services).toEqual([expect.objectContaining({ id: "42" })]);
  });
});
