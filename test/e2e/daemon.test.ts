import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { describeAsRoot } from "../as-root";
import { DaemonProject, filesOf, folderOf, kill, stateOf } from "./daemons";
import { ODD } from "./fixtures/odd-maker";
import { freePorts } from "./free-ports";
import { firstLine, isRoot, NOBODY, type Ended } from "./harness";

let project: DaemonProject;
beforeAll(() => (project = new DaemonProject({ "plugins/odd.ts": ODD })));
afterEach(() => project.end());
afterAll(() => project.remove());

const odd = (what: string, at = "start"): string[] => ["odd", "--what", what, "--at", at];
const ends = ({ status, signal }: Ended): number | string | null => signal ?? status;
const KILLED = /^appd: odd was killed by SIGKILL .* before it had started/;

describe("appd --daemon", () => {
  it("TL-07: returns 0 when the service is started, and not before", async () => {
    const [port = 0] = await freePorts(1);
    const { status, stdout, stderr } = await project.daemon([], ["odd", "-p", String(port)]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toBe(`appd: odd runs as process ${project.pid}; its log is ${project.log}\n`);
    expect(await firstLine(port)).toBe(`${project.pid}\n`);
    expect(project.messages).toContain(`listening on [::]:${port}`);
  });

  it("TD-06: needs neither a pidfile nor a log to be named", async () => {
    const user = isRoot ? { user: NOBODY } : {};
    const env = { XDG_RUNTIME_DIR: project.path("run"), XDG_STATE_HOME: project.path("state") };
    for (const folder of Object.values(env)) {
      mkdirSync(folder, { mode: 0o700 });
      if (isRoot) chownSync(folder, NOBODY, NOBODY);
    }
    writeFileSync(project.path("loaded-by.txt"), "");
    if (isRoot) chownSync(project.path("loaded-by.txt"), NOBODY, NOBODY);
    const { status, stderr } = await project.appd(["-D", "odd"], project.marked({ env, ...user }));
    const log = project.path("state/appd/odd.log");
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^appd: odd runs as process \d+; its log is \S+\n$/) as string,
    });
    expect(stderr).toContain(log);
    const [pid] = readFileSync(project.path("run/appd/odd.pid"), "utf8").split("\n");
    expect(project.processes).toEqual([Number(pid)]);
    kill(Number(pid), "SIGTERM");
    await project.untilOver();
    expect(existsSync(project.path("run/appd/odd.pid"))).toBe(false);
    expect(readFileSync(log, "utf8")).toContain("received SIGTERM, stopping");
  });

  it("TL-04: leaves a session of its own without a terminal, nothing to read and nobody to write to", async () => {
    await project.daemon([], ["odd"]);
    const pid = project.pid ?? 0;
    expect(project.processes).toEqual([pid]);
    expect(stateOf(pid)).toMatchObject({ group: pid, session: pid, terminal: 0 });
    expect(folderOf(pid)).toBe(project.folder);
    const files = filesOf(pid);
    expect([0, 1, 2].map((fd) => files.get(fd))).toEqual(["/dev/null", "/dev/null", "/dev/null"]);
    const named = [...files.values()].filter(
      (file) => !/^(?:anon_inode|pipe|socket):|^\/dev\/null$|\.appd-pid-/.test(file),
    );
    expect(named).toEqual([project.log]);
    // The port and the control socket: the pipe to who has started it is closed.
    const sockets = (): string[] => [...filesOf(pid).values()].filter((file) => file.startsWith("socket:"));
    await project.until("lets go of the pipe", () => sockets().length === 2);
  });

  it("rule 15: does not get what its caller had open by mistake", async () => {
    const words = ["--daemon", ...project.words([], ["odd"])].map((word) => `'${word}'`).join(" ");
    const command = `'${process.execPath}' '${project.path("node_modules/appd/dist/cli.js")}' ${words}`;
    const leak = `exec 20>leak.txt 251>leak.txt 3>leak.txt; exec ${command}`;
    const { status } = await project.run("bash", ["-c", leak], project.marked());
    expect(status).toBe(0);
    expect([...filesOf(project.pid ?? 0).values()].filter((file) => file.includes("leak"))).toEqual([]);
  });

  it("TL-02: shows on the terminal what is printed before the start, and logs it", async () => {
    const { status, stdout, stderr } = await project.daemon([], odd("print:héllo", "make"));
    expect({ status, stdout }).toEqual({ status: 0, stdout: "printed: héllo\n" });
    expect(stderr).toMatch(/^complained: héllo\nappd: odd runs as process/);
    expect(project.logged).toContainEqual(
      expect.objectContaining({ stream: "stdout", msg: "printed: héllo" }),
    );
  });

  it("runs the application of -y", async () => {
    const text = `import { Application, TCPServer } from "appd";
      export const application = new Application("app", { startTimeout: 5_000 });
      new TCPServer(0, (socket) => socket.end()).setServiceParent(application);`;
    project.write({ "the-app.ts": text });
    const { status, stderr } = await project.daemon(["-y", "the-app.ts"], []);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `appd: the-app runs as process ${project.pid}; its log is ${project.log}\n`,
    });
  });

  it("ends with 0 after SIGTERM, and its pidfile goes with it", async () => {
    await project.daemon([], ["odd"]);
    kill(project.pid ?? 0, "SIGTERM");
    await project.untilOver();
    expect(project.messages).toEqual(
      expect.arrayContaining(["received SIGTERM, stopping", "stopping the odd one"]),
    );
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("W-13: is not started twice by one pidfile; the first is not disturbed", async () => {
    await project.daemon([], ["odd"]);
    const { pid = 0, processes } = project;
    const { status, stderr } = await project.daemon([], ["odd"]);
    expect(stderr).toMatch(new RegExp(`^appd: "odd" is already running: process ${pid} .*\n$`));
    expect(status).toBe(75);
    expect({ pid: project.pid, processes: project.processes }).toEqual({ pid, processes });
  });

  it("is not loaded by who only waits for it", async () => {
    writeFileSync(project.path("loaded-by.txt"), "");
    await project.daemon([], ["odd"]);
    expect(readFileSync(project.path("loaded-by.txt"), "utf8")).toBe(`${project.pid}\n`);
  });

  it.each([["--help"], ["--version"]])(
    "TD-26: prints what it is asked for and starts nothing: %s",
    async (word) => {
      const foreground = await project.appd(["odd", word]);
      const { status, stdout, stderr } = await project.daemon([], ["odd", word]);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: foreground.stdout, stderr: "" });
      expect({ pidfile: existsSync(project.pidfile), left: project.processes }).toEqual({
        pidfile: false,
        left: [],
      });
    },
  );
});

