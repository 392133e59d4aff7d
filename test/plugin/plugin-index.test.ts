import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { plugin, Processes } from "./new-process";
import { only, ProjectFolder } from "./project-folder";

/** A project with a place for the index. */
const project = (files: Readonly<Record<string, string>>): ProjectFolder =>
  new ProjectFolder({ "node_modules/.package-lock.json": "{}", ...files });

const indexOf = (folder: ProjectFolder): string => {
  const cache = folder.path("node_modules/.cache/appd");
  return folder.path(
    "node_modules/.cache/appd",
    only(readdirSync(cache).filter((name) => name.endsWith(".json"))),
  );
};

/** A file's stamp as it was before, though its content changed. */
function forgeTimes(path: string, change: () => void): void {
  const { atime, mtime } = statSync(path);
  change();
  utimesSync(path, atime, mtime);
}

describe("the index", () => {
  const processes = new Processes();
  const look = processes.look.bind(processes);
  afterAll(() => processes[Symbol.dispose]());

  it("remembers what plugins provide, so that nothing is loaded the next time", async () => {
    using folder = project({ "plugins/a.js": plugin("A"), "plugins/b.js": plugin("B") });
    expect((await look(folder)).loaded).toEqual(["A", "B"]);
    const { remembered, loaded, names } = await look(folder);
    expect(remembered).toEqual(["A", "B"]);
    expect(loaded).toEqual([]);
    expect(names).toEqual(["A", "B"]);
  });

  it("keeps what summarize made of a plugin, and nothing else of it", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    expect((await look(folder)).summaries).toEqual([{ called: "A" }]);
  });

  it("W-41: loads a file again whose content changed, and no other", async () => {
    using folder = project({ "plugins/a.js": plugin("A"), "plugins/b.js": plugin("B") });
    await look(folder);
    folder.write({ "plugins/a.js": plugin("Changed") });
    const { remembered, loaded, names } = await look(folder);
    expect(remembered).toBeUndefined();
    expect(loaded).toEqual(["Changed"]);
    expect(names).toEqual(["Changed", "B"]);
  });

  it("PL-11: notices a change of the same size under an older, restored mtime", async () => {
    using folder = project({ "plugins/a.js": plugin("Ann") });
    await look(folder);
    const path = folder.path("plugins/a.js");
    forgeTimes(path, () => folder.write({ "plugins/a.js": plugin("Bob") }));
    folder.age("plugins/a.js", 1e6);
    expect((await look(folder)).names).toEqual(["Bob"]);
  });

  it("PL-11: notices a plugin that was removed, and one that came with an old mtime", async () => {
    using folder = project({ "plugins/a.js": plugin("A"), "old/b.js": plugin("B") });
    folder.age("old/b.js", 1e7);
    await look(folder);
    renameSync(folder.path("old/b.js"), folder.path("plugins/b.js"));
    rmSync(folder.path("plugins/a.js"));
    expect((await look(folder)).names).toEqual(["B"]);
  });

  it("loads nothing where only times changed, as after a checkout", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    folder.age("plugins/a.js");
    const touched = await look(folder);
    expect(touched.remembered).toBeUndefined();
    expect(touched.loaded).toEqual([]);
    expect((await look(folder)).remembered).toBeDefined();
  });

  it("looks closer at a file that was written just before the index", async () => {
    using folder = new ProjectFolder({ "node_modules/x": "", "plugins/a.js": plugin("A") });
    await look(folder, { later: 0 });
    const soon = await look(folder, { later: 0 });
    expect(soon.remembered).toBeUndefined();
    expect(soon.loaded).toEqual([]);
  });

  it("loads a plugin again when a file that it imports has changed", async () => {
    using folder = project({
      "src/base.js": `exports.base = "1";`,
      "src/between.js": `exports.base = require("./base").base;`,
      "plugins/a.js": plugin("A", `globalThis.loaded.push(require("../src/between").base);`),
      "plugins/b.js": plugin("B"),
    });
    expect((await look(folder)).loaded).toEqual(["A", "1", "B"]);
    expect((await look(folder)).loaded).toEqual([]);
    folder.write({ "src/base.js": `exports.base = "2";` });
    const { remembered, loaded } = await look(folder);
    expect(remembered).toBeUndefined();
    expect(loaded).toEqual(expect.arrayContaining(["2", "A"]));
    expect(loaded).not.toContain("B");
  });

  it("looks again at everything when other packages were installed", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    folder.write({ "node_modules/.package-lock.json": `{"changed":true}` });
    expect((await look(folder)).loaded).toEqual(["A"]);
  });

  it("remembers that a file is broken, and tries again only when asked to", async () => {
    using folder = project({
      "plugins/a.js": `globalThis.loaded.push("tried"); throw new TypeError("oh no")`,
    });
    expect((await look(folder)).loaded).toEqual(["tried"]);
    const { remembered, problems, stacks, loaded } = await look(folder);
    expect(remembered).toEqual([]);
    expect(problems).toEqual(["plugins/a.js: TypeError: oh no (plugins/a.js:1)"]);
    expect(only(stacks)).toContain("a.js:1");
    expect(loaded).toEqual([]);
    expect((await look(folder, { retry: true })).loaded).toEqual(["tried"]);
  });

  it("tries a broken file again when what it missed appears", async () => {
    using folder = project({
      "plugins/a.js": plugin("A", `require("../src/later"); require("some-package");`),
      "src/other.js": "",
    });
    expect(only((await look(folder)).problems)).toContain("find src/later");
    folder.write({ "src/later.js": "" });
    expect(only((await look(folder)).problems)).toContain("npm i some-package");
    folder.write({ "node_modules/some-package/index.js": "" });
    expect((await look(folder)).problems).toEqual([]);
  });

  it("tries a broken file again when a file is mended that it imports", async () => {
    using folder = project({
      "plugins/a.js": plugin("A", `require("../src/helper");`),
      "src/helper.js": `throw new Error("broken")`,
    });
    expect(only((await look(folder)).problems)).toBe("plugins/a.js: broken (src/helper.js:1)");
    folder.write({ "src/helper.js": "" });
    expect((await look(folder)).problems).toEqual([]);
  });

  it("is another one for another version of appd", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder, { version: "1.0.0" });
    expect((await look(folder, { version: "1.0.1" })).loaded).toEqual(["A"]);
  });

  it("is private to its user and written whole", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    expect(statSync(indexOf(folder)).mode & 0o777).toBe(0o600);
    expect(statSync(folder.path("node_modules/.cache/appd")).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder.path("node_modules/.cache/appd"))).toHaveLength(1);
  });

  it.each([
    ["nothing", ""],
    ["half of it", `{"key":`],
    ["null", "null"],
    ["something else", `{"key":"x"}`],
  ])("counts for nothing when it holds %s", async (_, content) => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    writeFileSync(indexOf(folder), content);
    const { remembered, loaded } = await look(folder);
    expect(remembered).toBeUndefined();
    expect(loaded).toEqual(["A"]);
  });

  it.each(["files", "witnesses", "interfaces", "common"])("survives nonsense in its %s", async (part) => {
    using folder = project({ "plugins/a.js": plugin("A"), "plugins/b.js": "module.exports = 1" });
    await look(folder);
    const index = JSON.parse(folder.read(indexOf(folder).slice(folder.root.length))) as Record<
      string,
      unknown
    >;
    for (const nonsense of [
      null,
      7,
      "x",
      [7],
      [[7]],
      { "plugins/a.js": 7 },
      { "plugins/a.js": [7, [7], 7] },
    ]) {
      writeFileSync(indexOf(folder), JSON.stringify({ ...index, [part]: nonsense }));
      expect((await look(folder)).names).toEqual(["A"]);
    }
  });

  it("rule 26: counts for nothing when others could have written it", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    const poison = (): void =>
      writeFileSync(
        indexOf(folder),
        folder.read(indexOf(folder).slice(folder.root.length)).replace(/"A"/g, '"Z"'),
      );
    poison();
    expect((await look(folder)).remembered).toEqual(["Z"]);
    chmodSync(indexOf(folder), 0o666);
    expect((await look(folder)).remembered).toBeUndefined();
    poison();
    chmodSync(indexOf(folder), 0o600);
    chmodSync(folder.path("node_modules/.cache/appd"), 0o777);
    expect((await look(folder)).remembered).toBeUndefined();
  });

  const whenRoot = process.getuid?.() === 0 ? it : it.skip;

  whenRoot("rule 26: counts for nothing when another user owns it", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    chownSync(indexOf(folder), 12345, 12345);
    expect((await look(folder)).remembered).toBeUndefined();
  });

  it("lies in the user's cache where there is no node_modules", async () => {
    using folder = new ProjectFolder({ "plugins/a.js": plugin("A") });
    using home = new ProjectFolder();
    for (const environment of [{ HOME: home.root }, { XDG_CACHE_HOME: home.path("xdg"), HOME: "/" }]) {
      expect((await look(folder, { environment })).loaded).toEqual(["A"]);
      expect((await look(folder, { environment })).remembered).toBeDefined();
    }
    expect(readdirSync(home.path(".cache/appd"))).toHaveLength(1);
    expect(readdirSync(home.path("xdg/appd"))).toHaveLength(1);
  });

  it("costs only time where it can be written nowhere", async () => {
    using folder = new ProjectFolder({ "plugins/a.js": plugin("A") });
    for (let i = 0; i < 2; i++) {
      const { names, loaded } = await look(folder, { environment: { HOME: "/dev/null" } });
      expect(loaded).toEqual(["A"]);
      expect(names).toEqual(["A"]);
    }
  });

  it("serves from a place that can't be written any more, and is refreshed elsewhere", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    using home = new ProjectFolder();
    const environment = { HOME: home.root };
    await look(folder, { environment });
    rmSync(folder.path("node_modules/.cache"), { recursive: true });
    folder.write({ "node_modules/.cache": "a file in the way" });
    expect((await look(folder, { environment })).loaded).toEqual(["A"]);
    expect((await look(folder, { environment })).remembered).toBeDefined();
  });

  it("forgets files that are gone", async () => {
    using folder = project({ "plugins/a.js": plugin("A"), "plugins/b.js": plugin("B") });
    await look(folder);
    rmSync(folder.path("plugins/b.js"));
    folder.write({ "plugins/a.js": plugin("A2") });
    await look(folder);
    expect(folder.read(indexOf(folder).slice(folder.root.length))).not.toContain("plugins/b.js");
  });

  it("keeps projects apart that share their node_modules", async () => {
    using folder = project({ "plugins/a.js": plugin("A") });
    await look(folder);
    mkdirSync(folder.path("copy"));
    appendFileSync(folder.path("copy/package.json"), "{}");
    renameSync(folder.path("node_modules"), folder.path("copy/node_modules"));
    folder.write({ "copy/plugins/b.js": plugin("B") });
    expect((await look(folder, { environment: { FOLDER: "copy" } })).loaded).toEqual(["B"]);
  });
});
