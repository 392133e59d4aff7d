/** What becomes of a process that nobody looks after: signals at any time, errors, a loop that stands still, no memory. */
import { existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DaemonProject, filesOf, isListening, kill } from "./daemons";
import { example, type Running } from "./harness";
import { blocksOf, commandsIn } from "./markdown";

/** A maker whose service does what `--what` says, a moment after its start where it says no other time. */
const TROUBLE = `
import { MultiService, Parameter, Service, ServiceMaker, TCPServer, type IService } from "appd";

class Heart extends Service {
  constructor(private readonly what: string) { super(); this.setName("heart"); }
  override startService() {
    if (this.what === "reject at once") void Promise.reject(new Error("lost at once"));
    if (this.what === "hear out of turn") process.on("SIGTERM", () => { throw new Error("heard badly"); });
    setTimeout(() => this.beat(), this.what.startsWith("block") ? 2_000 : 300);
  }
  beat() {
    switch (this.what) {
      case "throw": throw new Error("missed a beat");
      case "block computing": for (const end = Date.now() + 1_500; Date.now() < end;); break;
      case "block waiting": Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500); break;
      case "exhaust": for (const all: unknown[] = []; ;) all.push(new Array(1_000).fill({}));
    }
  }
  override async stopService() {
    if (this.what === "throw while stopping") setTimeout(() => { throw new Error("stopped badly"); }, 5);
    if (this.what === "stop slowly" || this.what === "throw while stopping")
      await new Promise((resolve) => setTimeout(resolve, 100));
    if (this.what === "never stop") await new Promise(() => {});
  }
}

@ServiceMaker("trouble", "Gets into trouble.")
export class Trouble {
  @Parameter("What to do.") what = "";
  @Parameter("A word that nobody is to see.", { secret: true }) password = "";

  makeService(): IService {
    const services = new MultiService();
    new TCPServer("tcp:0:interface=127.0.0.1", (socket) => socket.end("hi")).setServiceParent(services);
    new Heart(this.what).setServiceParent(services);
    return services;
  }
}
`;

/** Holds the command up while it is being loaded, after its first lines. */
const HELD = `
const Module = require("node:module");
const { _load } = Module;
let held = false;
Module._load = function (request, ...rest) {
  if (request === "./chunks/common.js" && !held) {
    held = true;
    require("node:fs").writeSync(2, "being loaded\\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
  return _load.call(this, request, ...rest);
};
`;

let project: DaemonProject;
beforeAll(() => (project = new DaemonProject({ "plugins/trouble.ts": TROUBLE, "held.cjs": HELD })));
afterEach(() => project.end());
afterAll(() => project.remove());

const trouble = (what = ""): string[] => ["trouble", "--what", what];
const said = (pattern: RegExp): boolean => project.messages.some((message) => pattern.test(message));

async function daemon(what: string, ...globals: string[]): Promise<number> {
  const { status, stderr } = await project.daemon(globals, trouble(what));
  if (status !== 0) throw new Error(stderr);
  return project.pid ?? 0;
}

describe("W-20: a signal while the command is being loaded", () => {
  const NODE_OPTIONS = (): string => `--require ${project.path("held.cjs")}`;
  const held = async (...words: string[]): Promise<Running> => {
    const running = project.start(words, project.marked({ env: { NODE_OPTIONS: NODE_OPTIONS() } }));
    await running.says(/being loaded/);
    return running;
  };

  it("SIGTERM is a clean end, as after a stop", async () => {
    const running = await held(...trouble());
    expect(await running.stop()).toMatchObject({ status: 0, signal: null });
    expect(running.stderr).not.toContain("listening");
  });

  it("SIGINT is what a shell expects of Ctrl-C", async () => {
    const running = await held(...trouble());
    expect(await running.stop("SIGINT")).toMatchObject({ status: null, signal: "SIGINT" });
  });

  it("SIGHUP, SIGUSR1 and SIGUSR2 end nothing, and no inspector opens", async () => {
    const running = await held(...trouble());
    for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) running.kill(signal);
    await running.port();
    for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"])
      await running.says(new RegExp(`received ${signal}`));
    expect(await running.stop()).toMatchObject({ status: 0 });
    expect(running.stderr).not.toContain("Debugger listening");
  });

  it("does what it does by default to a command that is no run", async () => {
    const running = await held("plugins");
    expect(await running.stop()).toMatchObject({ status: null, signal: "SIGTERM" });
  });
});

