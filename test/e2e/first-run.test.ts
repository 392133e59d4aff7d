import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { Project } from "./harness";

const EXAMPLE = resolve(__dirname, "../../examples/myproject");
const files = {
  "plugins/myproject.ts": readFileSync(`${EXAMPLE}/plugins/myproject.ts`, "utf8"),
  "src/greeter.ts": readFileSync(`${EXAMPLE}/src/greeter.ts`, "utf8"),
};

async function firstLine(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    socket.once("data", (text: string) => {
      resolve(text);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

describe.each([
  ["a CommonJS project", {}],
  ["an ESM project", { type: "module" }],
])("the seed's first example in %s", (_kind, manifest) => {
  let project: Project;
  beforeAll(() => (project = new Project(files, manifest)));
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
