import { SoftwareError } from "../../src/base/errors";
import { chooseCommand, clashesOf, commandsOf } from "../../src/cli/commands";
import type { PluginEntry } from "../../src/plugin/listing";

function maker(
  tapname: string,
  shown: string,
  kind: "project" | "package" | "appd" = "project",
): PluginEntry {
  const source = { kind, location: "", said: "", named: false, owner: {} };
  const file = { path: shown, shown, root: "", source };
  return {
    file,
    exportName: "Maker",
    provides: ["IServiceMaker"],
    summary: { tapname, description: `from ${shown}` },
  };
}
const choose = (name: string, entries: PluginEntry[], problems: SoftwareError[] = []) =>
  chooseCommand(name, { commands: commandsOf(entries), problems, builtIn: ["plugins"] });

describe("commandsOf", () => {
  it("TD-27: sorts commands by name and leaves out what is no maker", () => {
    const other = { ...maker("", "plugins/greeter.ts"), summary: undefined };
    const names = commandsOf([maker("web", "b.ts"), other, maker("dns", "a.ts")]).map(({ name }) => name);
    expect(names).toEqual(["dns", "web"]);
  });

  it("lets a project's maker hide one that comes with appd", () => {
    const entries = [maker("web", "shipped.js", "appd"), maker("web", "plugins/web.ts")];
    expect(choose("web", entries).file.shown).toBe("plugins/web.ts");
    expect(clashesOf(commandsOf(entries))).toEqual([]);
  });

  it("W-12: refuses two makers of one name, and names both", () => {
    const entries = [
      maker("web", "plugins/a.ts"),
      maker("web", "plugins/b.ts"),
      maker("dns", "plugins/c.ts"),
    ];
    const message =
      'two makers are called "web": Maker in plugins/a.ts and Maker in plugins/b.ts; rename one of them';
    expect(() => choose("web", entries)).toThrow(message);
    expect(clashesOf(commandsOf(entries)).map((error) => error.message)).toEqual([message]);
    expect(choose("dns", entries).file.shown).toBe("plugins/c.ts");
  });
});

describe("chooseCommand", () => {
  it("W-40: suggests a near name", () => {
    const message = 'unknown command "wbe" (did you mean "web"?); appd --help lists what there is';
    expect(() => choose("wbe", [maker("web", "a.ts")])).toThrow(message);
  });

  it("says how a command is started, to whoever looks for the word that does it", () => {
    expect(() => choose("start", [maker("web", "a.ts")])).toThrow(
      'unknown command "start": appd --daemon COMMAND starts one in the background; appd --help',
    );
  });

  it("W-40: says which plugins were left out, because the command may be in one of them", () => {
    const broken = Array.from(
      { length: 7 },
      (_, at) => new SoftwareError("APPD_PLUGIN", `plugins/${at}.ts: boom`),
    );
    const lines = messageOf(() => choose("dns", [maker("web", "a.ts")], broken)).split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/unknown command "dns".*appd plugins shows all 7 faults$/);
    expect(lines[1]).toBe("plugins/0.ts: boom");
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
