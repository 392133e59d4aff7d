import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Application,
  ProcessError,
  ProcessMonitor,
  Service,
  SoftwareError,
  type ProcessMonitorOptions,
  type ProcessOptions,
} from "../../src/index";
import { FakeClock, LineLogger, settled } from "../service/harness";
import { temporaryFolder } from "../temporary-folder";

const NODE = process.execPath;
/** Says that it is there, and stays, whatever it is told. */
const STUBBORN = `process.on("SIGTERM", () => console.log("no")); setInterval(() => {}, 1000); console.log("here")`;
/** Says that it is there, and takes a little time to end. */
const POLITE = `process.on("SIGTERM", () => setTimeout(() => { console.log("bye"); process.exit(0); }, 50));
  setInterval(() => {}, 1000); console.log("here")`;
const STAYS = "echo here; exec sleep 1000";

let folder: string;
let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let monitor: ProcessMonitor;

beforeEach(() => {
  folder = temporaryFolder();
  clock = new FakeClock();
  logger = new LineLogger();
  prepare();
});

afterEach(() => stopped());

/** Stops all, in however much time that takes on the clock of the application. */
async function stopped(ms = 5_000): Promise<void> {
  let isOver = false;
  void app.stop().then(() => (isOver = true));
  await until(() => isOver, ms);
}

function prepare(options: ProcessMonitorOptions = {}): void {
  app = new Application("demo", { clock, logger });
  monitor = new ProcessMonitor({ name: "monitor", ...options });
  monitor.setServiceParent(app);
}

const sh = (name: string, script: string, options?: ProcessOptions): void =>
  monitor.addProcess(name, ["sh", "-c", script], options);

