/** What a user's own tsc makes of appd's types, and appd of what tsc made: with TypeScript 6 and with 7. */
import { example, firstLine, Project, tarball, type Files } from "./harness";

const EXAMPLES = ["myproject", "hello-http", "greeters", "relay"];

/** Whatever else they set, users of decorators set these two. */
const compilerOptions = {
  target: "es2022",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: false,
  types: ["node"],
  rootDir: ".",
  outDir: "dist",
};

const tsconfig = (include: readonly string[]): string => JSON.stringify({ compilerOptions, include });

/** Relative imports as ES modules have them. */
const withExtensions = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replace(/(from "\.[^"]*)"/g, '$1.js"')]),
  );

const under = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

describe.each(["6", "7"])("TypeScript %s", (version) => {
  let first: Project;
  beforeAll(async () => {
    first = new Project({}, { modules: null });
    await first.install(tarball(), `typescript@${version}`, "@types/node@20");
  });
  afterAll(() => first.remove());

  describe.each(["commonjs", "module"])('in a project of "type": "%s"', (type) => {
    let project: Project;
    afterEach(() => project.remove());
    const create = (files: Files, manifest: object = {}): Project =>
      new Project(type === "module" ? withExtensions(files) : files, {
        manifest: { type, ...manifest },
        modules: first.path("node_modules"),
      });

    it("compiles the first example, and appd runs what came out", async () => {
      const files = { ...example("myproject"), "tsconfig.json": tsconfig(["src", "plugins"]) };
      project = create(files, { appd: { plugins: "dist/plugins" } });
      expect(await project.run("npx", ["tsc"])).toMatchObject({ status: 0, stdout: "" });
      project.discard("src", "plugins");
      const help = await project.appd(["--help"]);
      expect(help).toMatchObject({ status: 0, stderr: "" });
      expect(help.stdout).toMatch(/^ {2}myproject +Run this! It'll make your dog happy\.$/m);
      const running = project.start(["myproject", "-p", "0"]);
      expect(await firstLine(await running.port())).toMatch(/^Woof/);
      expect(await running.stop()).toMatchObject({ status: 0 });
      const { status, stderr } = await project.appd(["myproject", "--port", "http"]);
      expect(stderr).toBe('appd: myproject: --port must be a number, got "http" (from the command line)\n');
      expect(status).toBe(64);
    });
  });

  it("finds no fault in the examples, nor in appd's own types", async () => {
    const files = EXAMPLES.map((name) => under(`examples/${name}`, example(name)));
    const settings = { "tsconfig.json": tsconfig(["examples/*/src", "examples/*/plugins"]) };
    const project = new Project(Object.assign(settings, ...files) as Files, {
      modules: first.path("node_modules"),
    });
    expect(await project.run("npx", ["tsc", "--noEmit"])).toMatchObject({ status: 0, stdout: "" });
    project.remove();
  });

  it("finds a maker's faults where they are written", async () => {
    const project = new Project(
      {
        "tsconfig.json": tsconfig(["plugins"]),
        "plugins/wrong.ts": `
import { Implements, Interface, Parameter, Service, ServiceMaker } from "appd";

@Interface("greet")
abstract class IGreeter {
  abstract greet(): string;
}

@Implements(IGreeter)
export class Mute {}

@ServiceMaker("wrong", "Its makeService makes no service.")
export class Wrong {
  @Parameter("A colour.", { choices: ["red", "green"] }) colour = 1;
  makeService(): number {
    return 1;
  }
}
export const service = new Service();
`,
      },
      { modules: first.path("node_modules") },
    );
    const { status, stdout } = await project.run("npx", ["tsc", "--noEmit"]);
    project.remove();
    expect(status).not.toBe(0);
    const lines = [...stdout.matchAll(/wrong\.ts\((\d+),/g)].map(([, line]) => Number(line));
    expect([...new Set(lines)]).toEqual([9, 12, 14]);
    expect(stdout).toContain("Property 'greet' is missing in type 'Mute' but required in type 'IGreeter'");
  });
});