/** What a failed start must leave: nothing. */
async function nothingIsLeft(): Promise<void> {
  await project.untilOver();
  expect(existsSync(project.pidfile)).toBe(false);
}

describe("a daemon that does not start", () => {
  it.each([
    ["a service throws", odd("throw:no luck"), 70],
    ["a message has several lines and is long", odd("throw:long"), 70],
    ["makeService throws", odd("throw:no service", "make"), 70],
    ["the privileged pass throws", odd("throw:no port", "privileged"), 70],
    ["a promise was rejected in the start", odd("reject:left behind"), 70],
    ["the start takes too long", odd("wait"), 69, ["--start-timeout", "0.5", "--stop-timeout", "0.1"]],
    ["an option is wrong", ["odd", "--prot", "1"], 64],
    ["there is no such command", ["od"], 64],
    ["a pidfile can't be made", ["odd"], 73, ["--pidfile", "no/such/folder.pid"]],
    ["the log can't be opened", ["odd"], 73, ["--logfile", "no/such/folder.log"]],
  ])(
    "W-03: says all that the foreground says, and ends with its status: %s",
    async (_, words, status, globals = []) => {
      const options = ["--log-level", "info", ...globals];
      const [foreground, daemon] = [
        await project.appd(project.words(options, words), project.marked()),
        await project.daemon(options, words),
      ];
      expect(daemon).toMatchObject({ status, stdout: "", stderr: foreground.stderr });
      expect(foreground).toMatchObject({ status, stderr: expect.stringMatching(/^appd: /) as string });
      await nothingIsLeft();
    },
  );

  it("W-03: shows the stack with --debug, as the foreground does", async () => {
    const { status, stderr } = await project.daemon(["--debug"], odd("throw:no luck"));
    expect(status).toBe(70);
    expect(stderr).toMatch(/^appd: Odd "odd\/Odd" failed to start: no luck\n {4}.*[^]*plugins\/odd\.ts:\d+/);
  });

  it("W-02: names a port in use, with 69", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const { port } = other.address() as AddressInfo;
    const { status, stderr } = await project.daemon([], ["odd", "-p", String(port)]);
    await new Promise((resolve) => other.close(resolve));
    expect(stderr).toMatch(new RegExp(`^appd: .*${port}.*\n$`));
    expect(status).toBe(69);
    await nothingIsLeft();
  });

  it("W-02: shows where a plugin can't be read, with its status", async () => {
    project.write({ "plugins/broken.ts": "export class Broken {{" });
    const { status, stderr } = await project.daemon([], ["broken"]);
    project.discard("plugins/broken.ts");
    expect(stderr).toMatch(/broken\.ts/);
    expect(status).toBe(64);
    await nothingIsLeft();
  });

  describe("W-02: is a failure whatever has ended it", () => {
    it("before a line of appd's has run", async () => {
      project.write({ "early.cjs": `if (process.env.APPD_LAUNCH) process.kill(process.pid, "SIGKILL");` });
      const cli = project.path("node_modules/appd/dist/cli.js");
      const words = ["--require", "./early.cjs", cli, "--daemon", ...project.words([], ["odd"])];
      const { status, stderr } = await project.node(words, project.marked());
      expect({ status, stderr }).toEqual({ status: 137, stderr: expect.stringMatching(KILLED) as string });
      await nothingIsLeft();
    });

    it("while its plugin is loaded", async () => {
      const { status, stderr } = await project.daemon([], ["odd"], { env: { AT_IMPORT: "kill:SIGKILL" } });
      expect({ status, stderr }).toEqual({ status: 137, stderr: expect.stringMatching(KILLED) as string });
      await nothingIsLeft();
    });

    it.each(["make", "privileged", "start"])("by SIGKILL: %s", async (at) => {
      const { status, stderr } = await project.daemon([], odd("kill:SIGKILL", at));
      expect({ status, stderr }).toEqual({ status: 137, stderr: expect.stringMatching(KILLED) as string });
      await nothingIsLeft();
    });

    it.each([
      ["make", 0, 70],
      ["privileged", 0, 70],
      ["start", 0, 70],
      ["start", 3, 3],
    ])("by process.exit: %s, %d", async (at, code, status) => {
      const daemon = await project.daemon([], odd(`exit:${code}`, at));
      expect(daemon).toMatchObject({ status, stdout: "" });
      expect(daemon.stderr).toMatch(
        new RegExp(`^appd: odd ended with status ${code} before it had started; its log is .*\n$`),
      );
      await nothingIsLeft();
    });

    it("by a lack of memory", async () => {
      const cli = project.path("node_modules/appd/dist/cli.js");
      const words = ["--max-old-space-size=50", cli, "--daemon", ...project.words([], odd("fill"))];
      const { status, stderr } = await project.node(words, project.marked());
      expect(stderr).toMatch(/^appd: odd was killed by SIGABRT .*memory.* before it had started/);
      expect(status).toBe(134);
      await nothingIsLeft();
    });

    it("and when nothing ends it: it is killed with all that it has started", async () => {
      const times = ["--start-timeout", "0.5", "--stop-timeout", "0.5"];
      const { status, stderr } = await project.daemon(times, odd("spin-with-child"));
      expect(stderr).toMatch(/^appd: odd gave no sign of life for \d+ s before it had started; .*killed\n$/);
      expect(status).toBe(69);
      await nothingIsLeft();
    });
  });
});

