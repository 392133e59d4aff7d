import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { CompiledSource, type Outcome } from "./compiled-source";
import { only, ProjectFolder } from "./project-folder";

type Files = Readonly<Record<string, string | object>>;

const source = new CompiledSource();
afterAll(() => source[Symbol.dispose]());

/** What `main.ts` of a project prints, one value a line; it may `print(value)`. */
async function printed(files: Files, main: string): Promise<string[]> {
  using folder = new ProjectFolder({ ...files, "main.ts": main });
  return lines(await runMain(folder));
}

const runMain = (folder: ProjectFolder, environment = {}): Promise<Outcome> =>
  source.run(folder.root, `globalThis.print = console.log; require("./main.ts");`, { environment });

function lines({ stdout, stderr }: Outcome): string[] {
  if (stderr !== "") throw new Error(stderr);
  return stdout.trimEnd().split("\n");
}

const hasImportHooks = Number(process.versions.node.split(".")[0]) >= 22;

describe.each([
  ["a CommonJS project", {}],
  ["an ES module project", { type: "module" }],
])("TypeScript in %s", (_, packageJson) => {
  const print = (files: Files, main: string): Promise<string[]> =>
    printed({ "package.json": packageJson, ...files }, main);

  it("has decorators with their metadata, whatever a tsconfig says", async () => {
    const main = `
      import "reflect-metadata";
      class Db {}
      const dec = (...args: any[]): any => undefined;
      @dec class Shop { @dec port: number = 1; constructor(private readonly db: Db, @dec name: string) {} }
      print(Reflect.getMetadata("design:paramtypes", Shop).map((type: Function) => type.name).join());
      print(Reflect.getMetadata("design:type", Shop.prototype, "port").name);
    `;
    const tsconfig = { compilerOptions: { experimentalDecorators: false, emitDecoratorMetadata: false } };
    expect(await print({ "tsconfig.json": tsconfig }, main)).toEqual(["Db,String", "Number"]);
  });

  it("has enums, const enums, namespaces and parameter properties", async () => {
    const main = `
      import { Level, Size } from "./enums.js";
      namespace Deep { export const answer = 42; }
      class Point { constructor(readonly x: number, protected y = 2) {} }
      print(Level.High, Level[3], Size.Big, Deep.answer, JSON.stringify(new Point(1)));
    `;
    const enums = `export enum Level { Low = 2, High } export const enum Size { Big = 9 }`;
    expect(await print({ "enums.ts": enums }, main)).toEqual([`3 High 9 42 {"x":1,"y":2}`]);
  });

  it("takes ./x.js, ./x.ts, ./x, ./folder and an extension of its own kind to mean the source", async () => {
    const files = {
      "a.ts": `export const a = "a";`,
      "b.mts": `export const b = "b";`,
      "c.cts": `export const c = "c";`,
      "d/index.ts": `export const d = "d";`,
    };
    const main = `
      import { a } from "./a.js"; import { a as a2 } from "./a.ts"; import { a as a3 } from "./a";
      import { b } from "./b.mjs"; import { c } from "./c.cjs"; import { d } from "./d";
      print(a + a2 + a3 + b + c + d);
    `;
    expect(await print(files, main)).toEqual(["aaabcd"]);
  });

  it("prefers the source to the output that lies beside it", async () => {
    const files = { "x.ts": `export const x = "source";`, "x.js": `exports.x = "output";` };
    expect(
      await print(files, `import { x } from "./x.js"; import * as y from "./x"; print(x, y.x);`),
    ).toEqual(["source source"]);
  });

  it("finds the source that package.json's imports name as output", async () => {
    const files = {
      "package.json": { ...packageJson, imports: { "#db": "./src/db.js" } },
      "src/db.ts": `export const db = "found";`,
    };
    expect(await printed(files, `import { db } from "#db"; print(db);`)).toEqual(["found"]);
  });

  it("imports an ES module, JSON and a CommonJS package", async () => {
    const files = {
      "esm.mjs": `export default "esm"; export const named = 1;`,
      "data.json": { answer: 42 },
      "node_modules/old/index.js": `module.exports = function old() { return "old"; };`,
    };
    const main = `
      import esm, { named } from "./esm.mjs"; import data from "./data.json"; import old from "old";
      print(esm, named, data.answer, old());
    `;
    expect(await print(files, main)).toEqual(["esm 1 42 old"]);
  });

  it("imports with import(), TypeScript and modules with top-level await too", async () => {
    const files = {
      "later.ts": `export const later = "later";`,
      "slow.mjs": `export const slow = await Promise.resolve("slow");`,
    };
    const main = `
      void (async () => {
        const { later } = await import("./later.js");
        const { slow } = await import("./slow.mjs");
        print(later, slow, (await import("node:path")).sep);
      })();
    `;
    expect(await print(files, main)).toEqual(["later slow /"]);
  });

  it("gives the same namespace and the same classes with import() as with import", async () => {
    const files = {
      "src/x.ts": `export function boom() {} export class Shop { private x!: number } export default 7;`,
      "esm.mjs": `export const named = 1;`,
      "data.json": { answer: 42 },
    };
    const main = `
      import * as x from "./src/x.js";
      import { pathToFileURL } from "node:url";
      void (async () => {
        const y = await import("./src/x.js");
        print(Object.keys(y).sort().join(), y.default, y.Shop === x.Shop, y === x);
        const names = ["./src/x.js", pathToFileURL(__dirname + "/src/x.ts").href];
        for (const name of names) print((await import(name)).Shop === x.Shop);
        print((await import(pathToFileURL(__dirname + "/src/x.ts") as any)).default);
        print(Object.keys(await import("./esm.mjs")).join(), (await import("./esm.mjs?again")).named);
        print((await import("./data.json", { with: { type: "json" } })).default.answer);
        print((await import("data:text/javascript,export default 5")).default);
        await import("./missing.js").catch((error) => print(error.code));
      })();
    `;
    expect(await print(files, main)).toEqual([
      "Shop,boom,default 7 true true",
      "true",
      "true",
      "7",
      "named 1",
      "42",
      "5",
      "MODULE_NOT_FOUND",
    ]);
  });

  it("imports with import() a package that is for import only", async () => {
    const files = {
      "node_modules/modern/package.json": { type: "module", exports: { import: "./index.js" } },
      "node_modules/modern/index.js": `export const modern = true;`,
    };
    expect(await print(files, `void import("modern").then(({ modern }) => print(modern));`)).toEqual([
      "true",
    ]);
  });

  it("shows the lines that were written in stacks", async () => {
    const thrower = `interface Unused {\n  a: string;\n}\n\nexport function fail(): never {\n  throw new Error("here");\n}\n`;
    const main = `import { fail } from "./fail.js"; try { fail(); } catch (error) { print((error as Error).stack); }`;
    expect((await print({ "fail.ts": thrower }, main)).join()).toContain("fail.ts:6:9");
  });

  it("knows its own place", async () => {
    const main = `print(import.meta.url.endsWith("/main.ts"), require("node:path").basename(__filename));`;
    expect(await print({}, main)).toEqual(["true main.ts"]);
  });

  it("keeps the names of classes", async () => {
    const main = `const dec = (target: Function): any => class extends (target as any) {};
      class Plain {} print(Plain.name); @dec class Shop {} print(Object.getPrototypeOf(Shop).name);`;
    expect(await print({}, main)).toEqual(["Plain", "Shop"]);
  });

  const withImportHooks = hasImportHooks ? it : it.skip;

  withImportHooks("is one and the same class imported by an ES module and required", async () => {
    const files = {
      "shop.ts": `export class Shop { private x!: number }`,
      "user.mjs": `export { Shop } from "./shop.js";`,
    };
    const main = `import { Shop } from "./shop.js"; void import("./user.mjs").then((m) => print(m.Shop === Shop));`;
    expect(await print(files, main)).toEqual(["true"]);
  });

  withImportHooks("shows an ES module all the names that it exports", async () => {
    const files = {
      "shop.ts": `const dec = (target: Function): void => {}; @dec export class Shop {} export const a = 1; export default 7;`,
      "user.mjs": `import { Shop, a } from "./shop.js"; export const seen = [typeof Shop, a].join();`,
    };
    expect(await print(files, `void import("./user.mjs").then(({ seen }) => print(seen));`)).toEqual([
      "function,1",
    ]);
  });

  it("refuses top-level await with a line", async () => {
    using folder = new ProjectFolder({
      "package.json": packageJson,
      "main.ts": `export const x = await Promise.resolve(1);`,
    });
    const { stderr } = await runMain(folder);
    expect(stderr).toContain("main.ts uses await at its top level");
  });

  it("says where TypeScript does not parse, in one line", async () => {
    using folder = new ProjectFolder({
      "package.json": packageJson,
      "main.ts": `const x = 1;\nconst y = ;\n`,
    });
    expect((await runMain(folder)).stderr).toMatch(
      /TypeScriptSyntaxError: Expression expected \(\S*main\.ts:2:11\)/,
    );
  });
});

