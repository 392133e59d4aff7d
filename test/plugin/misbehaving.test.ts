import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CompiledSource } from "./compiled-source";
import { ProjectFolder } from "./project-folder";

const source = new CompiledSource();
afterAll(() => source[Symbol.dispose]());

/** Opens the catalog of a project in a process that is really guarded, and prints what came of it. */
const OPEN = `
  const { importGuard } = load("plugin/import-guard");
  process.exitCode = 0;
  const open = load("plugin/catalog").PluginCatalog.open({
    project, environment: process.env, guard: importGuard(process), limit: 300, retry: true,
  });
  void open.then(({ entries, problems }) => console.log(JSON.stringify({
    names: entries.map(({ exportName }) => exportName),
    problems: problems.map(({ message }) => message),
  })));
`;
const GOOD = `
  const { directlyProvides, IPlugin } = require("appd");
  exports.good = {};
  directlyProvides(exports.good, IPlugin);
`;

interface Opened {
  readonly names: readonly string[];
  readonly problems: readonly string[];
}

async function open(files: Readonly<Record<string, string | object>>): Promise<Opened> {
  using folder = new ProjectFolder({ "plugins/z-good.js": GOOD, ...files });
  const { stdout, stderr, status } = await source.run(folder.root, OPEN);
  if (stderr !== "" || status !== 0) throw new Error(`${status}: ${stderr}`);
  return JSON.parse(stdout) as Opened;
}

