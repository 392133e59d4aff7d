/** A user's own tests of a maker, in a folder with nothing but what npm installs there. */
import { example, Project, tarball } from "./harness";

const files = example("myproject");
const TEST = "test/myproject.test.ts";
const NODE_TEST = { "test/node.test.ts": `import { test } from "node:test";\n${files[TEST] ?? ""}` };
const settings = { jest: { preset: "appd/jest" } };

let first: Project;
beforeAll(async () => {
  first = new Project(files, { manifest: settings, modules: null });
  await first.install(tarball());
  await first.install("-D", "jest", "@swc/jest");
}, 120_000);
afterAll(() => first.remove());

describe.each(["commonjs", "module"])('the example\'s tests in a project of "type": "%s"', (type) => {
  let project: Project;
  beforeAll(() => {
    project = new Project(
      { ...files, ...NODE_TEST },
      { manifest: { type, ...settings }, modules: first.path("node_modules") },
    );
  });
  afterAll(() => project.remove());

  it("pass with node --require appd/register --test", async () => {
    const { status, stdout } = await project.node(
      "--require appd/register --test --test-reporter=tap test/node.test.ts".split(" "),
    );
    expect(stdout).toMatch(/^# pass [1-9]/m);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^# fail 0$/m) as string });
  });

  it("pass with Jest and its preset", async () => {
    const { status, stderr } = await project.run("npx", ["jest", TEST]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/Tests: +\d+ passed, \d+ total/) as string,
    });
  });
});
