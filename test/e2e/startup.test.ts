/** Start-up is guarded by counting what is loaded, because milliseconds say more about the machine. */
import { chmodSync, readdirSync, readFileSync, realpathSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project, site, type Files } from "./harness";

const EXAMPLE = join(__dirname, "../../examples/myproject");
const CONSTRAINED: Files = {
  "plugins/myproject.ts": readFileSync(join(EXAMPLE, "plugins/myproject.ts"), "utf8"),
  "src/greeter.ts": readFileSync(join(EXAMPLE, "src/greeter.ts"), "utf8"),
};
const PLAIN: Files = {
  ...CONSTRAINED,
  "plugins/myproject.ts": (CONSTRAINED["plugins/myproject.ts"] ?? "")
    .replace(/^import .*"class-validator";\n/m, "")
    .replace(/^ +@(IsInt|Min|Max)\(.*\n/gm, ""),
};

/** What has just been written is looked at again: its stamp proves nothing until the clock has moved on. */
const SETTLED = 2_100;
const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLED));

/** Writes down what a process has loaded when it begins to listen, or when it ends. */
const WITNESS = `
const { writeFileSync } = require("node:fs");
const { Server } = require("node:net");
const before = new Set(process.moduleLoadList);
const { listen } = Server.prototype;
let written = false;
function write() {
  if (written) return;
  written = true;
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  const builtIn = process.moduleLoadList.filter((name) => !before.has(name));
  writeFileSync(process.env.LOADED, JSON.stringify({ files, builtIn }));
}
Server.prototype.listen = function (...where) {
  this.once("listening", write);
  return listen.apply(this, where);
};
process.once("exit", write);
`;

interface Loaded {
  readonly files: readonly string[];
  readonly builtIn: readonly string[];
}

async function loadedBy(project: Project, words: readonly string[]): Promise<Loaded> {
  project.write({ "witness.cjs": WITNESS });
  const LOADED = join(project.folder, "loaded.json");
  const NODE_OPTIONS = `--require ${join(project.folder, "witness.cjs")}`;
  const running = project.start(words, { env: { LOADED, NODE_OPTIONS } });
  if (!words.includes("--help")) {
    await running.port();
    await running.stop();
  }
  expect(await running.ended).toMatchObject({ status: 0 });
  return JSON.parse(readFileSync(LOADED, "utf8")) as Loaded;
}

const costly = ({ builtIn }: Loaded) =>
  builtIn.filter((name) => /NativeModule (crypto|tty|http)$/.test(name));
const inOurs = (file: string) => file.startsWith(realpathSync(join(site(), "node_modules/appd")));

describe("what a start loads", () => {
  let plain: Project;
  let constrained: Project;
  beforeAll(async () => {
    [plain, constrained] = [new Project(PLAIN), new Project(CONSTRAINED)];
    await settle();
    for (const project of [plain, constrained]) await project.appd(["--help"]);
  });
  afterAll(() => [plain, constrained].forEach((project) => project.remove()));

  it("the help: at most five files of ours, and nothing costly of Node's", async () => {
    const loaded = await loadedBy(plain, ["--help"]);
    expect(loaded.files.length).toBeLessThanOrEqual(5);
    expect(loaded.files.filter((file) => !inOurs(file) || file.includes("tsyringe"))).toEqual([]);
    expect(costly(loaded)).toEqual([]);
  });

  it("a plugin without constraints: at most ten files", async () => {
    const loaded = await loadedBy(plain, ["myproject", "-p", "0"]);
    expect(loaded.files.length).toBeLessThanOrEqual(10);
    expect(loaded.files.filter((file) => !inOurs(file))).toEqual([
      join(plain.folder, "plugins/myproject.ts"),
      join(plain.folder, "src/greeter.ts"),
    ]);
    expect(costly(loaded)).toEqual([]);
  });

  it("a plugin with constraints: at most 45 files, and of class-validator's decorators those in use", async () => {
    const loaded = await loadedBy(constrained, ["myproject", "-p", "0"]);
    expect(loaded.files.length).toBeLessThanOrEqual(45);
    expect(loaded.files.filter((file) => /decorator\/(number|typechecker|string)/.test(file))).toHaveLength(
      3,
    );
    expect(loaded.files.filter((file) => /class-transformer|pino/.test(file))).toEqual([]);
    expect(costly(loaded)).toEqual([]);
  });
});

describe("what V8 made of the command", () => {
  const folder = () => join(site(), "node_modules/.cache/appd");
  const kept = () => readdirSync(folder()).filter((name) => name.endsWith(".v8"));
  let project: Project;
  beforeAll(() => (project = new Project(PLAIN)));
  afterAll(() => project.remove());

  async function runs(): Promise<void> {
    const running = project.start(["myproject", "-p", "0"]);
    await running.port();
    expect(await running.stop()).toMatchObject({ status: 0 });
  }

  it("is kept for the next run, for the eyes of its owner only", async () => {
    await runs();
    const names = kept().map((name) => name.slice(0, name.indexOf(".js")));
    expect(names).toEqual(expect.arrayContaining(["index", "runtime", "tsyringe"]));
  });

  it("is made anew when it is damaged, empty, of another file, or could be another's", async () => {
    await runs();
    const damages: ((path: string) => void)[] = [
      (path) => writeFileSync(path, "garbage\n"),
      (path) => truncateSync(path, 5_000),
      (path) => truncateSync(path, 0),
      (path) => writeFileSync(path, readFileSync(path, "latin1").replace(/^\["[^"]*/, '["elsewhere')),
      (path) => chmodSync(path, 0o666),
    ];
    for (const damage of damages) {
      for (const name of kept()) damage(join(folder(), name));
      await runs();
    }
  });
});
