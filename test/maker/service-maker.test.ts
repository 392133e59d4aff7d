import {
  Implements,
  IPlugin,
  IService,
  IServiceMaker,
  Logger,
  MultiService,
  Parameter,
  Service,
  ServiceMaker,
  Shutdown,
  verifyObject,
} from "appd";
import { assembled, makerOf } from "./harness";

class Web extends Service {
  constructor(readonly port: number) {
    super();
  }
}

@ServiceMaker("myproject", "Run this!")
class MyProject {
  @Parameter("The port.", { short: "p" }) port = 1235;

  makeService(): IService {
    return new Web(this.port);
  }
}

class ServerOptions {
  @Parameter("The port.", { short: "p" }) port = 1234;
}

class Db {}

/** Declares a maker as JavaScript or an unchecked compiler would: nothing refuses it but the decorator. */
function declare(cls: unknown, ...args: readonly unknown[]): () => void {
  const decorate = ServiceMaker as unknown as (...args: readonly unknown[]) => (cls: unknown) => void;
  return () => decorate(...args)(cls);
}

describe("ServiceMaker", () => {
  it("presents a description, and builds nothing for it", () => {
    let built = 0;
    @ServiceMaker("counted", "Counts.", { details: "At length.", examples: ["appd counted"] })
    class Counted {
      @Parameter("Anything.") field = ++built;
      makeService(): IService {
        return new Web(1);
      }
    }
    const maker = makerOf(Counted);
    expect(maker).toMatchObject({
      tapname: "counted",
      description: "Counts.",
      details: "At length.",
      examples: ["appd counted"],
    });
    expect(maker.options.fields).toHaveLength(1);
    verifyObject(maker, IServiceMaker);
    verifyObject(maker, IPlugin);
    expect(built).toBe(0);
  });

  it("fills the class's own fields, and runs what makeService gives", async () => {
    const { application, options } = await assembled(MyProject, ["-p", "80"]);
    expect(options).toBeInstanceOf(MyProject);
    expect(application.services.map((service) => (service as Web).port)).toEqual([80]);
    expect((application.services[0] as Web).path).toBe("myproject");
  });

  it("can be called by hand: new MyProject().makeService()", () => {
    expect(new MyProject().makeService()).toMatchObject({ port: 1235 });
  });

  it("gives makeService the options, which are the maker itself where they are its fields", async () => {
    const given: unknown[] = [];
    @ServiceMaker("own", "Own.")
    class Own {
      @Parameter("The port.") port = 1;
      makeService(options: Own): IService {
        given.push(options === this);
        return new Web(options.port);
      }
    }
    @ServiceMaker("apart", "Apart.", { options: ServerOptions })
    class Apart {
      async makeService(options: ServerOptions): Promise<IService> {
        given.push(options.port);
        return new Web(options.port);
      }
    }
    await assembled(Own);
    await assembled(Apart, ["--port", "7"]);
    expect(given).toEqual([true, 7]);
  });

  it("takes options, providers and thunks of classes that stand below it", async () => {
    @ServiceMaker("late", "Late.", {
      options: () => LateOptions,
      providers: [() => LateStore, { token: "store", useClass: () => LateStore }],
    })
    class Late {
      makeService(options: LateOptions): IService {
        return new Web(options.port);
      }
    }
    class LateOptions {
      @Parameter("The port.") port = 5;
    }
    class LateStore {}
    const { application, graph } = await assembled(Late);
    expect((application.services[0] as Web).port).toBe(5);
    expect(graph.get("store")).toBeInstanceOf(LateStore);
  });

  it("lets anything ask for the options by their class, or by one that it extends", async () => {
    class MoreOptions extends ServerOptions {
      @Parameter("A host.") host = "localhost";
    }
    @Implements(IService)
    class Asks extends Service {
      constructor(
        readonly more: MoreOptions,
        readonly base: ServerOptions,
      ) {
        super();
      }
    }
    @ServiceMaker("asks", "Asks.", { options: MoreOptions })
    class Maker {
      constructor(readonly asks: Asks) {}
      makeService(): IService {
        return this.asks;
      }
    }
    const { options, application } = await assembled(Maker, ["--port", "9"]);
    const [asks] = application.services as readonly Asks[];
    expect([asks?.more, asks?.base]).toEqual([options, options]);
    expect(asks?.more).toBe(asks?.base);
  });

  it("builds a maker without any options with the rest of its graph", async () => {
    @ServiceMaker("bare", "Bare.")
    class Bare {
      constructor(readonly db: Db) {}
      makeService(): IService {
        return new Web(this.db instanceof Db ? 3 : 0);
      }
    }
    const { application } = await assembled(Bare);
    expect((application.services[0] as Web).port).toBe(3);
    await expect(assembled(Bare, ["-p"])).rejects.toThrow("bare: unknown option -p");
  });

  it("runs a maker that someone wrote from nothing", async () => {
    @Implements(IServiceMaker)
    class Handmade implements IServiceMaker<ServerOptions> {
      readonly tapname = "handmade";
      readonly description = "By hand.";
      readonly options = makerOf(WithOptions).options as IServiceMaker<ServerOptions>["options"];
      makeService(options: ServerOptions): IService {
        return new Web(options.port);
      }
    }
    const { application } = await assembled(new Handmade(), ["-p", "2"]);
    expect((application.services[0] as Web).port).toBe(2);
  });

  it("makes the service outside of an application too, with what the graph built for it", async () => {
    class Cache extends Service {}
    @ServiceMaker("cached", "Cached.", { options: ServerOptions })
    class Cached {
      constructor(readonly cache: Cache) {}
      makeService(options: ServerOptions): IService {
        return new Web(options.port);
      }
    }
    expect(await makerOf(MyProject).makeService(new MyProject())).toBeInstanceOf(Web);
    const made = (await makerOf(Cached).makeService(new ServerOptions())) as MultiService;
    expect(made.services.map(({ constructor }) => constructor.name)).toEqual(["Cache", "Web"]);
  });
});

