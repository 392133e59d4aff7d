/** Every example, run as it stands. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { hashPassword } from "appd";
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

describe("examples/myserver", () => {
  /** What it says to somebody who says this. */
  async function talk(running: Running, ...lines: string[]): Promise<string[]> {
    const socket = connect(await running.port(), "127.0.0.1").setEncoding("utf8");
    socket.write([...lines, "QUIT", ""].join("\r\n"));
    let said = "";
    for await (const text of socket) said += String(text);
    return said.trim().split("\r\n");
  }

  beforeEach(() => {
    project = new Project(example("myserver"));
  });

  it("W-05: lets in whom --auth memory names, warns of the secret once, and hides it", async () => {
    const running = project.start([
      "myserver",
      "-p",
      "0",
      "--auth",
      "memory:alice:s3cret",
      "--auth=anonymous",
    ]);
    const answers = await talk(running, "USER alice", "PASS s3cret", "whoami");
    expect(answers.slice(2)).toEqual(["+OK logged in", "alice at localhost", "+OK bye"]);
    expect((await talk(running, "USER alice", "PASS guess"))[2]).toBe("-ERR wrong name or password");
    if (process.platform === "linux") {
      const title = readFileSync(`/proc/${running.pid}/cmdline`, "utf8");
      expect(title).toMatch(/^appd myserver -p 0 --auth \*\*\* --auth=\*\*\*/);
    }
    const { status, stderr } = await running.stop();
    expect(status).toBe(0);
    expect(stderr).not.toContain("s3cret");
    expect(stderr).not.toContain("guess");
    expect(stderr.match(/a secret on the command line/g)).toHaveLength(1);
    expect(stderr).toContain('login of \\"alice\\" from 127.0.0.1: granted');
    expect(stderr).toContain('login of \\"alice\\" from 127.0.0.1: refused');
  });

  it("CK-03: lets in whom a password file names, and sees when it changes", async () => {
    project.write({ "users.passwd": `alice:${await hashPassword("s3cret")}\n` });
    chmodSync(project.path("users.passwd"), 0o600);
    const running = project.start(["myserver", "-p", "0", "--auth", "file:users.passwd"]);
    expect((await talk(running, "USER alice", "PASS s3cret"))[2]).toBe("+OK logged in");
    project.write({ "users.passwd": `bob:${await hashPassword("s3cret")}\n` });
    expect((await talk(running, "USER alice", "PASS s3cret"))[2]).toBe("-ERR wrong name or password");
    expect((await talk(running, "USER bob", "PASS s3cret"))[2]).toBe("+OK logged in");
    await running.stop();
  });

  it("prints what --help-auth and --help-auth-type ask for", async () => {
    const { status, stdout } = await project.appd(["myserver", "--help-auth"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^anonymous +No argstring required\.$/m);
    expect(stdout).toMatch(/^file +PATH/m);
    expect(stdout).not.toContain("sshkey");
    expect(await project.appd(["myserver", "--help-auth-type", "file"])).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  it.each([
    ["", 64, /^appd: myserver: --auth is required \(give --auth <type\[:arguments\]>, /],
    [
      "--auth flie:users.passwd",
      64,
      /^appd: myserver: --auth: there is no type "flie" \(did you mean "file"\?\)/,
    ],
    [
      "--auth sshkey",
      64,
      /^appd: myserver: --auth sshkey is not supported by this service: it judges ISSHPrivateKey/,
    ],
    ["--auth file", 64, /^appd: myserver: --auth file: it requires a path; write --auth file:PATH/],
    ["--auth file:nowhere", 66, /^appd: myserver: --auth file:nowhere: there is no file nowhere in /],
    ["--auth file:plugins", 78, /^appd: myserver: --auth file:plugins: it is a folder, not a file$/],
    [
      "--auth file:broken.passwd",
      78,
      /^appd: myserver: --auth file:broken\.passwd: line 2: there is no ":" behind a name$/,
    ],
  ])("W-09, W-14: says in one line what is wrong with %p", async (words, status, line) => {
    project.write({ "broken.passwd": "# people\nalice\n" });
    chmodSync(project.path("broken.passwd"), 0o600);
    const ended = await project.appd(["myserver", ...words.split(" ").filter(Boolean)]);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr.trim().split("\n")).toEqual([expect.stringMatching(line)]);
  });
});

describe("examples/relay", () => {
  const takers: Server[] = [];
  afterEach(() => {
    for (const taker of takers.splice(0)) taker.close();
  });

  /** Takes what it is sent, until it is told to go away. */
  async function collector(port = 0) {
    let text = "";
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.setEncoding("utf8").on("data", (more: string) => (text += more));
    });
    takers.push(server);
    await once(server.listen(port, "127.0.0.1"), "listening");
    return {
      port: (server.address() as AddressInfo).port,
      async hears(wanted: string): Promise<void> {
        for (const end = Date.now() + 20_000; !text.includes(wanted) && Date.now() < end;)
          await new Promise((resolve) => setTimeout(resolve, 10));
        expect(text).toContain(wanted);
      },
      goAway(): void {
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    };
  }

  async function say(...lines: string[]): Promise<void> {
    const socket = connect(project.path("relay.sock"));
    socket.end(lines.map((line) => `${line}\n`).join("")).resume();
    await once(socket, "close");
  }

  it("IN-11, IN-07: passes lines on, keeps them while the collector is away, and reports", async () => {
    project = new Project(example("relay"));
    const first = await collector();
    const words = ["relay", "--to", `tcp:127.0.0.1:${first.port}`, "--report", "0.2"];
    const running = project.start(["--log-format", "json", ...words]);
    await running.says(/"service":"relay\/server","msg":"listening on .*relay\.sock"/);
    await say("one", "two");
    await first.hears("one\ntwo\n");
    first.goAway();
    await running.says(/"service":"relay\/collector".*scheduling retry 1/);
    await say("three", "four");
    await running.says(/"service":"relay\/report".*"msg":"2 lines passed on, 2 waiting"/);
    const second = await collector(first.port);
    await second.hears("three\nfour\n");
    const { status, stderr } = await running.stop();
    expect({ status, errors: stderr.match(/"level":[56]0.*/g) }).toEqual({ status: 0, errors: null });
    expect(existsSync(project.path("relay.sock"))).toBe(false);
  });

  it("EP-17: says in one line what is wrong with an endpoint", async () => {
    project = new Project(example("relay"));
    const { status, stderr } = await project.appd(["relay", "--to", "tpc:localhost:5140"]);
    expect(status).toBe(64);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^appd: relay: --to.*did you mean "tcp"\?/),
    ]);
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