describe("TL-06: a launcher that is interrupted while it waits", () => {
  const waiting = async () => {
    const running = project.start(
      ["-D", ...project.words(["--stop-timeout", "0.2"], odd("wait"))],
      project.marked(),
    );
    await project.until("waits", () => project.pid !== undefined && project.messages.length > 0);
    return running;
  };

  it.each([["SIGINT"], ["SIGTERM"]] as const)(
    "takes the daemon with it, and dies as it was told: %s",
    async (signal) => {
      const running = await waiting();
      const ended = await running.stop(signal);
      expect(ends(ended)).toBe(signal);
      expect(ended.stderr).toBe(`appd: odd was stopped by ${signal} before it had started\n`);
      expect(project.messages).toContain(`received ${signal}, stopping`);
      await nothingIsLeft();
    },
  );

  it("does the daemon no harm when it is killed", async () => {
    const text = `import { Service, ServiceMaker, TCPServer, MultiService } from "appd";
      import { existsSync } from "node:fs";
      class Slow extends Service {
        override async startService() { while (!existsSync("go")) await new Promise((go) => setTimeout(go, 10)); console.error("on"); }
      }
      @ServiceMaker("slow", "Starts when it may.")
      export class SlowMaker { makeService() { const all = new MultiService(); new TCPServer(0, (s) => s.end("up\\n")).setServiceParent(all); new Slow().setServiceParent(all); return all; } }`;
    project.write({ "plugins/slow.ts": text });
    const running = project.start(["-D", ...project.words([], ["slow"])], project.marked());
    await project.until("bound", () => project.messages.some((line) => line.startsWith("listening")));
    await running.stop("SIGKILL");
    project.write({ go: "" });
    const port = Number(
      /:(\d+)$/.exec(project.messages.find((line) => line.startsWith("listening")) ?? "")?.[1],
    );
    expect(await firstLine(port)).toBe("up\n");
    kill(project.pid ?? 0, "SIGTERM");
    await nothingIsLeft();
    expect(project.messages).toContain("received SIGTERM, stopping");
    project.discard("plugins/slow.ts", "go");
  });
});

