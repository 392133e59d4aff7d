import { Implements, directlyProvides } from "../../src/interface/implements";
import { Interface } from "../../src/interface/interface";
import { exportedPlugins, interfaceNames } from "../../src/plugin/exported-plugins";
import { IPlugin } from "../../src/plugin/plugin";
import { presentAs } from "../../src/plugin/presented";
import { only } from "./project-folder";

@Interface("greet")
abstract class IGreeter extends IPlugin {
  abstract greet(): string;
}

@Interface("log")
abstract class ILog {
  abstract log(): void;
}

class Greeter implements IGreeter {
  greet(): string {
    return "hello";
  }
}

/** What another copy of appd would have left on a class. */
const presentedElsewhere = (target: object): object =>
  Object.defineProperty(target, Symbol.for("appd.plugin.presented.v1"), {
    value: { plugin: {}, copy: "/elsewhere/node_modules/appd/dist" },
  });

describe("exportedPlugins", () => {
  it("PL-07: finds plugins under whatever name, several in a module, in their order", () => {
    const one = new Greeter();
    const two = new Greeter();
    directlyProvides(one, IGreeter);
    directlyProvides(two, IGreeter);
    expect(exportedPlugins({ anything: one, default: two, other: 12, nothing: null })).toEqual([
      { name: "anything", plugin: one },
      { name: "default", plugin: two },
    ]);
  });

  it("counts an object once that is exported under two names", () => {
    const greeter = new Greeter();
    directlyProvides(greeter, IGreeter);
    expect(exportedPlugins({ default: greeter, greeter })).toEqual([{ name: "default", plugin: greeter }]);
  });

  it("takes what a module is, as module.exports = … makes it", () => {
    const greeter = new Greeter();
    directlyProvides(greeter, IGreeter);
    expect(exportedPlugins(greeter)).toEqual([{ name: "module.exports", plugin: greeter }]);
  });

  it("makes an exported class with new, once however often it is asked for", () => {
    let made = 0;
    @Implements(IGreeter)
    class Counted extends Greeter {
      constructor() {
        super();
        made++;
      }
    }
    const first = only(exportedPlugins({ Counted }));
    const second = only(exportedPlugins({ Renamed: Counted }));
    expect(first.plugin).toBeInstanceOf(Counted);
    expect(second.plugin).toBe(first.plugin);
    expect(made).toBe(1);
  });

  it("takes a class itself where the class, not its instances, is the plugin", () => {
    class Factory {
      static greet = (): string => "static";
    }
    directlyProvides(Factory, IGreeter);
    expect(exportedPlugins({ Factory })).toEqual([{ name: "Factory", plugin: Factory }]);
  });

  it("takes what stands for a class, and never builds it", () => {
    class Maker {
      constructor() {
        throw new Error("must not be built");
      }
    }
    const description = new Greeter();
    directlyProvides(description, IGreeter);
    presentAs(Maker, description);
    class Derived extends Maker {}
    expect(exportedPlugins({ Maker, Derived })).toEqual([{ name: "Maker", plugin: description }]);
  });

  it("names the interfaces of a plugin, those that it extends too", () => {
    const greeter = new Greeter();
    directlyProvides(greeter, IGreeter);
    expect(interfaceNames(greeter)).toEqual(["IGreeter", "IPlugin"]);
  });

  it("PL-01: leaves out, with the reason, what provides an interface but is not marked as a plugin", () => {
    @Implements(ILog)
    class Log implements ILog {
      log(): void {}
    }
    expect(exportedPlugins({ Log, log: new Log() })).toEqual([
      { name: "Log", reason: "it provides ILog, which does not extend IPlugin" },
      { name: "log", reason: "it provides ILog, which does not extend IPlugin" },
    ]);
  });

  it("does not take an interface for a plugin", () => {
    expect(exportedPlugins({ IGreeter, IPlugin })).toEqual([]);
  });

  it("says what a plugin lacks of what it claims to provide", () => {
    const half = {} as IGreeter;
    directlyProvides(half, IGreeter);
    expect(only(exportedPlugins({ half })).reason).toBe("the object is no IGreeter: it lacks greet");
  });

  it("keeps a class that can't be made from hurting the others", () => {
    @Implements(IGreeter)
    class Broken extends Greeter {
      constructor() {
        super();
        throw new TypeError("no database");
      }
    }
    @Implements(IGreeter)
    class Good extends Greeter {}
    expect(exportedPlugins({ Broken, Good })).toMatchObject([
      { name: "Broken", reason: "TypeError: no database" },
      { name: "Good", plugin: {} },
    ]);
  });

  it("survives an export that throws when it is read", () => {
    const exported = Object.defineProperty({}, "late", {
      enumerable: true,
      get() {
        throw new ReferenceError("not yet");
      },
    });
    expect(only(exportedPlugins(exported)).reason).toBe("ReferenceError: not yet");
  });

  it("refuses what was declared through another copy of appd, with both paths", () => {
    class Maker {}
    presentedElsewhere(Maker);
    const { reason } = only(exportedPlugins({ Maker }));
    expect(reason).toContain("the copy of appd in /elsewhere/node_modules/appd");
    expect(reason).toMatch(/the one that runs is in \/\S+; install appd once/);
  });

  it.each([undefined, null, 12, "text", Symbol("x")])("finds nothing in %p", (exported) => {
    expect(exportedPlugins(exported)).toEqual([]);
  });
});
