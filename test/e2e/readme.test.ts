/** What the documents show is true: code compiles, commands say what is shown, names and links lead somewhere. */
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { hashPassword } from "appd";
import { example, Project, type Ended } from "./harness";
import { blocksOf, commandsIn, fileOf, filesOf, typeFaults, type Block } from "./markdown";

const ROOT = resolve(__dirname, "../..");
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const readme = read("README.md");
const docs = readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`);

const blocks = blocksOf(readme);
const inLanguage = (language: string): Block[] => blocks.filter((block) => block.language === language);

/** The TypeScript in a document other than the README, each block in a file of its own. */
const inDocument = (name: string): [file: string, text: string][] =>
  blocksOf(read(name))
    .filter(({ language }) => language === "ts")
    .map(({ text, line }) => [`${name}-line-${line}.ts`, text]);

describe("the TypeScript in the README and the documents", () => {
  it("type-checks", async () => {
    const files = { ...filesOf(inLanguage("ts")), ...Object.fromEntries(docs.flatMap(inDocument)) };
    expect(await typeFaults(files)).toBe("");
    expect(Object.keys(files).length).toBeGreaterThan(5);
  });

  it("shows the first example as it stands in examples/", () => {
    const plain = (text = ""): string => text.replace(/^\/\/ .*\n|^\/\*\*.*\*\/\n|\s+/gm, "");
    const shown = filesOf(inLanguage("ts"));
    const written = example("myproject");
    for (const name of ["plugins/myproject.ts", "src/greeter.ts"]) {
      expect(plain(shown[name])).toBe(plain(written[name]));
    }
  });

  it("lists the commands of its makers", async () => {
    const project = new Project(
      filesOf(inLanguage("ts").filter((block) => block.text.includes("@ServiceMaker"))),
    );
    project.write(filesOf(inLanguage("ts").filter((block) => fileOf(block) === "src/greeter.ts")));
    const { status, stdout, stderr } = await project.appd(["--help"], {
      env: { APPD_PLUGIN_PATH: project.path("readme") },
    });
    project.remove();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const [, tapname = ""] of readme.matchAll(/@ServiceMaker\("([\w-]+)"/g))
      expect(stdout).toContain(`  ${tapname} `);
  });
});

describe("the JavaScript in the README", () => {
  it.each(inLanguage("js").map((block) => [block.line, block] as const))(
    "works, line %d",
    async (_line, block) => {
      const project = new Project({ [fileOf(block)]: block.text });
      const { status, stdout, stderr } = await project.appd(["--help"]);
      project.remove();
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(/^ {2}myproject /m);
    },
  );
});

describe("the JSON in the README", () => {
  it.each(inLanguage("json").map((block) => [block.line, block] as const))(
    "is JSON, line %d",
    (_line, block) => {
      expect(JSON.parse(block.text)).toBeInstanceOf(Object);
    },
  );

  it("shows the package.json of the example of a plugin package", () => {
    const shown = inLanguage("json").map(({ text }) => JSON.parse(text) as { name?: string });
    const package_ = shown.find(({ name }) => name === "appd-plugin-daytime");
    expect(JSON.parse(read("examples/appd-plugin-daytime/package.json"))).toMatchObject(
      package_ ?? { none: true },
    );
  });
});

const commands = commandsIn(inLanguage("console"));
/** Whoever adds a user is asked for a password: that is tested elsewhere. */
const ours = commands.filter(({ command }) => /^(npx )?appd (?!passwd add)/.test(command));

describe("the commands in the README", () => {
  let project: Project;
  beforeAll(async () => {
    project = new Project({
      ...example("myproject"),
      ...example("myserver"),
      ...filesOf(inLanguage("ts").filter((block) => !fileOf(block).startsWith("readme/"))),
      "users.passwd": `alice:${await hashPassword("s3cret")}\n`,
    });
    chmodSync(project.path("users.passwd"), 0o600);
  });
  afterAll(() => project.remove());

  it("are there", () => expect(ours.length).toBeGreaterThan(2));

  it.each(ours.map((shown) => [shown.command, shown] as const))("%s", async (command, { output }) => {
    const words = command.replace(/^(npx )?appd /, "").split(" ");
    if (output !== "" || words.some((word) => word.startsWith("--help"))) {
      const { stdout, stderr }: Ended = await project.appd(words);
      if (output !== "") expect((stdout + stderr).trim()).toBe(output);
      else
        expect({ stdout, stderr }).toEqual({
          stdout: expect.stringContaining("Usage:") as string,
          stderr: "",
        });
      return;
    }
    // Whatever port is shown, another program may have it at the moment.
    const running = project.start(words.map((word) => (word === "1235" ? "0" : word)));
    await running.port();
    expect(await running.stop("SIGINT")).toMatchObject({ signal: "SIGINT", stdout: "" });
  });
});

describe.each(["README.md", "CONTRIBUTING.md", ...docs])("%s", (name) => {
  const text = read(name);

  it("names scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm (?:run )?(start|test|(?<=run )[\w:-]+)/g)].map(
      ([, script]) => script,
    );
    expect(named.filter((script) => script !== undefined && !(script in scripts))).toEqual([]);
  });

  it("names files that there are", () => {
    const named = [...text.matchAll(/`((?:src|test|examples|scripts|bench)\/[\w./-]*)`/g)].map(
      ([, path = ""]) => path,
    );
    const missing = named.filter(
      (path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, "examples/myproject", path)),
    );
    expect(missing).toEqual([]);
  });

  it("has links that lead somewhere", () => {
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replace(/ /g, "-"),
    );
    const wrong = [...text.matchAll(/\]\(([^)]+)\)/g)]
      .map(([, to = ""]) => to)
      .filter((to) =>
        to.startsWith("#")
          ? !headings.includes(to.slice(1))
          : !to.startsWith("https:") && !existsSync(join(ROOT, dirname(name), to)),
      );
    expect(wrong).toEqual([]);
  });
});