/** Waits for real processes, while the clock of the application stands still, or runs by `ms` at each look. */
async function until(condition: () => boolean, ms = 0): Promise<void> {
  for (const end = Date.now() + 20_000; !condition();) {
    if (Date.now() > end)
      throw new Error(`waited in vain for ${String(condition)}:\n${logger.lines.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (ms > 0) await clock.pass(ms);
  }
}

const lines = (): string[] => logger.lines.map((line) => line.replace(/: \d+$/, ": PID"));
const says = (line: string): Promise<void> => until(() => lines().some((said) => said.includes(line)));
const status = (name: string) => monitor.processes.find((process) => process.name === name);
const starts = (): (number | undefined)[] => monitor.processes.map((process) => process.starts);

function isThere(pid = NaN): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Nobody may have asked yet how it ended.
  const file = `/proc/${pid}/stat`;
  return !existsSync(file) || !readFileSync(file, "utf8").includes(") Z");
}

/** The number that a process has written into a file. */
async function numberIn(name: string): Promise<number> {
  const file = join(folder, name);
  await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
  return Number(readFileSync(file, "utf8"));
}

describe("ProcessMonitor", () => {
  it("RN-01: starts its processes with itself, and one that is added later at once", async () => {
    sh("one", STAYS);
    expect(status("one")).toEqual({ name: "one", state: "stopped", starts: 0 });
    await app.start();
    sh("two", STAYS);
    await says("[one] here");
    await says("[two] here");
    expect(monitor.processes).toMatchObject([
      { name: "one", state: "running", pid: expect.any(Number) as number },
      { name: "two", state: "running" },
    ]);
    expect(monitor.describe()).toEqual({ processes: monitor.processes });
  });

  it("RN-01: removes one, which ends, and its name is free", async () => {
    sh("one", STAYS);
    await app.start();
    await says("[one] here");
    const pid = status("one")?.pid;
    const removed = monitor.removeProcess("one");
    expect(monitor.processes).toEqual([]);
    sh("one", "echo again; exec sleep 1000");
    await removed;
    expect(isThere(pid)).toBe(false);
    await says("[one] again");
  });

  it("RN-01: stops one, which stays stopped until it is started", async () => {
    sh("one", STAYS);
    await app.start();
    await says("[one] here");
    await monitor.stopProcess("one");
    await clock.pass(10_000);
    expect(status("one")).toMatchObject({ state: "stopped", starts: 1 });
    monitor.startProcess("one");
    monitor.startProcess("one");
    expect(status("one")).toMatchObject({ state: "running", starts: 2 });
  });

  it("RN-01: restarts all, at once", async () => {
    sh("one", STAYS);
    sh("two", STAYS);
    await app.start();
    await says("[one] here");
    await says("[two] here");
    const [before] = monitor.processes;
    await monitor.restartAll();
    expect(starts()).toEqual([2, 2]);
    expect(status("one")?.pid).not.toBe(before?.pid);
    expect(clock.now()).toBe(0);
  });

  it.each<[string, () => unknown, string]>([
    [
      "a second of a name",
      () => sh("one", STAYS),
      'ProcessMonitor "demo/monitor" has a process "one" already: remove that first',
    ],
    ["no command", () => monitor.addProcess("two", []), 'process "two" has no command to run'],
    [
      "a command that is text",
      () => monitor.addProcess("two", "ls -l" as unknown as string[]),
      'the command of process "two" must be an array such as ["ls", "-l"], got "ls -l"',
    ],
    [
      "a start while it does not run",
      () => monitor.startProcess("one"),
      'process "one" can\'t be started: ProcessMonitor "demo/monitor" does not run',
    ],
    [
      "a name that it does not know",
      () => monitor.startProcess("onne"),
      'ProcessMonitor "demo/monitor" has no process "onne" (did you mean "one"?)',
    ],
  ])("RN-01: refuses %s", (_what, ask, message) => {
    sh("one", STAYS);
    expect(ask).toThrow(message);
    expect(ask).toThrow(ProcessError);
    expect(ProcessError.prototype).toBeInstanceOf(SoftwareError);
  });

  it("RN-01: rejects for a name that it does not know, to stop or to remove", async () => {
    await expect(monitor.stopProcess("one")).rejects.toThrow('has no process "one"');
    await expect(monitor.removeProcess("one")).rejects.toThrow('has no process "one"');
  });
});

describe("ProcessMonitor: restart", () => {
  it("RN-03: waits after a short life, twice as long each time, up to a limit", async () => {
    prepare({ maxRestartDelay: 4_000 });
    sh("one", "exit 3");
    await app.start();
    for (const [index, delay] of [1_000, 2_000, 4_000, 4_000].entries()) {
      await until(() => status("one")?.state === "waiting");
      await clock.pass(delay - 1);
      expect(starts()).toEqual([index + 1]);
      await clock.pass(1);
      expect(starts()).toEqual([index + 2]);
    }
    expect(lines().slice(0, 2)).toEqual([
      'info demo/monitor: process "one" is started: PID',
      'warn demo/monitor: process "one" has exited with status 3; it is started again in 1 s',
    ]);
  });

  it("RN-03: starts one at once that has lived for a while, and forgets the delay", async () => {
    sh("one", `until [ -e ${folder}/end ]; do sleep 0.01; done; rm ${folder}/end; exit 0`);
    const end = (): void => writeFileSync(join(folder, "end"), "");
    await app.start();
    end();
    await until(() => status("one")?.state === "waiting");
    await clock.pass(1_000);
    await clock.pass(1_000);
    end();
    await until(() => status("one")?.starts === 3);
    end();
    await says("it is started again at once");
    await until(() => status("one")?.state === "waiting");
    await clock.pass(1_000);
    expect(starts()).toEqual([4]);
    expect(logger.lines.filter((line) => line.includes("status 0"))).toEqual([
      'info demo/monitor: process "one" has exited with status 0; it is started again in 1 s',
      'info demo/monitor: process "one" has exited with status 0; it is started again at once',
      'info demo/monitor: process "one" has exited with status 0; it is started again in 1 s',
    ]);
  });

  it("RN-02: waits from a second up to an hour, unless it is told otherwise", async () => {
    monitor.addProcess("one", ["/no/such/program"]);
    await app.start();
    const delays = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600];
    for (const [index, delay] of delays.entries()) {
      await until(() => starts()[0] === index + 1 && status("one")?.state === "waiting");
      expect(lines().at(-1)).toContain(`it is started again in ${delay} s`);
      await clock.pass(delay * 1_000);
    }
  });

  it("RN-02: a life of less than a second is a short one, unless it is told otherwise", async () => {
    sh("one", `until [ -e ${folder}/end ]; do sleep 0.01; done; rm ${folder}/end`);
    await app.start();
    const end = (): void => writeFileSync(join(folder, "end"), "");
    await clock.pass(999);
    end();
    await says("has exited with status 0; it is started again in 1 s");
    await clock.pass(1_000);
    await clock.pass(1_000);
    end();
    await says("has exited with status 0; it is started again at once");
  });

  it("RN-03: tells by which signal one was ended", async () => {
    sh("one", "kill -9 $$");
    await app.start();
    await says('warn demo/monitor: process "one" was ended by SIGKILL; it is started again in 1 s');
  });

  it("adds a jitter to the delay when told", async () => {
    prepare({ jitter: () => 500 });
    sh("one", "exit 1");
    await app.start();
    await says("it is started again in 1.5 s");
    await clock.pass(1_499);
    expect(starts()).toEqual([1]);
    await clock.pass(1);
    expect(starts()).toEqual([2]);
  });

  it("ends the application after so many short lives in a row, when told", async () => {
    prepare({ giveUpAfter: 2 });
    sh("one", "exit 1");
    await app.start();
    await until(() => status("one")?.state === "waiting");
    await clock.pass(1_000);
    await until(() => app.state === "stopped");
    const message = 'process "one" has ended 2 times in a row within 1 s of its start';
    expect(await app.finished).toMatchObject({
      exitCode: 70,
      error: { message, code: "APPD_PROCESS_GIVEN_UP" },
    });
    expect(starts()).toEqual([2]);
  });

  it("RN-05: does not start again when it stops while one waits", async () => {
    sh("one", "exit 1");
    await app.start();
    await until(() => status("one")?.state === "waiting");
    await app.stop();
    expect(status("one")?.state).toBe("stopped");
    expect(clock.pending).toBe(0);
  });
});

describe("ProcessMonitor: what can't be started", () => {
  it.each<[string, string[], ProcessOptions, string]>([
    ["a command that is not there", ["no-such-command"], {}, "there is no command no-such-command"],
    ["a file that is not there", ["/no/such/file"], {}, "there is no command /no/such/file"],
    ["a file that is no program", [__filename], {}, `${__filename} is nothing that this process may run`],
    ["a folder that is not there", ["sh"], { cwd: "/no/such" }, "there is no folder /no/such to run it in"],
  ])("RN-08: %s is one clear line, and tried again later", async (_what, command, options, problem) => {
    monitor.addProcess("one", command, options);
    await app.start();
    await until(() => status("one")?.state === "waiting");
    expect(lines()).toEqual([
      expect.stringContaining(`error demo/monitor: process "one" can't be started: `),
    ]);
    expect(lines()[0]).toContain(problem.slice(0, 50));
    expect(lines()[0]).toMatch(/; it is started again in 1 s$/);
    await clock.pass(1_000);
    await says("it is started again in 2 s");
  });

  it("RN-08: a script whose interpreter is not there", async () => {
    const script = join(folder, "script");
    writeFileSync(script, "#!/no/such/shell\n", { mode: 0o755 });
    monitor.addProcess("one", [script]);
    await app.start();
    await says(`what ${script} is to be run by is not there`);
  });

  (process.getuid?.() === 0 ? it.skip : it)("a user that this process may not become", async () => {
    sh("one", "id", { uid: 0, gid: 0 });
    await app.start();
    await says("this process is not permitted to run it as another user or group");
  });

  (process.getuid?.() === 0 ? it : it.skip)("RN-01: runs as the user and group that it is told", async () => {
    sh("one", "id -u; id -g; id -G; exec sleep 1000", { uid: 65_534, gid: 65_533 });
    await app.start();
    await until(() => logger.lines.length === 4);
    expect(logger.lines.slice(1).map((line) => line.replace(/.*\[one\] /, ""))).toEqual([
      "65534",
      "65533",
      "65533",
    ]);
  });
});

