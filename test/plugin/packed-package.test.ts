import { readdirSync, truncateSync, writeFileSync } from "node:fs";
import { CompiledSource } from "./compiled-source";
import { ProjectFolder } from "./project-folder";

const source = new CompiledSource();
afterAll(() => source[Symbol.dispose]());

const MODULES = "node_modules/class-validator";
const FILES = {
  [`${MODULES}/package.json`]: `{ "name": "class-validator", "main": "cjs/index.js" }`,
  [`${MODULES}/cjs/index.js`]: `
    exports.one = require("./one").one;
    exports.two = require("./folder").two;
    exports.letter = require("./letter.js");
    exports.paths = [__filename, __dirname, require.main === module, module.filename].map(String);`,
  [`${MODULES}/cjs/one.js`]: `exports.one = "one";`,
  [`${MODULES}/cjs/folder/index.js`]: `
    exports.where = () => new Error().stack.split("\\n")[1];
    exports.two = "two " + require("../one").one;`,
  [`${MODULES}/cjs/letter.js`]: `module.exports = "ä";`,
};

interface Found {
  readonly all: {
    readonly one: string;
    readonly two: string;
    readonly letter: string;
    readonly paths: string[];
  };
  readonly packed: boolean;
}

/** Loads the package in a process of its own, which keeps what it has learnt when it ends. */
async function load(folder: ProjectFolder): Promise<Found> {
  const { stdout, stderr } = await source.run(
    folder.root,
    `
    const { installHooks } = load("plugin/hooks");
    installHooks({})();
    const now = Date.now;
    Date.now = () => now() + 60000;
    const later = (work) => process.once("exit", work);
    installHooks({ cacheFolder: load("plugin/cache-folder").cacheFolder(project, process.env), later });
    const all = require("class-validator");
    const packed = require("class-validator/cjs/folder/index.js").where().includes(".v8");
    console.log(JSON.stringify({ all, packed }));`,
  );
  if (stderr !== "") throw new Error(stderr);
  return JSON.parse(stdout) as Found;
}

/** The pack: the one file that is kept. */
function packOf(folder: ProjectFolder): string {
  const cache = folder.path("node_modules/.cache/appd");
  return `${cache}/${readdirSync(cache).find((name) => name.endsWith(".v8")) ?? ""}`;
}

describe("class-validator's files", () => {
  it("are packed once it is known which are used, and are the same to each other and to themselves", async () => {
    using folder = new ProjectFolder(FILES);
    const first = await load(folder);
    const later = [await load(folder), await load(folder), await load(folder)];
    expect([first, ...later].map(({ packed }) => packed)).toEqual([false, true, true, true]);
    for (const { all } of later) expect(all).toEqual(first.all);
    expect(first.all).toMatchObject({ one: "one", two: "two one", letter: "ä" });
  });

  it("are loaded anew when one of them has changed", async () => {
    using folder = new ProjectFolder(FILES);
    await load(folder);
    await load(folder);
    writeFileSync(folder.path(`${MODULES}/cjs/one.js`), `exports.one = "ONE";`);
    expect(await load(folder)).toMatchObject({ all: { one: "ONE", two: "two ONE" }, packed: false });
    expect(await load(folder)).toMatchObject({ all: { one: "ONE", two: "two ONE" }, packed: true });
  });

  it("are loaded as ever when the pack is damaged", async () => {
    using folder = new ProjectFolder(FILES);
    await load(folder);
    const whole = await load(folder);
    for (const damage of [
      (path: string) => truncateSync(path, 100),
      (path: string) => truncateSync(path, 0),
      (path: string) => writeFileSync(path, "garbage\n"),
    ]) {
      damage(packOf(folder));
      expect(await load(folder)).toEqual({ ...whole, packed: false });
    }
  });
});
