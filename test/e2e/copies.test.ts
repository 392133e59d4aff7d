/** Several copies of appd on one machine. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { example, firstLine, Project, site } from "./harness";

/** A copy of the packed appd of another version; what it depends on is the same. */
function copyTo(folder: string): void {
  cpSync(join(site(), "node_modules/appd"), folder, { recursive: true });
  const file = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...manifest, version: "9.9.9" }));
}

/** Links every installed package, so that more can be put beside them. */
function linkModules(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(join(site(), "node_modules")).filter((entry) => !entry.startsWith("."))) {
    symlinkSync(join(site(), "node_modules", name), join(folder, name));
  }
}

describe("a global appd", () => {
  let elsewhere: Project;
  let project: Project;
  beforeAll(() => {
    elsewhere = new Project({}, { modules: null });
    linkModules(elsewhere.path("node_modules"));
    elsewhere.discard("node_modules/appd");
    copyTo(elsewhere.path("node_modules/appd"));
    project = new Project(example("myproject"));
  });
  afterAll(() => {
    elsewhere.remove();
    project.remove();
  });

  const global = (): string => elsewhere.path("node_modules/appd/dist/cli.js");

  it("hands over to the project's own copy", async () => {
    const { stdout: own } = await project.appd(["--version"]);
    expect(await project.node([global(), "--version"])).toMatchObject({ status: 0, stdout: own, stderr: "" });
    const running = project.spawn(process.execPath, [global(), "myproject", "-p", "0"]);
    expect(await firstLine(await running.port())).toMatch(/^Woof/);
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("serves a folder that has none", async () => {
    const bare = new Project(
      { "plugins/myproject.js": readFileSync(join(__dirname, "fixtures/bare-maker.js"), "utf8") },
      { modules: null, manifest: null },
    );
    const { stdout } = await bare.node([global(), "--version"]);
    expect(stdout).toBe("9.9.9\n");
    const running = bare.spawn(process.execPath, [global(), "bare", "-p", "0"]);
    expect(await firstLine(await running.port())).toBe("bare");
    expect(await running.stop()).toMatchObject({ status: 0 });
    bare.remove();
  });
});

/** Lets everybody in. */
const ORACLE = `
  const { directlyProvides, ICheckerFactory, IUsernamePassword, AllowAnonymousAccess } = require("appd");
  exports.oracle = {
    authType: "oracle", authHelp: "Ask.", argStringFormat: "", credentialInterfaces: [IUsernamePassword],
    generateChecker: () => new AllowAnonymousAccess(),
  };
  directlyProvides(exports.oracle, ICheckerFactory);
`;

describe("a plugin package with an appd of its own", () => {
  it("is refused with both paths, and hurts no other", async () => {
    const project = new Project(example("myproject"), {
      modules: null,
      manifest: { dependencies: { "appd-plugin-daytime": "*" } },
    });
    linkModules(project.path("node_modules"));
    const files = example("appd-plugin-daytime");
    const manifest = readFileSync(join(__dirname, "../../examples/appd-plugin-daytime/package.json"), "utf8");
    const inside = "node_modules/appd-plugin-daytime";
    project.write({
      [`${inside}/package.json`]: manifest,
      [`${inside}/plugins/daytime.js`]: files["plugins/daytime.js"] ?? "",
    });
    copyTo(project.path(`${inside}/node_modules/appd`));
    const { status, stdout, stderr } = await project.appd(["--help"]);
    expect(stderr).toContain(project.path(`${inside}/node_modules/appd`));
    expect(stderr).toContain(join(site(), "node_modules/appd"));
    expect(stderr).toMatch(/^appd: [^\n]+install appd once[^\n]*\n$/);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}myproject /m);
    expect(stdout).not.toMatch(/^ {2}daytime /m);
    project.remove();
  });

  it("is refused with both paths where it brings a way to log in", async () => {
    const inside = "node_modules/appd-plugin-oracle";
    const project = new Project(example("myserver"), {
      modules: null,
      manifest: { dependencies: { "appd-plugin-oracle": "*" } },
    });
    linkModules(project.path("node_modules"));
    project.write({
      [`${inside}/package.json`]: JSON.stringify({
        name: "appd-plugin-oracle",
        version: "1.0.0",
        appd: { plugins: "plugins" },
        peerDependencies: { appd: "*" },
      }),
      [`${inside}/plugins/oracle.js`]: ORACLE,
    });
    expect(await project.appd(["myserver", "--help-auth-type", "oracle"])).toMatchObject({ status: 0 });
    copyTo(project.path(`${inside}/node_modules/appd`));
    for (const words of [
      ["--auth", "oracle"],
      ["--help-auth-type", "oracle"],
    ]) {
      const { status, stderr } = await project.appd(["myserver", ...words]);
      expect(status).toBe(64);
      const [first, second, ...more] = stderr.trimEnd().split("\n");
      expect(first).toContain('there is no type "oracle"');
      expect(second).toContain(project.path(`${inside}/node_modules/appd`));
      expect(second).toContain(join(site(), "node_modules/appd"));
      expect(more).toEqual([]);
    }
    project.remove();
  });
});
