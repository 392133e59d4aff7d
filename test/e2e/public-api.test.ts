/** What the packed package offers by name. A change here is a change for users: say it in the changelog. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Project, site } from "./harness";

const ENTRIES = { appd: "index", "appd/testing": "testing/index" };

describe.each(Object.entries(ENTRIES))("the public API of %s", (specifier, declarations) => {
  let project: Project;
  beforeAll(() => (project = new Project()));
  afterAll(() => project.remove());

  const names = async (...words: string[]): Promise<string[]> => {
    const { stdout, stderr } = await project.node(words);
    if (stderr !== "") throw new Error(stderr);
    return JSON.parse(stdout) as string[];
  };
  const required = () => names("-p", `JSON.stringify(Object.keys(require("${specifier}")).sort())`);

  it("has these values", async () => {
    expect(await required()).toMatchSnapshot();
  });

  it("has these declarations", () => {
    const text = readFileSync(join(site(), "node_modules/appd/dist/types", `${declarations}.d.ts`), "utf8");
    expect(text).toMatchSnapshot();
  });

  it("has every name for ES modules too", async () => {
    const script = `import * as all from "${specifier}"; console.log(JSON.stringify(Object.keys(all).sort()))`;
    const imported = await names("--input-type=module", "-e", script);
    expect(imported).toEqual(expect.arrayContaining(await required()));
  });
});
