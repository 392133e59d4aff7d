/** A user's own tests of their makers, in a folder with nothing but what npm installs there. */
import { example, Project, tarball } from "./harness";

const EXAMPLES = {
  myproject: "test/myproject.test.ts",
  "hello-http": "test/hello.test.ts",
  "guarded-site": "test/site.test.ts",
  myserver: "test/myserver.test.ts",
};
const settings = { jest: { preset: "appd/jest" } };

let first: Project;
beforeAll(async () => {
  first = new Project({}, { manifest: settings, modules: null });
  await first.install(tarball());
  await first.install("-D", "jest", "@swc/jest");
});
afterAll(() => first.remove());

describe.each(Object.entries(EXAMPLES))("the tests of examples/%s", (name, test) => {
  const files = example(name);

  describe.each(["commonjs", "module"])('in a project of "type": "%s"', (type) => {
    let project: Project;
    beforeAll(() => {
      const own = { "test/node.test.ts": `import { test } from "node:test";\n${files[test] ?? ""}` };
      const modules = first.path("node_modules");
      project = new Project({ ...files, ...own }, { manifest: { type, ...settings }, modules });
    });
    afterAll(() => project.remove());

    it("pass with node --require appd/register --test", async () => {
      const { status, stdout } = await project.node(
        "--require appd/register --test --test-reporter=tap test/node.test.ts".split(" "),
      );
      expect(stdout).toMatch(/^# pass [1-9]/m);
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: expect.stringMatching(/^# fail 0$/m) as string,
      });
    });

    it("pass with Jest and its preset", async () => {
      const { status, stderr } = await project.run("npx", ["jest", test]);
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: expect.stringMatching(/Tests: +[1-9]\d* passed, \d+ total/) as string,
      });
    });
  });
});
