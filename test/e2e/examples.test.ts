/** Every example, run as it stands. */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { example, everything, Project, site, tarball, type Running } from "./harness";

const EXAMPLES = resolve(__dirname, "../../examples");

let project: Project;
afterEach(() => project.remove());

/** What curl gets from a server, headers first. */
async function curl(running: Running, path: string): Promise<string> {
  const url = `http://localhost:${await running.port()}${path}`;
  return execFileSync("curl", ["-sS", "-i", "--max-time", "10", url], { encoding: "utf8" });
}

describe("examples/hello-http", () => {
  it("answers curl", async () => {
    project = new Project(example("hello-http"));
    const running = project.start(["hello", "-p", "0", "--name", "dog"]);
    expect(await curl(running, "/")).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{"greeting":"Hello, dog!"\}$/,
    );
    expect(await curl(running, "/?name=cat")).toContain('{"greeting":"Hello, cat!"}');
    expect(await running.stop()).toMatchObject({ status: 0 });
  });
});

describe("examples/greeters", () => {
  it("PL-02: asks every plugin of its own interface", async () => {
    project = new Project(example("greeters"));
    const running = project.start(["greet-all", "-p", "0"]);
    const greetings = (await everything(await running.port())).trim().split("\r\n");
    expect(greetings.sort()).toEqual(["Good evening, stranger.", "Woof, stranger!"]);
    await running.stop();
  });

  it("PL-24: meets one that is dropped into the folder", async () => {
    project = new Project(example("greeters"));
    project.write({
      "plugins/parrot.ts": `
        import { Implements } from "appd";
        import { IGreeter } from "../src/i-greeter";
        @Implements(IGreeter)
        export class Parrot implements IGreeter {
          greet(name: string): string {
            return \`\${name}! \${name}!\`;
          }
        }`,
    });
    const running = project.start(["greet-all", "-p", "0"]);
    expect(await everything(await running.port())).toContain("stranger! stranger!");
    await running.stop();
  });
});

describe("examples/appd-plugin-daytime", () => {
  it("W-40: packed and installed, adds its command to a project", async () => {
    const folder = resolve(EXAMPLES, "appd-plugin-daytime");
    const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", site()], {
      cwd: folder,
      encoding: "utf8",
    });
    project = new Project({}, { modules: null });
    await project.install(tarball(), join(site(), packed.trim()));
    const help = await project.appd(["--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toMatch(/^ {2}daytime +Tells the time of day to whoever connects\.$/m);
    expect(await project.appd(["daytime", "--version"])).toMatchObject({ stdout: "1.0.0\n" });
    const running = project.start(["daytime", "--port", "0"]);
    expect(Date.parse(await everything(await running.port()))).toBeGreaterThan(0);
    expect(await running.stop()).toMatchObject({ status: 0 });
    const { stdout } = await project.appd(["plugins"]);
    expect(stdout).toMatch(/appd-plugin-daytime/);
  });
});
