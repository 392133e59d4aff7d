/** A running command: what signals, peers and the options of the log make of it. */
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { example, firstLine, Project, type Running } from "./harness";

const SERVICES = `
import { Parameter, Service, ServiceMaker, TCPServer, type IService } from "appd";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Dawdler extends Service {
  constructor(private readonly times: { start: number; stop: number }) {
    super();
    this.setName("dawdler");
  }
  override async startService(): Promise<void> {
    console.log("starting");
    await pause(this.times.start);
    await super.startService();
    console.log("started");
  }
  override async stopService(): Promise<void> {
    console.log("stopping");
    await pause(this.times.stop);
    await super.stopService();
    console.log("stopped");
  }
}

@ServiceMaker("slow", "Takes its time.")
export class Slow {
  @Parameter("Milliseconds to start.") start = 0;
  @Parameter("Milliseconds to stop.") stop = 0;
  makeService(): IService {
    return new Dawdler(this);
  }
}

@ServiceMaker("clumsy", "Repeats a word.")
export class Clumsy {
  makeService(): IService {
    return new TCPServer(0, (socket) => {
      socket.write("Yes?");
      socket.on("data", (data) => {
        socket.end(data);
      });
    });
  }
}

@ServiceMaker("broken", "Its handler throws.")
export class Broken {
  makeService(): IService {
    return new TCPServer(0, () => {
      throw new Error("this handler is broken");
    });
  }
}
`;

let project: Project;
const running: Running[] = [];
function start(...args: readonly string[]): Running {
  const started = project.start(args);
  running.push(started);
  return started;
}

beforeAll(() => {
  project = new Project({ ...example("myproject"), "plugins/services.ts": SERVICES });
});
afterEach(() => running.splice(0).forEach((each) => each.kill("SIGKILL")));
afterAll(() => project.remove());

describe("a signal", () => {
  it.each([
    ["SIGINT", { signal: "SIGINT", status: null }],
    ["SIGTERM", { signal: null, status: 0 }],
  ] as const)("%s stops the services, then the process", async (signal, end) => {
    const slow = start("slow", "--stop", "50");
    await slow.says(/^started$/m);
    expect(await slow.stop(signal)).toMatchObject({
      ...end,
      stdout: "starting\nstarted\nstopping\nstopped\n",
    });
  });

  it("W-20: during the start wins: what had started is stopped", async () => {
    const slow = start("slow", "--start", "300");
    await slow.says(/^starting$/m);
    expect(await slow.stop("SIGTERM")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/stopp/) as string,
    });
  });

  it.each([
    ["SIGINT", "SIGINT"],
    ["SIGINT", "SIGTERM"],
    ["SIGTERM", "SIGINT"],
    ["SIGTERM", "SIGTERM"],
  ] as const)("W-16: %s and then %s ends at once, with 1", async (first, second) => {
    const slow = start("slow", "--stop", "60000");
    await slow.says(/^started$/m);
    slow.kill(first);
    await slow.says(/^stopping$/m);
    expect(await slow.stop(second)).toMatchObject({ status: 1, signal: null });
  });

  it("SIGHUP and SIGUSR1 leave it running, and open no inspector", async () => {
    const project = start("myproject", "-p", "0");
    const port = await project.port();
    project.kill("SIGHUP");
    await project.says(/SIGHUP/);
    project.kill("SIGUSR1");
    expect(await firstLine(port)).toMatch(/^Woof/);
    const { status, stderr } = await project.stop();
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/[Dd]ebugger/);
  });
});

describe("a peer", () => {
  it("that resets its connection at any moment costs nothing", async () => {
    const server = start("--log-format", "pretty", "--log-level", "debug", "clumsy");
    const port = await server.port();
    const resets = Array.from({ length: 200 }, async (_, n) => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      await once(socket, n % 4 === 0 ? "connect" : "data");
      if (n % 4 > 1) socket.write("some bytes that come back");
      if (n % 4 > 2) await once(socket, "data");
      socket.resetAndDestroy();
    });
    await Promise.all(resets);
    expect(await firstLine(port)).toBe("Yes?");
    const { status, stderr } = await server.stop();
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/\b(warn|error|fatal)\b/);
  });

  it("whose handler throws costs its own connection and a line with the service's path", async () => {
    const server = start("--log-format", "pretty", "broken");
    const socket = connect(await server.port(), "127.0.0.1").on("error", () => undefined);
    await once(socket, "close");
    await server.says(/error broken: .*this handler is broken/);
    expect(await server.stop()).toMatchObject({ status: 0 });
  });
});

describe("W-22: the log", () => {
  it("goes to stderr, as JSON where that is no terminal", async () => {
    const server = start("myproject", "-p", "0");
    const port = await server.port();
    const { stdout, stderr } = await server.stop();
    expect(stdout).toBe("");
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toMatchObject({ level: 30, service: "myproject", msg: `listening on [::]:${port}` });
  });

  it("is for people with --log-format pretty", async () => {
    const server = start("--log-format=pretty", "myproject", "-p", "0");
    const [line] = await server.says(/^.*listening.*$/m);
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}myproject: listening on \[::\]:\d+$/);
    await server.stop();
  });

  it("is silent with --log-level silent, and says more with debug", async () => {
    const silent = start("--log-level", "silent", "slow");
    await silent.says(/^started$/m);
    expect(await silent.stop()).toMatchObject({ status: 0, stderr: "" });
    const critical = start("--log-level", "critical", "slow");
    await critical.says(/^started$/m);
    expect(await critical.stop()).toMatchObject({ status: 0, stderr: "" });
  });

  it("goes to the end of a file that only its owner and group read, with --logfile", async () => {
    project.write({ "run.log": "before\n" });
    for (const file of ["run.log", "new.log"]) {
      const slow = start("--logfile", file, "--log-format", "json", "slow");
      await slow.says(/^started$/m);
      expect(await slow.stop()).toMatchObject({ status: 0, stderr: "" });
    }
    expect(readFileSync(project.path("run.log"), "utf8")).toMatch(/^before\n\{.*SIGTERM/);
    expect(statSync(project.path("new.log")).mode & 0o777).toBe(0o640);
  });
});