describe("ProcessMonitor: surroundings of a process", () => {
  it("RN-06: has the environment of this process by default, so that PATH is there", async () => {
    sh("one", 'echo "PATH=$PATH"; exec sleep 1000');
    await app.start();
    await says(`[one] PATH=${process.env.PATH ?? ""}`);
  });

  it("RN-06: has the environment that it is given instead", async () => {
    monitor.addProcess("one", [NODE, "-p", "JSON.stringify(process.env)"], { env: { A: "1", B: undefined } });
    await app.start();
    await says('[one] {"A":"1"}');
  });

  it("runs where it is told", async () => {
    sh("one", "pwd -P; exec sleep 1000", { cwd: "/" });
    await app.start();
    await says("[one] /");
  });

  it("reads nothing", async () => {
    sh("one", "cat; echo end; exec sleep 1000");
    await app.start();
    await says("[one] end");
  });
});

describe("ProcessMonitor: output", () => {
  it("RN-07: is logged line by line, by its stream, the last line too, and nothing else", async () => {
    sh("one", "echo out; printf 'a\\377b\\n'; echo wrong >&2; printf last; exit 1");
    await app.start();
    await says("has exited");
    expect(
      lines()
        .filter((line) => line.includes("[one]"))
        .sort(),
    ).toEqual([
      "info demo/monitor: [one] a\\xffb",
      "info demo/monitor: [one] last",
      "info demo/monitor: [one] out",
      "warn demo/monitor: [one] wrong",
    ]);
    expect(lines().at(-1)).toContain("has exited with status 1");
  });

  it("is read to its end, however much it is", async () => {
    sh("one", "seq 1 50000; exit 1");
    await app.start();
    await says("has exited");
    expect(lines().filter((line) => line.includes("[one]"))).toHaveLength(50_000);
  });
});

