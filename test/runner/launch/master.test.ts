import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Master } from "../../../src/runner/launch/master";
import { MasterLogFile } from "../../../src/runner/launch/master-log";
import { FakeWorld } from "../fake-world";
import { FakeStarts } from "./fake-child";
import { FakePipe } from "./fake-pipe";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "master-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function supervised(maxRestarts = 2) {
  const world = new FakeWorld();
  const pipe = new FakePipe();
  const starts = new FakeStarts();
  const file = join(folder, "hello.log");
  const cleaned: string[] = [];
  const order = {
    environment: {},
    pipe,
    log: new MasterLogFile({ pid: world.pid }),
    maxRestarts,
    startTimeout: 1_000,
    stopTimeout: 500,
    cleanUp: () => void cleaned.push("pidfile"),
  };
  new Master(world, order, { start: starts.start, random: () => 0.5 }).run();
  const log = (): { level: number; msg: string }[] =>
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { level: number; msg: string });
  const up = (): Promise<void> =>
    starts.last.says({ begun: { log: file } }, { started: { pid: starts.last.pid, log: file } });
  return { world, pipe, starts, file, cleaned, log, up };
}

async function pass(world: FakeWorld, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) await world.clock.pass(500);
}

describe("a master", () => {
  it("starts a worker and passes on what it says, with its own number as that of the run", async () => {
    const { world, pipe, starts, file, up } = supervised();
    expect(starts.roles).toEqual(["worker"]);
    await starts.last.says({ err: "a warning\n" }, { alive: true });
    await up();
    expect(pipe.said).toEqual([
      { err: "a warning\n" },
      { alive: true },
      { begun: { log: file } },
      { started: { pid: world.pid, log: file } },
    ]);
    expect({ isClosed: pipe.isClosed, ends: world.ends }).toEqual({ isClosed: true, ends: [] });
  });

  it("fails with its worker when that dies before it has started", async () => {
    const { world, pipe, starts, cleaned } = supervised();
    await starts.last.says({ err: "appd: the port is in use\n" }, { exit: 69 });
    await starts.last.ends(69);
    expect(pipe.said).toEqual([{ err: "appd: the port is in use\n" }, { exit: 69 }]);
    expect({ ends: world.ends, children: starts.children.length, cleaned }).toEqual({
      ends: [69],
      children: 1,
      cleaned: ["pidfile"],
    });
  });

  it("names the signal that has killed a worker before it had started", async () => {
    const { world, pipe, starts } = supervised();
    await starts.last.ends("SIGKILL");
    expect(pipe.said).toEqual([{ died: "SIGKILL" }]);
    expect(world.ends).toEqual([137]);
  });

  it("ends as its worker does that has only printed something", async () => {
    const { world, starts } = supervised();
    await starts.last.says({ out: "Usage" }, { exit: 0 });
    await starts.last.ends(0);
    expect(world.ends).toEqual([0]);
  });

  it("lets go of the process at its end", async () => {
    const { world, starts, up } = supervised();
    await up();
    await starts.last.says({ exit: 0 });
    await starts.last.ends(0);
    expect(world.ends).toEqual([0]);
    expect({ listens: world.listens, timers: world.clock.pending }).toEqual({ listens: false, timers: 0 });
  });
});

