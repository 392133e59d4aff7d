import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { NoInputError, NoPermissionError } from "../../src/base/errors";
import { findProject } from "../../src/plugin/project";
import { scanPlugins, type Scan } from "../../src/plugin/scan";
import type { Where } from "../../src/plugin/sources";
import { only, ProjectFolder } from "./project-folder";

const look = (folder: ProjectFolder, where: Partial<Where> = {}): Scan =>
  scanPlugins({ project: folder.project, ...where });
const taken = ({ files }: Scan): string[] =>
  files.filter(({ leftOut }) => leftOut === undefined).map(({ shown }) => shown);
const messages = ({ problems }: Scan): string[] => problems.map(({ message }) => message);

describe("scanPlugins", () => {
  it("PL-06: takes a folder's own files and NAME/index, in the order of their names", () => {
    using folder = new ProjectFolder({
      "plugins/zoo.js": "",
      "plugins/b.cts": "",
      "plugins/a.mjs": "",
      "plugins/shop/index.ts": "",
      "plugins/shop/helper.ts": "",
      "plugins/deep/er/index.ts": "",
    });
    expect(taken(look(folder))).toEqual([
      "plugins/a.mjs",
      "plugins/b.cts",
      "plugins/shop/index.ts",
      "plugins/zoo.js",
    ]);
  });

  it("W-40: says of every other file why it is left out", () => {
    using folder = new ProjectFolder({
      "plugins/x.ts": "",
      "plugins/x.js": "",
      "plugins/x.d.ts": "",
      "plugins/x.test.ts": "",
      "plugins/x.spec.js": "",
      "plugins/_shared.ts": "",
      "plugins/.hidden.js": "",
      "plugins/README.md": "",
    });
    const reasons = look(folder).files.map(({ shown, leftOut }) => [shown, leftOut]);
    expect(reasons).toEqual([
      ["plugins/.hidden.js", "a hidden file"],
      ["plugins/README.md", "no TypeScript or JavaScript"],
      ["plugins/_shared.ts", 'its name begins with "_"'],
      ["plugins/x.d.ts", "declarations only"],
      ["plugins/x.js", "x.ts beside it is its source"],
      ["plugins/x.spec.js", "a test"],
      ["plugins/x.test.ts", "a test"],
      ["plugins/x.ts", undefined],
    ]);
  });

  it("needs no plugins folder", () => {
    using folder = new ProjectFolder();
    expect(look(folder)).toMatchObject({ files: [], problems: [] });
  });

  it("looks where package.json says, a file too, and not in plugins/ then", () => {
    using folder = new ProjectFolder({
      "package.json": { appd: { plugins: ["dist/plugins", "lib/one.js"] } },
      "plugins/ignored.ts": "",
      "dist/plugins/a.js": "",
      "lib/one.js": "",
      "lib/other.js": "",
    });
    expect(taken(look(folder))).toEqual(["dist/plugins/a.js", "lib/one.js"]);
  });

  it("names a place that package.json names and that is not there", () => {
    using folder = new ProjectFolder({ "package.json": { appd: { plugins: "dist/plugins" } } });
    const [problem] = look(folder).problems;
    expect(problem).toBeInstanceOf(NoInputError);
    expect(problem?.message).toBe(
      `"appd.plugins" in ${folder.path("package.json")}: there is no dist/plugins`,
    );
  });

  it("says so when the plugins folder is a file", () => {
    using folder = new ProjectFolder({ plugins: "not a folder" });
    expect(messages(look(folder))).toEqual(["the project's plugins folder: plugins is not a folder"]);
  });

  it("PL-04: looks in every folder and file of APPD_PLUGIN_PATH, and goes on where one is missing", () => {
    using folder = new ProjectFolder({ "plugins/own.ts": "" });
    using other = new ProjectFolder({ "more/b.js": "", "single.js": "" });
    const path = [other.path("more"), other.path("missing"), "", other.path("single.js")].join(":");
    const scan = look(folder, { environment: { APPD_PLUGIN_PATH: path } });
    expect(taken(scan)).toEqual(["plugins/own.ts", other.path("more/b.js"), other.path("single.js")]);
    expect(messages(scan)).toEqual([`APPD_PLUGIN_PATH: there is no ${other.path("missing")}`]);
  });

  it("looks in installed packages that say where, and have appd as their peer", () => {
    using folder = new ProjectFolder({
      "package.json": { dependencies: { good: "1", "@scope/tool": "1", rude: "1", absent: "1" } },
      "node_modules/good/package.json": {
        name: "good",
        version: "2.0.0",
        appd: { plugins: "dist" },
        peerDependencies: { appd: "*" },
      },
      "node_modules/good/dist/a.js": "",
      "node_modules/@scope/tool/package.json": {
        name: "@scope/tool",
        appd: { plugins: "p.js" },
        peerDependencies: { appd: "*" },
      },
      "node_modules/@scope/tool/p.js": "",
      "node_modules/rude/package.json": { name: "rude", appd: { plugins: "dist" } },
      "node_modules/rude/dist/a.js": "",
      "node_modules/indirect/package.json": { appd: { plugins: "." }, peerDependencies: { appd: "*" } },
    });
    const scan = look(folder);
    expect(taken(scan)).toEqual(["node_modules/@scope/tool/p.js", "node_modules/good/dist/a.js"]);
    expect(scan.files.at(-1)?.source).toMatchObject({
      kind: "package",
      owner: { name: "good", version: "2.0.0" },
    });
  });

  it("refuses a package that names plugins outside of itself", () => {
    using folder = new ProjectFolder({
      "package.json": { dependencies: { sly: "1" } },
      "node_modules/sly/package.json": {
        name: "sly",
        appd: { plugins: "../other" },
        peerDependencies: { appd: "*" },
      },
    });
    expect(messages(look(folder))).toEqual([expect.stringContaining("outside of its package")]);
  });

  it("looks at a file once, though two sources lead to it by different paths", () => {
    using folder = new ProjectFolder({ "plugins/a.ts": "" });
    symlinkSync(folder.path("plugins"), folder.path("link"));
    const scan = look(folder, { environment: { APPD_PLUGIN_PATH: folder.path("link") } });
    expect(taken(scan)).toEqual(["plugins/a.ts"]);
  });

  it("follows a linked folder and leaves out a link that leads nowhere", () => {
    using folder = new ProjectFolder({ "elsewhere/index.ts": "", "plugins/a.ts": "" });
    symlinkSync(folder.path("elsewhere"), folder.path("plugins/linked"));
    symlinkSync(folder.path("gone.ts"), folder.path("plugins/broken.ts"));
    const scan = look(folder);
    expect(taken(scan)).toEqual(["plugins/a.ts", "plugins/linked/index.ts"]);
    expect(scan.files.find(({ shown }) => shown === "plugins/broken.ts")?.leftOut).toBe(
      "no file that can be read",
    );
  });

  it("takes 5,000 files", () => {
    using folder = new ProjectFolder();
    folder.write(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`plugins/p${i}.js`, ""])));
    expect(taken(look(folder))).toHaveLength(5000);
  });

  const whenRoot = process.getuid?.() === 0 ? it : it.skip;

  whenRoot("rule 25: refuses, as root, what others may write: a folder and a file", () => {
    using folder = new ProjectFolder({ "plugins/a.ts": "", "plugins/open.ts": "" });
    chmodSync(folder.path("plugins/open.ts"), 0o666);
    const scan = look(folder);
    expect(taken(scan)).toEqual(["plugins/a.ts"]);
    expect(only(scan.problems)).toBeInstanceOf(NoPermissionError);
    expect(messages(scan)).toEqual([expect.stringMatching(/open\.ts.*others may write.*666.*chmod go-w/)]);
    chmodSync(folder.path("plugins"), 0o777);
    expect(taken(look(folder))).toEqual([]);
  });

  whenRoot("rule 25: refuses, as root, what lies in a folder where anyone may replace it", () => {
    using folder = new ProjectFolder({
      "app/package.json": {},
      "app/plugins/a.ts": "",
      "app/plugins/b.ts": "",
    });
    const scanApp = () => scanPlugins({ project: findProject(folder.path("app")) });
    chmodSync(folder.root, 0o777);
    expect(taken(scanApp())).toEqual([]);
    expect(messages(scanApp())).toEqual([
      `plugins is not loaded: appd runs as root, and anyone may replace it in ${folder.root} (mode 777); chmod go-w ${folder.root}`,
    ]);
    chmodSync(folder.root, 0o1777);
    expect(taken(scanApp())).toEqual(["plugins/a.ts", "plugins/b.ts"]);
  });

  whenRoot(
    "rule 25: refuses, as root, a link to where anyone may replace the file, and an open NAME/",
    () => {
      using folder = new ProjectFolder({ "open/x.ts": "", "plugins/a.ts": "", "plugins/b/index.ts": "" });
      symlinkSync(folder.path("open/x.ts"), folder.path("plugins/x.ts"));
      chmodSync(folder.path("open"), 0o777);
      chmodSync(folder.path("plugins/b"), 0o1777);
      expect(taken(look(folder))).toEqual(["plugins/a.ts"]);
      expect(look(folder).problems).toHaveLength(2);
    },
  );

  it("says so when a folder can't be read", () => {
    using folder = new ProjectFolder({ "plugins/a.ts": "" });
    mkdirSync(folder.path("loop"));
    symlinkSync(folder.path("loop/self"), folder.path("loop/self"));
    const scan = look(folder, { environment: { APPD_PLUGIN_PATH: folder.path("loop/self") } });
    expect(messages(scan)).toEqual([expect.stringMatching(/^APPD_PLUGIN_PATH: .*ELOOP/)]);
  });
});