@ServiceMaker("with-options", "With options.", { options: ServerOptions })
class WithOptions {
  makeService(): IService {
    return new Web(1);
  }
}

describe("ServiceMaker refuses, when the class is declared,", () => {
  it("W-11: a maker without a tapname or a description", () => {
    expect(declare(class Nameless {}, "")).toThrow(
      "@ServiceMaker on Nameless: it has no tapname: the name of its command comes first",
    );
    expect(declare(class Nameless {})).toThrow("it has no tapname");
    expect(declare(class Silent {}, "silent", " ")).toThrow(
      '@ServiceMaker on Silent: "silent" has no description: a line for the list of commands comes after the name',
    );
    expect(declare(class Silent {}, "silent")).toThrow("has no description");
  });

  it("a tapname that can't be a command, and those of appd itself", () => {
    for (const name of ["My", "1st", "-x", "a b", "ä", "a_b"])
      expect(declare(class Odd {}, name, "Odd.")).toThrow(`${JSON.stringify(name)} can't be a command`);
    for (const name of ["help", "plugins", "doctor"])
      expect(declare(class Taken {}, name, "Taken.")).toThrow(
        `"${name}" is a command of appd itself; take another name`,
      );
  });

  it("a constructor that asks for what needs the options, while they are its own fields", () => {
    const refused = (): unknown => {
      @ServiceMaker("greedy", "Greedy.")
      class Greedy {
        @Parameter("The port.") port = 1;
        constructor(
          readonly log: Logger,
          readonly shutdown: Shutdown,
          readonly db: Db,
        ) {}
        makeService(): IService {
          return new Web(this.port);
        }
      }
      return Greedy;
    };
    expect(refused).toThrow(
      "Greedy: it has options in its own fields, so its constructor may ask for Logger, Shutdown and Portal only, not for Db; " +
        "give the options a class of their own: { options: GreedyOptions }",
    );
  });

  it("options in its own fields and in a class", () => {
    class Both {
      declare port: number;
    }
    Parameter("The port.")(Both.prototype, "port");
    expect(declare(Both, "both", "Both.", { options: ServerOptions })).toThrow(
      "Both: it has options in its own fields and in an options class; keep one of both",
    );
  });

  it("details that nobody knows, and providers that say too little or too much", () => {
    const refusal = (details: object): (() => void) => declare(class Odd {}, "odd", "Odd.", details);
    expect(refusal({ option: ServerOptions })).toThrow(
      'it knows no "option" (did you mean "options"?), only options,',
    );
    expect(refusal({ options: undefined })).toThrow(
      "options is undefined; if two files import each other, say it with a thunk",
    );
    expect(refusal({ providers: Db })).toThrow("providers is a list: [ … ]");
    expect(refusal({ providers: [Db, undefined] })).toThrow(
      "providers[1] is undefined; if two files import each other",
    );
    expect(refusal({ providers: ["db"] })).toThrow("providers[0] is neither a class nor { token, useClass |");
    expect(refusal({ providers: [{ token: Db }] })).toThrow(
      "providers[0] says not where it comes from: it takes one of",
    );
    expect(refusal({ providers: [{ token: Db, useClass: Db, useValue: 1 }] })).toThrow(
      "says useClass and useValue",
    );
    expect(refusal({ providers: [{ token: Db, useClass: undefined }] })).toThrow(
      "has a useClass that is no class",
    );
    expect(refusal({ providers: [{ token: Db, useFactory: 1 }] })).toThrow(
      "has a useFactory that is no function",
    );
    expect(refusal({ providers: [{ token: undefined, useValue: 1 }] })).toThrow(
      "has a token that is undefined",
    );
    expect(refusal({ providers: [{ token: "nothing", useValue: undefined }] })).not.toThrow();
  });

  it("the call of a standard decorator, with what to set", () => {
    const decorate = ServiceMaker("x", "X.") as unknown as (cls: unknown, context: unknown) => void;
    expect(() => decorate(class {}, { kind: "class" })).toThrow(
      "@ServiceMaker was called as a standard decorator",
    );
  });
});

