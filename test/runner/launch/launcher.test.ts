import { Launcher, type LaunchOrder } from "../../../src/runner/launch/launcher";
import { FakeWorld } from "../fake-world";
import { FakeStarts } from "./fake-child";

const BEGUN = { begun: { log: "/var/log/hello.log" } };

function launched({ role = "daemon" }: Partial<Pick<LaunchOrder, "role">> = {}) {
  const world = new FakeWorld();
  const starts = new FakeStarts();
  const cleaned: number[] = [];
  const order = {
    name: "hello",
    role,
    environment: {},
    startTimeout: 1_000,
    stopTimeout: 500,
    cleanUp: (pid: number) => void cleaned.push(pid),
  };
  new Launcher(world, order, starts.start).launch();
  return { world, child: starts.last, starts, cleaned };
}

/** Lets time pass as it does: timers that follow from one another are not due at once. */
async function pass(world: FakeWorld, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) await world.clock.pass(500);
}

describe("the launcher", () => {
  it("TL-05: ends with 0 as soon as all has started, and says which process it is and where its log is", async () => {
    const { world, child, cleaned } = launched();
    await child.says(BEGUN);
    expect(world.end).toBeUndefined();
    await child.says({ started: { pid: 1_001, log: "/var/log/hello.log" } });
    expect(world.ends).toEqual([0]);
    expect(world.stderr.text).toBe("appd: hello runs as process 1001; its log is /var/log/hello.log\n");
    expect({ stdout: world.stdout.text, cleaned }).toEqual({ stdout: "", cleaned: [] });
  });

  it("waits for the verdict where standard output is a disk that is full, and says so once", async () => {
    const { world, child } = launched();
    world.stdout.write = () => {
      throw new Error("can't write to standard output: ENOSPC");
    };
    await child.says({ out: "hello\n" }, { printed: { stream: "stdout", text: "again\n" } });
    await child.says({ started: { pid: 1_001 } });
    expect(world.ends).toEqual([0]);
    expect(world.stderr.text).toBe(
      "appd: can't write to standard output: ENOSPC\nappd: hello runs as process 1001\n",
    );
  });

  it("starts a master where the daemon is to be started again when it dies", () => {
    expect(launched({ role: "master" }).starts.roles).toEqual(["master"]);
  });

  it("W-03: shows what the daemon has to say of its fault, whole, and ends with its status", async () => {
    const { world, child, cleaned } = launched();
    await child.says(BEGUN, { err: "appd: the port is" }, { err: " in use\nby nginx\n" }, { exit: 69 });
    await child.ends(69);
    expect(world.stderr.text).toBe("appd: the port is in use\nby nginx\n");
    expect({ ends: world.ends, cleaned }).toEqual({ ends: [69], cleaned: [1_001] });
  });

  it("TL-02: shows what others print in the daemon; it is no answer, and no word of a fault", async () => {
    const { world, child } = launched();
    await child.says({ printed: { stream: "stdout", text: "hello\n" } });
    await child.says({ printed: { stream: "stderr", text: "oh\n" } }, { exit: 0 });
    await child.ends(0);
    expect(world.stdout.text).toBe("hello\n");
    expect(world.stderr.text).toBe("oh\nappd: hello ended with status 0 before it had started\n");
    expect(world.ends).toEqual([70]);
  });

  it("shows what was asked for, such as a maker's help", async () => {
    const { world, child } = launched();
    await child.says({ out: "Usage: appd hello\n" }, { exit: 0 });
    await child.ends(0);
    expect(world.stdout.text).toBe("Usage: appd hello\n");
    expect({ ends: world.ends, stderr: world.stderr.text }).toEqual({ ends: [0], stderr: "" });
  });

  it.each([
    ["without a word", []],
    ["by its own will", [{ exit: 0 }]],
    ["once it has begun", [BEGUN, { out: "hello\n" }, { exit: 0 }]],
  ])("W-02: takes an end with 0 before the start for the failure that it is: %s", async (_, words) => {
    const { world, child, cleaned } = launched();
    await child.says(...words);
    await child.ends(0);
    expect(world.stderr.text).toMatch(/^appd: hello ended with status 0 before it had started/);
    expect({ ends: world.ends, cleaned }).toEqual({ ends: [70], cleaned: [1_001] });
  });

  it("W-02: says so when the daemon ends without having said why", async () => {
    const { world, child } = launched();
    await child.says(BEGUN);
    await child.ends(3);
    expect(world.stderr.text).toBe(
      "appd: hello ended with status 3 before it had started; its log is /var/log/hello.log\n",
    );
    expect(world.ends).toEqual([3]);
  });

  it.each([
    ["SIGKILL", 137],
    ["SIGABRT", 134],
    ["SIGSEGV", 139],
  ] as const)("W-02: names the signal that has killed it: %s is %d", async (signal, status) => {
    const { world, child, cleaned } = launched();
    await child.ends(signal);
    expect(world.stderr.text).toMatch(
      new RegExp(`^appd: hello was killed by ${signal}.* before it had started\n$`),
    );
    expect({ ends: world.ends, cleaned }).toEqual({ ends: [status], cleaned: [1_001] });
  });

  it("names the signal that has killed a master's worker", async () => {
    const { world, child } = launched({ role: "master" });
    await child.says({ died: "SIGKILL" });
    await child.ends(137);
    expect(world.stderr.text).toMatch(/^appd: hello was killed by SIGKILL/);
    expect(world.ends).toEqual([137]);
  });

  it("says why there is no process at all", async () => {
    const { world, child } = launched();
    await child.ends(new Error("spawn EAGAIN"));
    expect(world.stderr.text).toBe("appd: can't start hello: spawn EAGAIN\n");
    expect(world.ends).toEqual([69]);
  });

  it("ends also when what was left behind can't be removed", async () => {
    const world = new FakeWorld();
    const starts = new FakeStarts();
    const cleanUp = (): Promise<void> => Promise.reject(new Error("the disk is gone"));
    const order = {
      name: "hello",
      role: "daemon",
      environment: {},
      startTimeout: 1,
      stopTimeout: 1,
      cleanUp,
    };
    new Launcher(world, { ...order, role: "daemon" }, starts.start).launch();
    await starts.last.ends(3);
    expect(world.stderr.text).toMatch(/the disk is gone/);
    expect(world.ends).toEqual([3]);
  });

  it("lets go of the process: no listener and no timer is left", async () => {
    const { world, child } = launched();
    await child.says({ started: { pid: 1 } });
    expect({ listens: world.listens, timers: world.clock.pending }).toEqual({ listens: false, timers: 0 });
  });
});