describe("ProcessMonitor: stop", () => {
  it("RN-05, W-17: waits until all are gone", async () => {
    prepare({ killTime: Infinity });
    for (const name of ["one", "two"]) monitor.addProcess(name, [NODE, "-e", POLITE]);
    await app.start();
    await says("[one] here");
    await says("[two] here");
    const pids = monitor.processes.map(({ pid }) => pid);
    await stopped(50);
    expect(pids.map(isThere)).toEqual([false, false]);
    expect(lines()).toContain("info demo/monitor: [one] bye");
    expect(lines().at(-1)).toMatch(/^info demo\/monitor: process "(one|two)" has exited with status 0$/);
    expect(logger.grave).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("RN-04: kills after killTime what ignores SIGTERM, and says so", async () => {
    monitor.addProcess("one", [NODE, "-e", STUBBORN]);
    await app.start();
    await says("[one] here");
    const stop = app.stop();
    await says("[one] no");
    await clock.pass(4_999);
    expect(app.state).toBe("stopping");
    await clock.pass(1);
    await stop;
    expect(lines().slice(-2)).toEqual([
      'warn demo/monitor: process "one" is still there 5 s after SIGTERM: SIGKILL',
      'info demo/monitor: process "one" was ended by SIGKILL',
    ]);
  });

  it("kills at the deadline of the stop, when that is sooner", async () => {
    prepare({ killTime: 60_000 });
    monitor.addProcess("one", [NODE, "-e", STUBBORN]);
    await app.start();
    await says("[one] here");
    const stop = app.stop();
    await says("[one] no");
    await clock.pass(30_000);
    await stop;
    expect(await app.finished).toEqual({ exitCode: 0 });
    expect(status("one")?.state).toBe("stopped");
  });

  it("W-17: ends what a process has started as well, also when that ignores SIGTERM", async () => {
    const child = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);
      require("node:fs").writeFileSync(process.argv[1], process.pid + "\\n")`;
    writeFileSync(join(folder, "child.js"), child.replace("process.argv[1]", "process.argv[2]"));
    sh("one", `${NODE} ${folder}/child.js ${folder}/pid & wait`);
    await app.start();
    const pid = await numberIn("pid");
    expect(isThere(pid)).toBe(true);
    await stopped(100);
    expect(isThere(pid)).toBe(false);
  });

  it("ends what a process left behind before it starts the next", async () => {
    prepare({ threshold: Infinity });
    sh("one", `(trap '' HUP; echo here; exec sleep 1000) & echo $! > ${folder}/pid; exit 1`);
    await app.start();
    const pid = await numberIn("pid");
    await until(() => status("one")?.state === "waiting", 10);
    expect(isThere(pid)).toBe(false);
    expect(starts()).toEqual([1]);
  });

  it("does not wait for output that somebody else holds open", async () => {
    prepare({ threshold: Infinity });
    monitor.addProcess("one", [
      NODE,
      "-e",
      `const { pid } = require("node:child_process").spawn("sleep", ["1000"], { detached: true, stdio: "inherit" });
       console.log("left", pid); process.exit(1)`,
    ]);
    await app.start();
    await says("[one] left");
    await until(() => status("one")?.state === "waiting", 100);
    const [, pid] = /left (\d+)/.exec(logger.lines.join("\n")) ?? [];
    process.kill(Number(pid));
  });

  it("W-17: leaves nobody behind when a start is rolled back", async () => {
    class Broken extends Service {
      override async startService(): Promise<never> {
        await says("[one] here");
        pid = status("one")?.pid;
        throw new Error("no database");
      }
    }
    let pid: number | undefined;
    sh("one", STAYS);
    app.addService(new Broken());
    await expect(app.start()).rejects.toThrow("no database");
    expect(pid).toBeGreaterThan(0);
    expect(isThere(pid)).toBe(false);
    expect(status("one")?.state).toBe("stopped");
  });

  it("W-17: leaves nobody behind when a subclass fails to start", async () => {
    class Failing extends ProcessMonitor {
      override async startService(): Promise<void> {
        await super.startService();
        throw new Error("no");
      }
    }
    monitor = new Failing();
    sh("one", STAYS);
    await expect(monitor.startService()).rejects.toThrow("no");
    expect(status("one")?.state).toBe("stopped");
  });

  it("W-17: kills at once when the process ends although it still runs", async () => {
    const listeners = new Set<() => void>();
    const atExit = (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    app = new Application("demo", { clock, logger, atExit });
    monitor = new ProcessMonitor();
    monitor.setServiceParent(app);
    monitor.addProcess("one", [NODE, "-e", STUBBORN]);
    await app.start();
    await says("[one] here");
    const pid = status("one")?.pid;
    for (const listener of listeners) listener();
    await until(() => !isThere(pid));
    await until(() => status("one")?.state === "stopped");
    await stopped();
    expect(listeners.size).toBe(0);
  });

  it("W-15: starts again after a stop", async () => {
    sh("one", STAYS);
    await app.start();
    await app.stop();
    await app.start();
    await settled();
    expect(status("one")).toMatchObject({ state: "running", starts: 2 });
  });

  it("does nothing when it was never started", async () => {
    sh("one", STAYS);
    await monitor.stopService();
    expect(starts()).toEqual([0]);
  });
});