describe("ServiceMaker refuses, when it is used,", () => {
  it("an options class with constructor arguments", async () => {
    class Needs {
      constructor(readonly db: Db) {}
    }
    class Maker {}
    declare(Maker, "needs", "Needs.", { options: Needs })();
    await expect(assembled(Maker)).rejects.toThrow(
      "Maker: its options class Needs takes constructor arguments; options are built without any",
    );
  });

  it.each([
    [
      "throws",
      () => {
        throw new TypeError("boom");
      },
      "x: makeService failed: boom",
    ],
    [
      "throws no Error",
      () => {
        throw { odd: 1 } as unknown;
      },
      "x: makeService failed: { odd: 1 } was thrown",
    ],
    ["rejects", () => Promise.reject(new Error("later")), "x: makeService failed: later"],
    [
      "returns nothing",
      () => undefined,
      "x: makeService returned nothing; it has to return the service to run",
    ],
    ["returns null", async () => null, "x: makeService returned null; it has to return the service to run"],
    [
      "returns text",
      () => "web",
      'x: makeService returned "web", which is no service; extend Service, or say @Implements(IService)',
    ],
    ["returns an object", () => ({}), "which is no service"],
  ])("a makeService that %s", async (_, makeService, message) => {
    class Maker {
      makeService = makeService;
    }
    declare(Maker, "x", "X.")();
    const failure = assembled(Maker);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toHaveProperty("code", expect.stringMatching(/^APPD_(MAKE|NO)_SERVICE$/));
  });

  it("a class without makeService", async () => {
    class Maker {}
    declare(Maker, "x", "X.")();
    await expect(assembled(Maker)).rejects.toThrow("Maker: it has no method makeService");
  });
});

describe("ServiceMaker refuses, while the class is declared,", () => {
  it("a second one on the same class, but not on a subclass", () => {
    class Twice extends MyProject {}
    expect(declare(Twice, "once", "One.")).not.toThrow();
    expect(declare(Twice, "twice", "Two.")).toThrow(
      '@ServiceMaker on Twice: it is a maker already, of "once"; for another command say it on a subclass',
    );
    expect(makerOf(Twice).tapname).toBe("once");
  });

  it("an option whose variable would be appd's own", () => {
    class Log {
      @Parameter("The level.") level = "info";
      makeService(): IService {
        return new Web(1);
      }
    }
    expect(declare(Log, "log", "Logs.")).toThrow(
      "Log.level would be read from APPD_LOG_LEVEL, which is appd's own",
    );
    expect(declare(Log, "logger", "Logs.")).not.toThrow();
  });
});