describe("TL-09: signals to a daemon", () => {
  it("50 in a row of those that end nothing leave it as it was", async () => {
    const pid = await daemon("");
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(project.messages.join("\n")) ?? [];
    for (let time = 0; time < 50; time += 1)
      for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) kill(pid, signal);
    await project.until(
      "told",
      () => said(/received SIGUSR1/) && said(/received SIGUSR2: the log is opened/),
    );
    expect(said(/received SIGHUP: the log is opened anew/)).toBe(true);
    expect(await isListening(Number(port))).toBe(true);
    // The last of them may still be at it.
    await project.until(
      "down to one log",
      () => [...filesOf(pid).values()].filter((file) => file === project.log).length === 1,
    );
    expect(await isListening(9229)).toBe(false);
  });

  it("50 in a row of those that end it end it once, and leave no pidfile", async () => {
    const pid = await daemon("stop slowly");
    for (let time = 0; time < 50; time += 1) {
      kill(pid, "SIGTERM");
      kill(pid, "SIGINT");
    }
    await project.untilOver();
    expect(project.messages.filter((message) => /received SIG\w+, stopping/.test(message))).toHaveLength(1);
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("TL-10: a second one ends a stop that never ends, and leaves no pidfile", async () => {
    const pid = await daemon("never stop");
    kill(pid, "SIGTERM");
    await project.until("stopping", () => said(/received SIGTERM, stopping/));
    kill(pid, "SIGTERM");
    await project.untilOver();
    expect(said(/received SIGTERM while stopping, ending at once/)).toBe(true);
    expect(existsSync(project.pidfile)).toBe(false);
  });
});

describe("TL-14: an error that nothing caught, in a daemon", () => {
  const fatal = (): Record<string, unknown>[] => project.logged.filter(({ level }) => level === 60);

  it("is in the log with its stack; the services are stopped, the pidfile is gone", async () => {
    await daemon("throw");
    await project.untilOver();
    const [{ msg, service, err } = {}] = fatal();
    expect({ msg, service }).toEqual({
      msg: "an error was thrown and nothing caught it: missed a beat",
      service: "trouble/heart",
    });
    expect((err as { readonly stack: string }).stack).toMatch(
      /missed a beat\n\s+at .*beat .*trouble\.ts:\d+/,
    );
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("fails the launching command when it comes with the start", async () => {
    const { status, stderr } = await project.daemon([], trouble("reject at once"));
    expect({ status, stderr }).toEqual({
      status: 70,
      stderr: expect.stringContaining("lost at once") as string,
    });
    expect(said(/a promise was rejected and nothing caught it: lost at once/)).toBe(true);
    await project.untilOver();
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("does not keep a stop from its end", async () => {
    const pid = await daemon("throw while stopping");
    kill(pid, "SIGTERM");
    await project.untilOver();
    expect(fatal().map(({ msg }) => msg)).toEqual([
      "an error was thrown and nothing caught it: stopped badly",
    ]);
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("does not keep it from its end either when it comes from somebody else's signal handler", async () => {
    const pid = await daemon("hear out of turn");
    kill(pid, "SIGTERM");
    await project.untilOver();
    expect(said(/heard badly/)).toBe(true);
    expect(existsSync(project.pidfile)).toBe(false);
  });
});

describe("an event loop that stands still", () => {
  it.each([
    ["block computing", /^the event loop stood still for \d\.\d s, with (?!0\.0)\d\.\d s of processor time$/],
    ["block waiting", /^the event loop stood still for \d\.\d s, with 0\.\d s of processor time$/],
  ])("is a line with its length: %s", async (what, line) => {
    await daemon(what);
    // Where the machine is busy, the start is one, too.
    const before = project.messages.length;
    await project.until("seen", () => project.messages.slice(before).some((message) => line.test(message)));
    const seen = project.messages.slice(before).filter((message) => message.includes("stood still"));
    expect(seen).toHaveLength(1);
  });

  it("is not what a process does that was stopped", async () => {
    const pid = await daemon("");
    // What there is to do at the start is done by then.
    await sleep(2_000);
    const before = project.logged.length;
    const from = Date.now();
    kill(pid, "SIGSTOP");
    await sleep(2_500);
    kill(pid, "SIGCONT");
    const seen = (text: string): Record<string, unknown> | undefined =>
      project.logged.slice(before).find(({ msg }) => String(msg).includes(text));
    await project.until("seen", () => seen("the process did not run for") !== undefined);
    const { pause, msg } = seen("the process did not run for") ?? {};
    expect(pause).toBeGreaterThan(1_400);
    expect(pause).toBeLessThan(Date.now() - from);
    expect(msg).toMatch(/ for \d+\.\d s: it or the machine was stopped$/);
    expect(seen("stood still")).toBeUndefined();
  });
});

describe("a daemon whose memory is used up", () => {
  const canLeaveOut = process.allowedNodeEnvironmentFlags.has("--report-exclude-env");
  const report = (which = ""): string => project.path(`it.crash${which}.json`);
  const exhausted = async (...words: string[]): Promise<void> => {
    const how = project.marked({ env: { GEHEIM: "not-for-the-report" } });
    const command = [...project.words(["--daemon"], trouble("exhaust")), ...words];
    const script = project.path("node_modules/appd/dist/cli.js");
    const { status } = await project.run(
      process.execPath,
      ["--max-old-space-size=40", script, ...command],
      how,
    );
    expect(status).toBe(0);
    await project.untilOver();
  };
  afterEach(() => project.discard("it.crash.json", "it.crash.last.json"));

  (canLeaveOut ? it : it.skip)(
    "leaves a report without its environment, which the next start names",
    async () => {
      await exhausted();
      expect(readFileSync(report(), "utf8")).not.toContain("not-for-the-report");
      expect(statSync(report()).mode & 0o777).toBe(0o600);
      await daemon("");
      expect(project.messages.join("\n")).toMatch(
        /process \d+ died at .*heap out of memory: .*it\.crash\.last\.json/,
      );
      expect(existsSync(report())).toBe(false);
      expect(existsSync(report(".last"))).toBe(true);
    },
  );

  it("leaves none that has what must not be seen in it", async () => {
    await exhausted("--password", "s3cret");
    expect(existsSync(report())).toBe(false);
    if (canLeaveOut) return;
    await exhausted();
    expect(existsSync(report())).toBe(false);
  });
});

describe("TD-20: what a run leaves behind when it is asked to", () => {
  const profile = (): { readonly nodes: { readonly callFrame: { readonly functionName: string } }[] } =>
    JSON.parse(readFileSync(project.path("it.cpuprofile"), "utf8")) as ReturnType<typeof profile>;
  afterEach(() => project.discard("it.cpuprofile", "it.heapsnapshot"));

  it("-p: where the processor was, until it was told to stop", async () => {
    const running = project.start(["-p", "it.cpuprofile", ...trouble()]);
    await running.port();
    expect(await running.stop()).toMatchObject({ status: 0 });
    expect(profile().nodes.map(({ callFrame }) => callFrame.functionName)).toContain("(root)");
    expect(statSync(project.path("it.cpuprofile")).mode & 0o777).toBe(0o600);
  });

  it("--heap-snapshot: what is in its memory, after an error too, and from another folder", async () => {
    await daemon("throw", "--rundir", "/", "--heap-snapshot", "it.heapsnapshot", "-p", "it.cpuprofile");
    await project.untilOver();
    const snapshot = JSON.parse(readFileSync(project.path("it.heapsnapshot"), "utf8")) as object;
    expect(Object.keys(snapshot)).toEqual(expect.arrayContaining(["snapshot", "nodes", "strings"]));
    expect(profile().nodes.length).toBeGreaterThan(0);
  });

  it("refuses at the start what can't be written, and leads nobody's link elsewhere", async () => {
    symlinkSync(project.path("package.json"), project.path("link.cpuprofile"));
    const before = readFileSync(project.path("package.json"), "utf8");
    for (const file of ["link.cpuprofile", "nowhere/x", "plugins", "/dev/full"]) {
      const { status, stderr } = await project.appd(["-p", file, ...trouble()]);
      expect({ file, status }).toEqual({ file, status: 73 });
      expect(stderr).toMatch(/^appd: .*can't write the CPU profile to ".*": .*\n$/);
    }
    expect(readFileSync(project.path("package.json"), "utf8")).toBe(before);
  });
});

describe("TD-01…TD-29: a line that was written for twistd", () => {
  it.each([
    ["TD-18", ["--reactor=epoll", "trouble"], "Node has one event loop"],
    ["TD-16", ["-o", "trouble"], "nothing is ever saved"],
    ["TD-21", ["--profiler", "cprofile", "trouble"], "--profile FILE"],
  ])("%s: is told what there is instead", async (_, words, instead) => {
    const { status, stdout, stderr } = await project.appd(words);
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toContain(instead);
  });

  it("TL-18: has its options in docs/coming-from-twistd.md, each of them, also the one that nobody types", () => {
    const text = readFileSync(resolve(__dirname, "../../docs/coming-from-twistd.md"), "utf8");
    const options =
      "nodaemon logfile logger syslog prefix pidfile rundir chroot uid gid euid umask python file source no_save " +
      "encrypted reactor help-reactors profile profiler savestats debug spew originalname help version _shell-completion";
    expect(options.split(" ").filter((option) => !text.includes(`\`--${option}\``))).toEqual([]);
  });

  it("TD-28, TD-29: help without words; options without a command are refused", async () => {
    expect(await project.appd([])).toMatchObject({ status: 0, stderr: "" });
    expect((await project.appd(["-n"])).status).toBe(64);
  });
});

describe("docs/daemon.md", () => {
  const text = readFileSync(resolve(__dirname, "../../docs/daemon.md"), "utf8");
  const commands = commandsIn(blocksOf(text).filter(({ language }) => language === "console"));
  /** Numbers, columns and places are each machine's own. */
  const shape = (output: string): string =>
    output
      .replace(/(its log is ).*/g, "$1…")
      .replace(/\d+/g, "#")
      .replace(/ +/g, " ")
      .replace(/\[::\]|#\.#\.#\.#/g, "*")
      .trim();

  it("shows what its commands say", async () => {
    const shown = new DaemonProject(example("myproject"));
    const env = { APPD_LOGFILE: shown.log };
    expect(commands.length).toBeGreaterThan(2);
    try {
      for (const { command, output } of commands) {
        const words = command
          .replace(/^appd /, "")
          .replace("-p 1235", "-p 0")
          .split(" ");
        const { stdout, stderr } = await shown.appd(words, shown.marked({ env }));
        expect({ command, said: shape(stderr + stdout) }).toEqual({ command, said: shape(output) });
      }
      await shown.untilOver();
    } finally {
      await shown.end();
      shown.remove();
    }
  });
});
