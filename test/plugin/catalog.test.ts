import { findProject } from "../../src/plugin/project";
import { PluginCatalog } from "../../src/plugin/catalog";
import { only, ProjectFolder } from "./project-folder";

const GREETER = `
  import { Interface, Implements, IPlugin } from "appd";
  @Interface("greet") export abstract class IGreeter extends IPlugin { abstract greet(): string; }
  @Implements(IGreeter) export class Polite implements IGreeter { greet() { return "Good day"; } }
`;

describe("PluginCatalog", () => {
  it("PL-07: finds every plugin that a file exports, whatever its name", async () => {
    using folder = new ProjectFolder({ "package.json": {}, "plugins/greeter.ts": GREETER });
    const catalog = await PluginCatalog.open({ project: findProject(folder.root) });
    expect(catalog.problems).toEqual([]);
    expect(catalog.entries).toMatchObject([{ exportName: "Polite", provides: ["IGreeter", "IPlugin"] }]);
    const plugin = (await catalog.load(only(catalog.entries))) as { greet(): string };
    expect(plugin.greet()).toBe("Good day");
  });

  it("W-11: names a broken file and keeps the others", async () => {
    using folder = new ProjectFolder({
      "package.json": {},
      "plugins/broken.ts": `throw new TypeError("oh no")`,
      "plugins/greeter.ts": GREETER,
    });
    const catalog = await PluginCatalog.open({ project: findProject(folder.root) });
    expect(catalog.problems.map((problem) => problem.message)).toEqual([
      "plugins/broken.ts: TypeError: oh no (plugins/broken.ts:1)",
    ]);
    expect(catalog.entries).toHaveLength(1);
  });
});