describe("a plugin that misbehaves while it is imported is one line, and hurts no other:", () => {
  it.each([
    ["throws", "bad.ts", `throw new RangeError("too far");`, "RangeError: too far (plugins/bad.ts:1)"],
    ["throws text", "bad.js", `throw "just text";`, `"just text" was thrown, which is no Error`],
    ["throws undefined", "bad.js", `throw undefined;`, "undefined was thrown, which is no Error"],
    ["throws null", "bad.ts", `throw null;`, "null was thrown, which is no Error"],
    [
      "throws what can't be printed",
      "bad.js",
      `throw { get message() { throw 1 }, [Symbol.for("nodejs.util.inspect.custom")]() { throw 2 } };`,
      "something of type object that can't be shown was thrown, which is no Error",
    ],
    [
      "throws an error of many lines",
      "bad.js",
      `const e = new Error("first\\nsecond"); e.stack = ""; throw e;`,
      "first",
    ],
    [
      "calls process.exit",
      "bad.ts",
      `process.exit(3);`,
      "it ends the process, with status 3, while it is imported",
    ],
    [
      "calls process.exit and catches it",
      "bad.js",
      `process.exitCode = 9; try { process.exit(); } catch {}`,
      "it ends the process, with status 9, while it is imported",
    ],
    [
      "calls process.reallyExit",
      "bad.js",
      `process.reallyExit(4);`,
      "it ends the process, with status 4, while it is imported",
    ],
    [
      "leaves a rejection behind",
      "bad.ts",
      `void Promise.reject(new Error("nobody cares"));`,
      "it leaves a rejection behind that nobody handles: nobody cares",
    ],
    [
      "throws, and leaves a rejection behind",
      "bad.js",
      `void Promise.reject(new Error("first")); throw new Error("second");`,
      "it leaves a rejection behind that nobody handles: first",
    ],
    [
      "throws where nobody can catch it",
      "bad.js",
      `process.nextTick(() => { throw new Error("too late"); });`,
      "it throws where nobody can catch it: too late",
    ],
    [
      "never finishes importing",
      "bad.mjs",
      `await new Promise(() => {});`,
      "its import did not finish within 0.3 s; does it await something that never comes?",
    ],
    [
      "rejects in top-level await",
      "bad.mjs",
      `await Promise.reject(new Error("no"));`,
      "no (plugins/bad.mjs:1)",
    ],
    ["does not parse", "bad.ts", `export const x = ;`, "Expression expected (plugins/bad.ts:1:18)"],
    [
      "uses top-level await in TypeScript",
      "bad.ts",
      `export const x = await 1;`,
      "it uses await at its top level, which TypeScript loaded by appd can't; move it into makeService or an async factory",
    ],
    [
      "misses a file",
      "bad.ts",
      `import { x } from "../src/gone.js"; export const y = x;`,
      "can't find src/gone.js, which plugins/bad.ts imports",
    ],
    [
      "misses a package",
      "bad.ts",
      `import { x } from "@scope/gone/deep"; export const y = x;`,
      `can't find the package "@scope/gone/deep", which plugins/bad.ts imports: npm i @scope/gone`,
    ],
    [
      "misses a package, being an ES module",
      "bad.mjs",
      `import { x } from "gone"; export const y = x;`,
      `can't find the package "gone", which plugins/bad.mjs imports: npm i gone`,
    ],
  ])("%s", async (...[, name, content, reason]) => {
    expect(await open({ [`plugins/${name}`]: content })).toEqual({
      names: ["good"],
      problems: [`plugins/${name}: ${reason}`],
    });
  });

  it("loops for ever, once two processes had to be stopped over it", async () => {
    using folder = new ProjectFolder({
      "plugins/bad.js": `while (!require("node:fs").existsSync("stop"));`,
      "plugins/z-good.js": GOOD,
      "node_modules/x": "",
    });
    for (let i = 0; i < 2; i++)
      expect((await source.run(folder.root, OPEN, { timeout: 700 })).status).toBe("SIGTERM");
    const { stdout } = await source.run(folder.root, OPEN);
    expect(JSON.parse(stdout)).toMatchObject({
      names: ["good"],
      problems: [expect.stringMatching(/^plugins\/bad\.js: the process did not outlive its import, twice;/)],
    });
    folder.write({ stop: "" });
    expect(JSON.parse((await source.run(folder.root, OPEN)).stdout)).toMatchObject({ problems: [] });
  });

  it("is not taken for deadly because others import it at the same moment", async () => {
    using folder = new ProjectFolder({
      "plugins/slow.js": `
        const { appendFileSync, readFileSync } = require("node:fs");
        appendFileSync("here", ".");
        const until = Date.now() + 10_000;
        while (readFileSync("here", "utf8").length < 4 && Date.now() < until);
        ${GOOD}`,
      "node_modules/x": "",
      here: "",
    });
    const one = async (): Promise<unknown> => JSON.parse((await source.run(folder.root, OPEN)).stdout);
    const here = (): number => readFileSync(join(folder.root, "here"), "utf8").length;
    const all = [];
    for (let at = 1; at <= 4; at += 1) {
      all.push(one());
      for (let tries = 0; here() < at && tries < 1_000; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await Promise.all(all)).toEqual(Array(4).fill({ names: ["good"], problems: [] }));
  });

  it("an alias that only a tsconfig knows", async () => {
    const { problems } = await open({
      "tsconfig.json": `{ // comments are allowed\n "compilerOptions": { "paths": { "@app/*": ["./src/*"] } } }`,
      "plugins/bad.ts": `import { db } from "@app/db"; export const y = db;`,
    });
    expect(problems).toEqual([
      `plugins/bad.ts: can't find "@app/db", which plugins/bad.ts imports: a tsconfig's "paths" mean nothing when the program runs; use "imports" in package.json, such as "#app/db"`,
    ]);
  });

  it("files that import each other, with the way round", async () => {
    const { problems } = await open({
      "src/a.ts": `import { B } from "./b.js"; export class A { b?: B } export const list = [B];`,
      "src/b.ts": `import { A } from "./a.js"; export class B extends A {}`,
      "plugins/bad.ts": `import { A } from "../src/a.js"; export const y = A;`,
    });
    expect(problems).toEqual([
      "plugins/bad.ts: A is used before it is defined, because files import each other (src/a.ts → src/b.ts → src/a.ts): move what both need into a file of its own",
    ]);
  });

  it("a class that is used above its declaration", async () => {
    const { problems } = await open({
      "plugins/bad.ts": `export const list = [Later]; export class Later {}`,
    });
    expect(problems).toEqual([
      "plugins/bad.ts: Later is used above the place where it is declared: move it up, or write () => Later where a class is named",
    ]);
  });

  it("an ES module plugin with top-level await that finishes is a plugin like any other", async () => {
    const { names, problems } = await open({
      "plugins/a.mjs": `
        import { createRequire } from "node:module";
        const { directlyProvides, IPlugin } = createRequire(import.meta.url)("appd");
        export const slow = await Promise.resolve({});
        directlyProvides(slow, IPlugin);
      `,
    });
    expect({ names, problems }).toEqual({ names: ["slow", "good"], problems: [] });
  });
});