describe("what does not go together with --daemon", () => {
  it.each([
    [["-n"], /--daemon and --nodaemon contradict each other/],
    [["--logfile", "-"], /a daemon has neither standard output nor standard error/],
    [["--no-such"], /unknown option --no-such/],
  ])("is a usage error: %j", async (globals, message) => {
    const { status, stderr } = await project.daemon(globals, ["odd"]);
    expect(stderr).toMatch(message);
    expect(status).toBe(64);
    await nothingIsLeft();
  });

  it("TD-02: is a log on standard error, also by the environment", async () => {
    const { status, stderr } = await project.appd(
      ["-D", "odd"],
      project.marked({ env: { APPD_LOGFILE: "-" } }),
    );
    expect(stderr).toMatch(/nor standard error/);
    expect(status).toBe(64);
  });

  it("rule 28: is Node's inspector", async () => {
    const cli = project.path("node_modules/appd/dist/cli.js");
    const { status, stderr } = await project.node(["--inspect=0", cli, "-D", "odd"], project.marked());
    expect(stderr).toMatch(/^appd: --inspect works in the foreground only: leave it or --daemon out$/m);
    expect(status).toBe(64);
  });

  it("SD-02: are sockets of a service manager", async () => {
    const cli = project.path("node_modules/appd/dist/cli.js");
    const command = `LISTEN_PID=$$ LISTEN_FDS=1 exec '${process.execPath}' '${cli}' -D odd`;
    const { status, stderr } = await project.run("sh", ["-c", command], project.marked());
    expect(stderr).toMatch(/^appd: --daemon can't hand on the sockets .*leave --daemon out.*\n$/);
    expect(status).toBe(78);
  });
});

describeAsRoot("started by root", () => {
  it("rule 28: does not take over what would load other code into it, and says so", async () => {
    project.write({ "other.cjs": `require("node:fs").writeFileSync("other.txt", String(process.pid));` });
    const { status, stderr } = await project.daemon([], ["odd"], {
      env: { NODE_OPTIONS: "--require ./other.cjs", NODE_PATH: "/nowhere" },
    });
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^appd: NODE_OPTIONS, NODE_PATH are not handed on to a daemon that root starts\nappd: odd runs/,
    );
    expect(readFileSync(`/proc/${project.pid}/environ`, "utf8")).not.toMatch(/NODE_OPTIONS|NODE_PATH/);
    expect(readFileSync(project.path("other.txt"), "utf8")).not.toBe(String(project.pid));
  });
});