describe("a worker that dies", () => {
  it.each([["SIGKILL"], [70], [0]] as const)("is started again a little later: %s", async (end) => {
    const { world, starts, up, log } = supervised();
    await up();
    await starts.last.ends(end);
    await world.clock.pass(199);
    expect(starts.children).toHaveLength(1);
    await world.clock.pass(1);
    expect(starts.children).toHaveLength(2);
    expect(log().at(-1)).toMatchObject({ level: 50, pid: world.pid });
    expect(log().at(-1)?.msg).toMatch(
      /^worker process 1001 (was killed|ended).* after 0\.0 s; the next starts in 0\.2 s$/,
    );
  });

  it("is given up after as many restarts within a minute as were allowed, with its status", async () => {
    const { world, starts, up, log, cleaned } = supervised(1);
    await up();
    await starts.last.ends("SIGSEGV");
    await world.clock.pass(200);
    await starts.last.ends(3);
    expect(world.ends).toEqual([3]);
    expect(log().at(-1)).toMatchObject({ level: 60 });
    expect(log().at(-1)?.msg).toMatch(
      /^worker process 1002 ended with status 3 before it had started; giving up, because --max-restarts is 1$/,
    );
    expect(cleaned).toEqual(["pidfile"]);
  });

  it("also counts when it ended with 0 by a signal of somebody's", async () => {
    const { world, starts, up } = supervised();
    await up();
    await starts.last.says({ exit: 0, by: "SIGTERM" });
    await starts.last.ends(0);
    await world.clock.pass(200);
    expect({ children: starts.children.length, ends: world.ends }).toEqual({ children: 2, ends: [] });
  });

  it("is killed when it hangs in its start", async () => {
    const { world, starts, up } = supervised();
    await up();
    await starts.last.ends("SIGKILL");
    await world.clock.pass(200);
    await pass(world, 12_500);
    expect(starts.last.calls).toEqual(["killed with all it has started"]);
    await starts.last.ends("SIGKILL");
    await world.clock.pass(400);
    expect(starts.children).toHaveLength(3);
  });

  it("has its last words in the log", async () => {
    const { starts, up, log, pipe } = supervised();
    starts.last.complains("early");
    await up();
    starts.last.complains("FATAL ERROR: heap");
    expect(pipe.said[0]).toEqual({ err: "early\n" });
    expect(log().map(({ msg }) => msg)).toEqual([
      "early",
      expect.stringMatching(/has started/),
      "FATAL ERROR: heap",
    ]);
  });
});

describe("a master that is told to stop", () => {
  it("tells its worker and ends with its status", async () => {
    const { world, starts, up, cleaned } = supervised();
    await up();
    await world.send("SIGTERM");
    expect(starts.last.calls).toEqual(['told {"stop":"SIGTERM"}']);
    expect(world.ends).toEqual([]);
    await starts.last.ends(0);
    expect({ ends: world.ends, cleaned }).toEqual({ ends: [0], cleaned: ["pidfile"] });
  });

  it("passes on the second signal, and kills a worker that does not end even then", async () => {
    const { world, starts, up } = supervised();
    await up();
    await world.send("SIGTERM");
    await world.send("SIGINT");
    expect(starts.last.calls).toEqual(['told {"stop":"SIGTERM"}', 'told {"stop":"SIGINT"}']);
    await pass(world, 2_000);
    expect(starts.last.calls.at(-1)).toMatch(/killed/);
    await starts.last.ends("SIGKILL");
    expect(world.ends).toEqual([137]);
  });

  it("kills a worker that hangs, after the time that its services may take and a little more", async () => {
    const { world, starts, up } = supervised();
    await starts.last.says({ started: { pid: 1_001, stopTimeout: 2_000 } });
    await up();
    await world.send("SIGTERM");
    await pass(world, 10_000);
    expect(starts.last.calls).toHaveLength(1);
    await pass(world, 2_000);
    expect(starts.last.calls.at(-1)).toMatch(/killed/);
  });

  it("does not start another when somebody has told the worker", async () => {
    const { world, starts, up } = supervised();
    await up();
    await starts.last.says({ stopping: true });
    await starts.last.ends(70);
    expect({ ends: world.ends, timers: world.clock.pending }).toEqual({ ends: [70], timers: 0 });
  });

  it("ends at once while it waits to start another", async () => {
    const { world, starts, up } = supervised();
    await up();
    await starts.last.ends(70);
    await world.send("SIGTERM");
    expect(world.ends).toEqual([0]);
    await world.clock.pass(1_000);
    expect(starts.children).toHaveLength(1);
  });

  it("hands on SIGHUP and SIGUSR2, and nothing comes of SIGUSR1", async () => {
    const { world, starts, up } = supervised();
    await up();
    for (const signal of ["SIGHUP", "SIGUSR2", "SIGUSR1"] as const) await world.send(signal);
    expect(starts.last.calls).toEqual(["SIGHUP", "SIGUSR2"]);
  });
});
