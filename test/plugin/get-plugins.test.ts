import { registerAdapter } from "../../src/interface/adapters";
import { directlyProvides } from "../../src/interface/implements";
import { Interface, SharedInterface } from "../../src/interface/interface";
import type { AbstractClass } from "../../src/interface/record";
import { PluginCatalog } from "../../src/plugin/catalog";
import { getPlugins, lookForPluginsIn, type GetPluginsOptions } from "../../src/plugin/get-plugins";
import { IPlugin } from "../../src/plugin/plugin";
import { ICheckerFactory } from "../../src/auth/i-checker-factory";
import { ProjectFolder } from "./project-folder";

@SharedInterface("test:IGreeter", "greet")
abstract class IGreeter extends IPlugin {
  abstract greet(): string;
}

@SharedInterface("test:IBell", "ring")
abstract class IBell extends IPlugin {
  abstract ring(): string;
}

@Interface("unused")
abstract class IUnused extends IPlugin {
  abstract unused(): void;
}

/** A plugin file whose plugin answers with `word`. */
const greeter = (word: string): string => `
  import { SharedInterface, Implements, IPlugin } from "appd";
  (globalThis as any).ran = [...((globalThis as any).ran ?? []), "${word}"];
  @SharedInterface("test:IGreeter", "greet")
  abstract class IGreeter extends IPlugin { abstract greet(): string; }
  @Implements(IGreeter) export class Greeter implements IGreeter { greet() { return "${word}"; } }
`;
const bell = (sound: string): string => `
  import { SharedInterface, directlyProvides, IPlugin } from "appd";
  (globalThis as any).ran = [...((globalThis as any).ran ?? []), "${sound}"];
  @SharedInterface("test:IBell", "ring")
  abstract class IBell extends IPlugin { abstract ring(): string; }
  export const bell = { ring: () => "${sound}" };
  directlyProvides(bell, IBell);
`;
const world = globalThis as { ran?: string[] };

async function all<T>(wanted: AbstractClass<T>, options: GetPluginsOptions): Promise<T[]> {
  const found: T[] = [];
  for await (const plugin of getPlugins(wanted, options)) found.push(plugin);
  return found;
}

