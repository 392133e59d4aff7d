/** A plugin that can't be loaded is one line on stderr, and hurts no other. */
import { chmodSync, writeFileSync } from "node:fs";

import { example, firstLine, isRoot, NOBODY, Project, type Files } from "./harness";

const good = example("myproject");
const HINT = " (--debug shows the stack)";
const maker = (tapname: string, description: string): string =>
  `import { Service, ServiceMaker } from "appd";
@ServiceMaker(${JSON.stringify(tapname)}, ${JSON.stringify(description)})
export class Maker {
  makeService(): Service {
    return new Service();
  }
}
`;

const projects: Project[] = [];
function projectWith(files: Files): Project {
  const project = new Project({ ...good, ...files });
  projects.push(project);
  return project;
}
afterAll(() => projects.forEach((project) => project.remove()));

const BROKEN: readonly (readonly [string, string, string, string])[] = [
  ["throws", "a.ts", `throw new Error("no database here");`, "no database here (plugins/a.ts:1)"],
  [
    "throws something that is no Error",
    "a.js",
    `throw "no database";`,
    '"no database" was thrown, which is no Error',
  ],
  ["throws undefined", "a.js", `throw undefined;`, "undefined was thrown, which is no Error"],
  [
    "ends the process",
    "a.ts",
    `process.exit(3);`,
    "it ends the process, with status 3, while it is imported",
  ],
  [
    "leaves a rejection behind",
    "a.js",
    `void Promise.reject(new Error("left behind"));`,
    "it leaves a rejection behind that nobody handles: left behind",
  ],
  [
    "uses await at its top level",
    "a.ts",
    `export const a = await Promise.resolve(1);`,
    "it uses await at its top level, which TypeScript loaded by appd can't; move it into makeService or an async factory",
  ],
  [
    "W-11: declares a maker without a tapname",
    "a.ts",
    maker("", "x"),
    "@ServiceMaker on Maker: it has no tapname: the name of its command comes first",
  ],
  [
    "W-11: declares a maker without a description",
    "a.ts",
    maker("x", ""),
    '@ServiceMaker on Maker: "x" has no description: a line for the list of commands comes after the name',
  ],
  [
    "takes a name of appd's own",
    "a.ts",
    maker("status", "x"),
    '@ServiceMaker on Maker: "status" is a command of appd itself; take another name',
  ],
];

describe("PL-14: a plugin that", () => {
  it.each(BROKEN)("%s is left out with a line", async (_title, name, text, line) => {
    const project = projectWith({ [`plugins/${name}`]: text });
    const { status, stdout, stderr } = await project.appd(["--help"]);
    expect(stderr).toBe(`appd: plugins/${name}: ${line}${HINT}\n`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}myproject +Run this!/m);
  });

  it("is broken does not keep another from running, nor adds a word to its run", async () => {
    const project = projectWith({ "plugins/a.ts": "process.exit(3);" });
    const running = project.start(["--log-format", "json", "myproject", "-p", "0"]);
    expect(await firstLine(await running.port())).toMatch(/^Woof/);
    const { stderr } = await running.stop();
    expect(stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{"))).toEqual([]);
  });

  it("is broken shows its stack with --debug", async () => {
    const project = projectWith({ "plugins/a.ts": 'enum A { One }\nthrow new Error("no database here");' });
    const { stderr } = await project.appd(["--debug", "--help"]);
    expect(stderr).toMatch(/^ +at .*plugins\/a\.ts:2:7/m);
  });

  it("never finishes its import is given up after 10 s, once", async () => {
    const project = projectWith({ "plugins/a.mjs": "await new Promise(() => undefined);" });
    const line = `appd: plugins/a.mjs: its import did not finish within 10 s; does it await something that never comes?${HINT}\n`;
    expect(await project.appd(["--help"])).toMatchObject({ status: 0, stderr: line });
    const before = Date.now();
    expect(await project.appd(["--help"])).toMatchObject({ status: 0, stderr: line });
    expect(Date.now() - before).toBeLessThan(8_000);
  });
});

describe("W-12: two makers of one name", () => {
  it("are an error that names both", async () => {
    const project = projectWith({ "plugins/other.ts": maker("myproject", "Another.") });
    expect(await project.appd(["myproject"])).toMatchObject({
      status: 78,
      stdout: "",
      stderr:
        'appd: two makers are called "myproject": MyProject in plugins/myproject.ts and Maker in plugins/other.ts; rename one of them\n',
    });
  });
});

describe("the plugins folder", () => {
  it("that is a file is named, and appd goes on", async () => {
    const project = new Project();
    writeFileSync(project.path("plugins"), "");
    const line = "appd: the project's plugins folder: plugins is not a folder\n";
    expect(await project.appd(["--help"])).toMatchObject({ status: 0, stderr: line });
    expect(await project.appd(["plugins"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("plugins is not a folder") as string,
    });
    project.remove();
  });

  (isRoot ? it : it.skip)("that can't be read is named", async () => {
    const project = projectWith({});
    chmodSync(project.path("plugins"), 0o700);
    const { status, stderr } = await project.appd(["--help"], { user: NOBODY });
    expect(stderr).toMatch(/^appd: the project's plugins folder: plugins can't be read \(EACCES\).*\n$/);
    expect(status).toBe(0);
  });

  it("may hold 5,000 files", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [`plugins/p${n}.js`, `exports.number = ${n};\n`]),
    );
    const project = projectWith(files);
    expect(await project.appd(["--help"])).toMatchObject({ status: 0, stderr: "" });
    expect(await project.appd(["myproject", "--version"])).toMatchObject({ status: 0, stdout: "1.2.3\n" });
  });

  it("may be missing", async () => {
    const project = new Project();
    expect(await project.appd(["--help"])).toMatchObject({ status: 0, stderr: "" });
    project.remove();
  });

  it("that package.json names must exist", async () => {
    const project = new Project({}, { manifest: { appd: { plugins: "dist/plugins" } } });
    const { status, stderr } = await project.appd(["--help"]);
    expect(stderr).toMatch(/^appd: "appd\.plugins" in .*package\.json: there is no dist\/plugins\n$/);
    expect(status).toBe(0);
    project.remove();
  });
});

describe("a cache that can't be written", () => {
  (isRoot ? it : it.skip)("W-41: costs speed, not function", async () => {
    const project = projectWith({});
    const ordinary = { user: NOBODY, env: { HOME: "/nonexistent" } };
    expect(await project.appd(["--help"], ordinary)).toMatchObject({ status: 0, stderr: "" });
    const running = project.start(["myproject", "-p", "0"], ordinary);
    expect(await firstLine(await running.port())).toMatch(/^Woof/);
    expect(await running.stop()).toMatchObject({ status: 0 });
  });
});

it.each([["--help"], ["plugins", "--json"]])(
  "keeps what plugins print out of a list: appd %s",
  async (...words) => {
    const noisy = `console.log("noise one"); process.stdout.write("noise two\\n"); ${maker("noisy", "Prints.")}`;
    const project = projectWith({ "plugins/noisy.ts": noisy });
    const { status, stdout, stderr } = await project.appd(words);
    expect(status).toBe(0);
    expect(stdout).toContain("noisy");
    expect(stdout).not.toContain("noise");
    expect(stderr).toBe("noise one\nnoise two\n");
  },
);