describe("TypeScript in packages", () => {
  it("is not compiled below node_modules", async () => {
    using folder = new ProjectFolder({
      "node_modules/raw/index.ts": `export const raw: number = 1;`,
      "node_modules/raw/package.json": { main: "index.ts" },
      "main.ts": `import { raw } from "raw"; print(raw);`,
    });
    const { stderr } = await runMain(folder);
    expect(stderr).toMatch(/raw\/index\.ts lies below node_modules/);
  });

  it("is compiled in a linked workspace", async () => {
    using workspace = new ProjectFolder({
      "package.json": { name: "lib", main: "index.ts" },
      "index.ts": `export const lib: string = "linked";`,
    });
    using folder = new ProjectFolder({ "main.ts": `import { lib } from "lib"; print(lib);` });
    mkdirSync(folder.path("node_modules"));
    symlinkSync(workspace.root, folder.path("node_modules/lib"));
    expect(lines(await runMain(folder))).toEqual(["linked"]);
  });
});

describe("the cache of compiled TypeScript", () => {
  const cacheOf = (folder: ProjectFolder): string => folder.path("node_modules/.cache/appd");
  /** A project with a cache, whose one file was compiled long ago. */
  async function compiled(): Promise<ProjectFolder> {
    const folder = new ProjectFolder({ "node_modules/x": "", "main.ts": `print("one" as string);` });
    await later(folder);
    return folder;
  }
  /** A run a minute later, so that times of files are certain. With a compiler only if asked for. */
  const later = (folder: ProjectFolder, { compiler = true } = {}): Promise<Outcome> =>
    source.run(
      folder.root,
      `const now = Date.now; Date.now = () => now() + 60000; globalThis.print = console.log;
       const Module = require("node:module"), original = Module._load;
       if (!${compiler}) Module._load = (id, ...rest) => {
         if (id === "@swc/core") throw Object.assign(new Error("Cannot find module '@swc/core'"), { code: "MODULE_NOT_FOUND" });
         return original(id, ...rest);
       };
       require("./main.ts");`,
    );

  it("needs no compiler while nothing changes", async () => {
    using folder = await compiled();
    expect(lines(await later(folder, { compiler: false }))).toEqual(["one"]);
  });

  it("says what to install where there is no compiler", async () => {
    using folder = new ProjectFolder({ "main.ts": "" });
    expect((await later(folder, { compiler: false })).stderr).toContain(
      "main.ts is TypeScript, and @swc/core isn't installed: npm i @swc/core, or run the compiled JavaScript",
    );
  });

  it("compiles again what has changed", async () => {
    using folder = await compiled();
    folder.write({ "main.ts": `print("two" as string);` });
    expect(lines(await later(folder))).toEqual(["two"]);
    expect(lines(await later(folder, { compiler: false }))).toEqual(["two"]);
  });

  it("compiles nothing where only times changed", async () => {
    using folder = await compiled();
    folder.age("main.ts");
    expect(lines(await later(folder, { compiler: false }))).toEqual(["one"]);
  });

  it("notices an edit right after the one before", async () => {
    using folder = new ProjectFolder({ "node_modules/x": "" });
    for (const word of ["one", "two", "six"]) {
      folder.write({ "main.ts": `print("${word}" as string);` });
      expect(lines(await runMain(folder))).toEqual([word]);
    }
  });

  it("rule 26: is private, and not used when others could have written it", async () => {
    using folder = await compiled();
    const file = `${cacheOf(folder)}/${only(readdirSync(cacheOf(folder)))}`;
    const poisoned = folder.read(file.slice(folder.root.length)).replace("one", "evil");
    writeFileSync(file, poisoned);
    expect(lines(await later(folder))).toEqual(["evil"]);
    chmodSync(file, 0o666);
    expect(lines(await later(folder))).toEqual(["one"]);
    writeFileSync(file, poisoned);
    chmodSync(cacheOf(folder), 0o777);
    expect(lines(await later(folder))).toEqual(["one"]);
  });

  it("is not missed where it can't be written", async () => {
    using folder = new ProjectFolder({ "main.ts": `print("one" as string);` });
    expect(lines(await runMain(folder, { HOME: "/dev/null" }))).toEqual(["one"]);
  });

  it("tells files of one name apart, and follows a file that moves", async () => {
    using folder = new ProjectFolder({
      "node_modules/x": "",
      "a/x.ts": `export const x = "a";`,
      "b/x.ts": `export const x = "b";`,
      "main.ts": `import { x } from "./a/x.js"; import { x as y } from "./b/x.js"; print(x, y);`,
    });
    expect(lines(await later(folder))).toEqual(["a b"]);
    rmSync(folder.path("a"), { recursive: true });
    renameSync(folder.path("b"), folder.path("a"));
    folder.write({ "b/x.ts": `export const x = "new";` });
    expect(lines(await later(folder))).toEqual(["b new"]);
  });
});