describe("getPlugins", () => {
  let folder: ProjectFolder;
  const greetings = async (options: GetPluginsOptions = {}): Promise<string[]> =>
    (await all(IGreeter, { project: folder.root, ...options })).map((found) => found.greet());

  beforeEach(() => {
    world.ran = [];
    folder = new ProjectFolder({
      "node_modules/.package-lock.json": "{}",
      "plugins/a.ts": greeter("first"),
      "plugins/b.ts": bell("ding"),
      "plugins/c.ts": greeter("second"),
    });
  });
  afterEach(() => folder[Symbol.dispose]());

  it("PL-02: yields the plugins that provide an interface, file by file", async () => {
    expect(await greetings()).toEqual(["first", "second"]);
  });

  it("yields every plugin for IPlugin, and none for an interface that nobody provides", async () => {
    expect(await all(IPlugin, { project: folder.root, shipped: "nowhere" })).toHaveLength(3);
    expect(await all(IUnused, { project: folder.root })).toEqual([]);
  });

  it("yields those that come with appd, for interfaces of appd's", async () => {
    const types = (await all(ICheckerFactory, { project: folder.root })).map(({ authType }) => authType);
    expect(types).toEqual(expect.arrayContaining(["anonymous", "file", "memory"]));
  });

  it("PL-02: tells of a broken plugin and goes on", async () => {
    folder.write({ "plugins/b.ts": `throw new Error("oh no")` });
    const heard: string[] = [];
    expect(await greetings({ onError: ({ message }) => heard.push(message) })).toEqual(["first", "second"]);
    expect(heard).toEqual(["plugins/b.ts: oh no (plugins/b.ts:1)"]);
  });

  it("PL-02: tells of an export that would be a plugin but for its fault", async () => {
    folder.write({
      "plugins/half.js": `const { directlyProvides, ICheckerFactory } = require("appd");
        exports.half = { authType: "half" };
        directlyProvides(exports.half, ICheckerFactory);`,
    });
    const heard: string[] = [];
    expect(await greetings({ onError: ({ message }) => heard.push(message) })).toEqual(["first", "second"]);
    expect(heard).toEqual([expect.stringMatching(/^plugins\/half\.js: .*ICheckerFactory/)]);
  });

  it("PL-23: yields what an adapter makes of a plugin", async () => {
    const forget = registerAdapter((from: IBell) => ({ greet: () => `${from.ring()}!` }), IBell, IGreeter);
    expect(await greetings()).toEqual(["first", "ding!", "second"]);
    forget();
    expect(await greetings()).toEqual(["first", "second"]);
  });

  it("PL-23: tells of an adapter that fails and goes on", async () => {
    const failing = (): IGreeter => {
      throw new Error("no way");
    };
    const forget = registerAdapter(failing, IBell, IGreeter);
    const heard: string[] = [];
    expect(await greetings({ onError: ({ message }) => heard.push(message) })).toEqual(["first", "second"]);
    expect(heard).toEqual([expect.stringMatching(/^plugins\/b\.ts: an adapter failed: no way/)]);
    forget();
  });

  it("PL-24: finds plugins that were added since, and no longer those that are gone", async () => {
    expect(await greetings()).toEqual(["first", "second"]);
    folder.write({ "plugins/d.ts": greeter("third") });
    expect(await greetings()).toEqual(["first", "second", "third"]);
  });

  it("yields the same object each time", async () => {
    const once = await all(IGreeter, { project: folder.root });
    expect(await all(IGreeter, { project: folder.root })).toEqual(once);
    expect(once[0]).toBe((await all(IGreeter, { project: folder.root }))[0]);
  });

  it("yields an object once that two files export", async () => {
    folder.write({ "plugins/again.ts": `export { Greeter } from "./a";` });
    expect(await greetings()).toEqual(["first", "second"]);
  });

  it("loads no file that is known not to provide the interface", async () => {
    await PluginCatalog.open({ project: folder.project });
    world.ran = [];
    await jest.isolateModulesAsync(async () => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- as a new process would
      const { getPlugins: anew } = require("../../src/plugin/get-plugins") as {
        getPlugins: typeof getPlugins;
      };
      const found = anew(IBell, { project: folder.root });
      while (!(await found.next()).done);
    });
    expect(world.ran).toEqual(["ding"]);
  });

  it("looks where it was told to by default", async () => {
    lookForPluginsIn({ project: folder.project });
    expect(await all(IBell, {})).toHaveLength(1);
    lookForPluginsIn({});
  });

  it("looks in the project of the program that runs, where nobody says otherwise", async () => {
    expect(await all(IBell, {})).toEqual([]);
  });

  it("takes plugins of classes written without decorators", async () => {
    folder.write({
      "plugins/plain.js": `
        const { SharedInterface, directlyProvides, IPlugin } = require("appd");
        class IGreeter extends IPlugin {}
        exports.plain = { greet: () => "plain" };
        directlyProvides(exports.plain, SharedInterface("test:IGreeter", "greet")(IGreeter));
      `,
    });
    expect(await greetings()).toEqual(["first", "second", "plain"]);
  });
});

describe("a plugin in two places", () => {
  it("is typed by the interface that was asked for", async () => {
    using folder = new ProjectFolder({ "plugins/a.ts": greeter("typed") });
    for await (const found of getPlugins(IGreeter, { project: folder.root })) {
      const text: string = found.greet();
      expect(text).toBe("typed");
    }
    const object = { greet: () => "x" };
    directlyProvides(object, IGreeter);
    expect(object).toBeInstanceOf(IGreeter);
  });
});