describe("an interrupted launcher", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("takes the daemon with it: %s", async (signal, status) => {
    const { world, child, cleaned } = launched();
    await world.send(signal);
    expect(child.calls).toEqual([signal]);
    expect(world.ends).toEqual([]);
    await child.says({ exit: 0 });
    await child.ends(0);
    expect(world.stderr.text).toBe(`appd: hello was stopped by ${signal} before it had started\n`);
    expect({ ends: world.ends, cleaned }).toEqual({ ends: [signal, status], cleaned: [1_001] });
  });

  it("does not report a start that came after that", async () => {
    const { world, child } = launched();
    await world.send("SIGINT");
    await child.says({ started: { pid: 1_001 } });
    expect(world.ends).toEqual([]);
    await child.ends("SIGINT");
    expect(world.ends).toEqual(["SIGINT", 130]);
  });

  it("passes on a second one, and kills what does not end even then", async () => {
    const { world, child } = launched();
    await world.send("SIGTERM");
    await world.send("SIGTERM");
    expect(child.calls).toEqual(["SIGTERM", "SIGTERM"]);
    await pass(world, 2_000);
    expect(child.calls.at(-1)).toBe("killed with all it has started");
    await child.ends("SIGKILL");
    expect(world.ends).toEqual(["SIGTERM", 143]);
  });

  it("is not ended by SIGUSR1, which would open Node's inspector", async () => {
    const { world } = launched();
    await world.send("SIGUSR1");
    expect(world.ends).toEqual([]);
  });
});

describe("a daemon that hangs", () => {
  // Twice the start's, the stop's and five seconds.
  const LIMIT = 7_500;

  it("is killed with all that it has started, and that is said", async () => {
    const { world, child, cleaned } = launched();
    await pass(world, LIMIT - 500);
    expect(child.calls).toEqual([]);
    await pass(world, 500);
    expect(child.calls).toEqual(["killed with all it has started"]);
    await child.ends("SIGKILL");
    expect(world.stderr.text).toBe(
      "appd: hello gave no sign of life for 8 s before it had started; it was killed\n",
    );
    expect({ ends: world.ends, cleaned }).toEqual({ ends: [69], cleaned: [1_001] });
  });

  it("is given up when not even that ends it", async () => {
    const { world } = launched();
    await pass(world, LIMIT + 2_000);
    expect(world.ends).toEqual([69]);
  });

  it("has its own deadlines as long as its event loop turns", async () => {
    const { world, child } = launched();
    for (let second = 0; second < 60; second += 1) {
      await pass(world, 1_000);
      await child.says({ alive: true });
    }
    expect({ calls: child.calls, ends: world.ends }).toEqual({ calls: [], ends: [] });
  });

  it("is not confused with a launcher that was suspended for an hour", async () => {
    const { world, child } = launched();
    await world.clock.pass(3_600_000);
    expect(child.calls).toEqual([]);
    await child.says({ started: { pid: 1_001 } });
    expect(world.ends).toEqual([0]);
  });
});
