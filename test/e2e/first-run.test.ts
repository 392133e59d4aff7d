import { example, firstLine, Project } from "./harness";

const files = example("myproject");

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
