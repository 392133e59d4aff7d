import { resolve } from "node:path";
import { example, firstLine, Project, tarball } from "./harness";

const ROOT = resolve(__dirname, "../..");

const { "plugins/myproject.ts": maker = "", "src/greeter.ts": greeter = "", ...tests } = example("myproject");
const files = { "plugins/myproject.ts": maker, "src/greeter.ts": greeter, ...tests };

describe("a really empty folder", () => {
  let project: Project;
  beforeAll(async () => {
    project = new Project({}, { manifest: null, modules: null });
    await project.install(tarball());
    project.write({ "plugins/myproject.ts": maker, "src/greeter.ts": greeter });
  });
  afterAll(() => project.remove());

  it("W-45: takes an install and two files, and npx appd lists the command", async () => {
    const { status, stdout, stderr } = await project.run("npx", ["appd", "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^ {2}myproject +Run this! It'll make your dog happy\.$/m);
  });

  it("serves with npx appd", async () => {
    const running = project.spawn("npx", ["appd", "myproject", "-p", "0"], { group: true });
    expect(await firstLine(await running.port())).toMatch(/^Woof/);
    expect(await running.stop("SIGINT")).toMatchObject({ stdout: "" });
    expect(running.stderr).toMatch(/received SIGINT, stopping/);
  });

  it("has nothing of the development of appd in it", async () => {
    const { stdout } = await project.run("npm", ["ls", "--all", "--parseable"]);
    const names = stdout.split("\n").map((path) => path.split("node_modules/").at(-1));
    expect(names).toEqual(expect.arrayContaining(["appd", "tsyringe", "class-validator", "pino"]));
    expect(
      names.filter((name) => /^(typescript|tsx|jiti|ts-node|jest|esbuild|rolldown)$/.test(name ?? "")),
    ).toEqual([]);
  });

  it("says what to install when there is no compiler", async () => {
    project.discard("node_modules/@swc", "node_modules/.cache");
    const { status, stderr } = await project.appd(["--help"]);
    expect(stderr).toMatch(
      /^appd: plugins\/myproject\.ts.*: npm i @swc\/core, or run the compiled JavaScript.*\n$/,
    );
    expect(status).toBe(0);
  });
});

describe("this repository", () => {
  it("npm start serves the first example and says how to talk to it", async () => {
    const project = new Project();
    const running = project.spawn("npm", ["start", "--silent", "--", "--port", "0"], {
      cwd: ROOT,
      group: true,
    });
    const port = await running.port();
    expect(running.stdout).toMatch(/nc localhost 1235/);
    expect(await firstLine(port)).toMatch(/^Woof/);
    await running.stop("SIGTERM");
    project.remove();
  });
});

describe.each([
  ["a CommonJS project", {}],
  ["an ESM project", { type: "module" }],
])("the seed's first example in %s", (_kind, manifest) => {
  let project: Project;
  beforeAll(() => (project = new Project(files, { manifest })));
  afterAll(() => project.remove());

  it("stands in the help with its description", async () => {
    const { status, stdout, stderr } = await project.appd(["--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/myproject +Run this! It'll make your dog happy\./);
  });

  it("serves and dies by SIGINT on Ctrl-C", async () => {
    const running = project.start(["myproject", "-p", "0"]);
    expect(await firstLine(await running.port())).toMatch(/Woof/);
    expect(await running.stop("SIGINT")).toMatchObject({ signal: "SIGINT" });
  });

  it("ends with 0 on SIGTERM", async () => {
    const running = project.start(["myproject", "--port=0"]);
    await running.port();
    expect(await running.stop("SIGTERM")).toMatchObject({ status: 0, stdout: "" });
  });

  it("refuses a malformed port with one line", async () => {
    const { status, stdout, stderr } = await project.appd(["myproject", "--port", "http"]);
    expect(stderr).toBe('appd: myproject: --port must be a number, got "http" (from the command line)\n');
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
  });
});