describe("installHooks", () => {
  const hooks = `
    const { installHooks } = load("plugin/hooks");
    const uninstall = installHooks({});
    const anew = (options) => { uninstall(); return installHooks({ ...options, version: "1" }); };
  `;
  const run = async (files: Files, script: string): Promise<string[]> => {
    using folder = new ProjectFolder(files);
    return lines(await source.run(folder.root, hooks + script));
  };

  it("answers what must be there once with one copy, whoever asks", async () => {
    const files = {
      "one.js": `module.exports = "one";`,
      "node_modules/shared/index.js": `module.exports = "another";`,
      "node_modules/lib/index.js": `module.exports = require("shared");`,
      "main.ts": `import shared from "shared"; import lib from "lib"; console.log(shared, lib);`,
    };
    const script = `anew({ answers: { shared: process.cwd() + "/one.js" } }); require("./main.ts");`;
    expect(await run(files, script)).toEqual(["one one"]);
  });

  it("falls back on a file only where nothing else is found", async () => {
    const files = {
      "back.js": `module.exports = "fallback";`,
      "node_modules/there/index.js": `module.exports = "own";`,
      "main.js": `console.log(require("there"), require("not-there"));`,
    };
    const script = `
      const back = process.cwd() + "/back.js";
      anew({ exports: { there: back, "not-there": back } }); require("./main.js");`;
    expect(await run(files, script)).toEqual(["own fallback"]);
  });

  it("lends class-validator to a project that hasn't got it", async () => {
    const main = `import { IsInt } from "class-validator"; console.log(typeof IsInt);`;
    expect(await run({ "main.ts": main }, `require("./main.ts");`)).toEqual(["function"]);
  });

  it("takes its hooks out again", async () => {
    const script = `
      uninstall();
      try { require("./main.ts"); } catch { console.log("refused"); }`;
    expect(await run({ "main.ts": "enum Level { Low }" }, script)).toEqual(["refused"]);
  });

  it("stays as it is when it is installed twice", async () => {
    const script = `console.log(installHooks({}) === uninstall);`;
    expect(await run({}, script)).toEqual(["true"]);
  });
});
