import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { Project } from "./harness";

/** A maker whose service does what `--what` says once it has started. */
const TROUBLE = `
import { Logger, MultiService, Parameter, Service, ServiceMaker, Shutdown, TCPServer, type IService } from "appd";

class Heartbeat extends Service {
  constructor(private readonly what: string, private readonly shutdown: Shutdown) { super(); this.setName("heart"); }
  override startService() {
    this.log.info("beating");
    if (this.what === "fail to start") throw new TypeError("no heart");
    if (this.what === "start for ever") return new Promise<void>(() => {});
    setTimeout(() => this.beat(), 5);
  }
  beat() {
    switch (this.what) {
      case "throw": throw new Error("missed a beat");
      case "reject": return void Promise.reject(new Error("lost a beat"));
      case "reject with nothing": return void Promise.reject();
      case "shut down": return this.shutdown.request(3, "enough");
      case "fail": return this.failed(new Error("gave out"));
      case "exit": return process.exit(4);
    }
  }
  override async stopService() {
    this.log.info("stopping the heart");
    if (this.what === "stop for ever") await new Promise(() => {});
  }
}

@ServiceMaker("trouble", "Gets into trouble.")
export class Trouble {
  @Parameter("What to do.") what = "";
  @Parameter("The port to listen on.", { short: "p" }) port = 0;
  constructor(private readonly log: Logger, private readonly shutdown: Shutdown) {}

  async makeService(): Promise<IService> {
    if (this.what === "throw early") throw new TypeError("not made for this");
    if (this.what === "throw nothing") throw undefined;
    if (this.what === "make for ever") { this.log.info("making"); await new Promise(() => {}); }
    const services = new MultiService();
    new TCPServer(this.port, (socket) => socket.end("hi")).setServiceParent(services);
    new Heartbeat(this.what, this.shutdown).setServiceParent(services);
    return services;
  }
}
`;

let project: Project;
beforeAll(() => (project = new Project({ "plugins/trouble.ts": TROUBLE })));
afterAll(() => project.remove());

const words = (what: string): string[] => ["trouble", "--what", what];
const records = (stderr: string): Record<string, unknown>[] =>
  stderr
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("the end of a process", () => {
  it("TL-12: comes after its services have stopped, with 0 after SIGTERM", async () => {
    const running = project.start(words(""));
    await running.says(/beating/);
    const { status, stdout, stderr } = await running.stop();
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(records(stderr).map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(["received SIGTERM, stopping", "stopping the heart"]),
    );
  });

  it("W-38: has the exit code that a service asks for", async () => {
    expect((await project.appd(words("shut down"))).status).toBe(3);
  });

  it("TL-10: is forced by the second signal of any kind, with 1", async () => {
    const running = project.start(words("stop for ever"));
    await running.says(/beating/);
    running.kill("SIGTERM");
    await running.says(/stopping the heart/);
    expect(await running.stop("SIGINT")).toMatchObject({ status: 1, signal: null });
  });

  it("TL-11, W-16: comes at the stop deadline, with a line that names who is late", async () => {
    const running = project.start(["--stop-timeout", "0.1", ...words("stop for ever")]);
    await running.says(/beating/);
    const { status, stderr } = await running.stop();
    expect(stderr).toMatch(/heart.* is still stopping after 0\.1 s/);
    expect(status).toBe(70);
  });

  it("is not brought about by SIGHUP or SIGUSR1", async () => {
    const running = project.start(["--log-level=debug", ...words("")]);
    await running.says(/beating/);
    running.kill("SIGUSR1");
    await running.says(/received SIGUSR1/);
    running.kill("SIGHUP");
    await running.says(/received SIGHUP/);
    const { status, stderr } = await running.stop();
    expect(status).toBe(0);
    expect(stderr).not.toContain("Debugger listening");
  });
});

describe("W-20: a signal before the service runs", () => {
  it("ends cleanly while makeService runs", async () => {
    const running = project.start(words("make for ever"));
    await running.says(/making/);
    const { status, stderr } = await running.stop();
    expect(status).toBe(0);
    expect(stderr).not.toContain("appd:");
  });

  it("ends cleanly while a plugin is loaded", async () => {
    const loading = new Project({
      "plugins/slow.mjs": `process.stderr.write("loading\\n"); await new Promise(() => {});`,
    });
    const running = loading.start(["slow"]);
    await running.says(/loading/);
    const { status, stderr } = await running.stop();
    loading.remove();
    expect({ status, fault: /appd:.*/.exec(stderr) }).toEqual({ status: 0, fault: null });
  });

  it("ends cleanly while a service starts, and stops what had started", async () => {
    const running = project.start(["--stop-timeout", "0.1", ...words("start for ever")]);
    await running.says(/beating/);
    const { status, stderr } = await running.stop();
    expect({ status, fault: /appd:.*/.exec(stderr) }).toEqual({ status: 0, fault: null });
  });
});

describe("W-01, W-14: a fault before the service runs", () => {
  it.each([
    ["makeService throws", "throw early", /not made for this/],
    ["makeService throws what is no Error", "throw nothing", /undefined/],
    ["a service throws while it starts", "fail to start", /no heart/],
  ])("is one line and 70 when %s; the stack comes with --debug", async (_, what, message) => {
    const { status, stdout, stderr } = await project.appd(["--log-level=warn", ...words(what)]);
    expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
    expect(stderr).toMatch(/^appd: .*--debug.*\n$/);
    expect(stderr).toMatch(message);
    const debug = await project.appd(["--debug", "--log-level=warn", ...words(what)]);
    expect(debug.status).toBe(70);
    if (what !== "throw nothing") expect(debug.stderr).toMatch(/plugins\/trouble\.ts:\d+/);
  });

  it("is one line and 69 when the port is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const taken = await new Promise<void>((resolve) => other.close(() => resolve())).then(() =>
      createServer().listen(port),
    );
    const { status, stderr } = await project.appd(["--log-level=warn", "trouble", "-p", String(port)]);
    taken.close();
    expect(stderr).toMatch(new RegExp(`^appd: .*${port}.*\\n$`));
    expect(status).toBe(69);
  });

  it("is one line and 69 when the application is not made in time", async () => {
    const { status, stderr } = await project.appd(["--start-timeout", "0.2", ...words("make for ever")]);
    expect(stderr).toMatch(/appd: makeService did not finish within 0\.2 s; .*\n$/);
    expect(status).toBe(69);
  });
});

describe("an error that nothing caught in a running service", () => {
  it.each([
    ["throw", "an error was thrown and nothing caught it: missed a beat"],
    ["reject", "a promise was rejected and nothing caught it: lost a beat"],
    ["reject with nothing", "a promise was rejected and nothing caught it: undefined was thrown"],
    ["fail", "gave out"],
  ])("ends the process with 70 after a graceful stop: %s", async (what, message) => {
    const { status, stderr } = await project.appd(words(what));
    expect(status).toBe(70);
    const all = records(stderr);
    const fault = all.find(({ msg }) => String(msg).includes(message));
    expect(fault).toMatchObject({ service: expect.stringMatching(/^trouble/) as string });
    expect(all.map(({ msg }) => msg)).toContain("stopping the heart");
  });

  it("is logged with the path of the service, and with lines of the source that was written", async () => {
    const { stderr } = await project.appd(words("throw"));
    const fault = records(stderr).find(({ level }) => level === 60);
    expect(fault).toMatchObject({ service: "trouble/heart" });
    expect(JSON.stringify(fault)).toMatch(/plugins\/trouble\.ts:14:/);
  });

  it("is only logged with --on-unhandled=log", async () => {
    const running = project.start(["--on-unhandled=log", ...words("reject")]);
    await running.says(/lost a beat/);
    expect((await running.stop()).status).toBe(0);
  });

  it("leaves the log whole when a service calls process.exit", async () => {
    const { status, stderr } = await project.appd(words("exit"));
    expect(status).toBe(4);
    expect(records(stderr).map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(["beating", "process.exit was called in the application, status 4"]),
    );
  });
});

describe("the log", () => {
  it("is for people when asked to be, one line a record", async () => {
    const { stderr } = await project.appd(["--log-format=pretty", ...words("shut down")]);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}trouble\/heart: beating$/m);
  });

  it("goes to a file; a fault is on standard error too", async () => {
    const { status, stderr } = await project.appd(["--logfile", "appd.log", ...words("throw")]);
    expect({ status, stderr }).toEqual({
      status: 70,
      stderr: "appd: missed a beat (--debug shows the stack)\n",
    });
    expect(readFileSync(join(project.folder, "appd.log"), "utf8")).toContain('"msg":"stopping the heart"');
  });

  it("W-14: is refused with 73 and the reason when its file can't be opened", async () => {
    const { status, stderr } = await project.appd(["--logfile", "no/appd.log", ...words("")]);
    expect(stderr).toBe('appd: can\'t write the log to "no/appd.log": its folder does not exist (ENOENT)\n');
    expect(status).toBe(73);
  });
});
