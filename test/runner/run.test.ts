import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnavailableError, UsageError } from "../../src/base/errors";
import { exitStatusOf } from "../../src/base/exit-status";
import { AlreadyRunningError } from "../../src/runner/errors";
import { run } from "../../src/runner/run";
import type { MakeApplication, Runnable, RunOptions } from "../../src/runner/run-options";
import { FakeWorld, settled } from "./fake-world";

/** An application that starts and stops when it is told to. */
class FakeApplication implements Runnable {
  readonly calls: string[] = [];
  starting: Promise<void> = Promise.resolve();
  stopping: Promise<void> = Promise.resolve();
  finish!: (outcome: { exitCode: number; error?: unknown }) => void;
  readonly finished = new Promise<{ exitCode: number; error?: unknown }>(
    (resolve) => (this.finish = resolve),
  );

  async start(): Promise<void> {
    this.calls.push("start");
    try {
      await this.starting;
    } catch (error) {
      this.finish({ exitCode: exitStatusOf(error), error });
      throw error;
    }
  }
  async stop(reason?: string): Promise<void> {
    this.calls.push(`stop: ${reason}`);
    await this.stopping;
    this.finish({ exitCode: 0 });
  }
}

function start(options: RunOptions = {}, make?: MakeApplication, world = new FakeWorld()) {
  const application = new FakeApplication();
  const running = run(make ?? application, world, options);
  return { world, application, running };
}

async function started(options: RunOptions = {}) {
  const all = start(options);
  await settled();
  return all;
}

const never = (): Promise<never> => new Promise(() => {});

describe("run", () => {
  it("starts the application and keeps the process up", async () => {
    const { world, application } = await started();
    expect(application.calls).toEqual(["start"]);
    expect(world.keptAlive).toBe(1);
    expect(world.end).toBeUndefined();
  });

  it("SD-02: has taken the sockets that it was given before anything of the application is made", async () => {
    const world = new FakeWorld();
    world.environment = { LISTEN_PID: String(world.pid), LISTEN_FDS: "1", LISTEN_FDNAMES: "web" };
    const seen: unknown[] = [];
    const make: MakeApplication = ({ inherited }) => {
      seen.push(inherited.sockets, { ...world.environment });
      return Promise.resolve(new FakeApplication());
    };
    start({}, make, world);
    await settled();
    expect(seen).toEqual([[{ fd: 3, name: "web" }], {}]);
  });

  it("TL-12: ends with 0 after SIGTERM, once the application has stopped", async () => {
    const { world, application } = await started();
    let stopped = (): void => {};
    application.stopping = new Promise((resolve) => (stopped = resolve));
    await world.send("SIGTERM");
    expect(application.calls).toEqual(["start", "stop: SIGTERM"]);
    expect(world.end).toBeUndefined();
    stopped();
    await settled();
    expect(world.end).toBe(0);
  });

  it("TL-12: dies by SIGINT after Ctrl-C, so that a shell sees it", async () => {
    const { world, application } = await started();
    await world.send("SIGINT");
    expect(application.calls).toEqual(["start", "stop: SIGINT"]);
    expect(world.ends).toEqual(["SIGINT", 130]);
  });

  it("W-38: ends with the exit code that the application asks for", async () => {
    const { world, application } = await started();
    application.finish({ exitCode: 3 });
    await settled();
    expect(world.end).toBe(3);
  });

  it("W-38: ends with that code also when it is asked for while the application starts", async () => {
    const world = new FakeWorld();
    const application = new FakeApplication();
    application.finish({ exitCode: 3 });
    application.starting = Promise.reject(new UnavailableError("APPD_TEST", "called off"));
    await run(application, world);
    expect(world.end).toBe(3);
    expect(world.stderr.text).toBe("");
  });

  it("says which signal it received", async () => {
    const { world } = await started();
    await world.send("SIGTERM");
    expect(world.stderr.messages).toContain("received SIGTERM, stopping");
  });

  it("lets go of the process: no listener is left", async () => {
    const { world } = await started();
    await world.send("SIGTERM");
    expect(world.listens).toBe(false);
    expect(world.keptAlive).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("names at debug level what is left open, and ends all the same", async () => {
    const { world } = await started({ log: { level: "debug" } });
    world.open = ["TCPSocketWrap", "Timeout"];
    await world.send("SIGTERM");
    expect(world.stderr.messages).toContain("ending with open handles: TCPSocketWrap, Timeout");
    expect(world.end).toBe(0);
  });

  describe("a second signal", () => {
    it.each([
      ["SIGTERM", "SIGTERM"],
      ["SIGINT", "SIGINT"],
      ["SIGINT", "SIGTERM"],
      ["SIGTERM", "SIGINT"],
    ] as const)("TL-10: ends with 1 at once: %s, then %s", async (first, second) => {
      const { world, application } = await started();
      application.stopping = never();
      await world.send(first);
      await world.send(second);
      expect(world.ends).toEqual([1]);
      expect(world.stderr.messages).toContain(`received ${second} while stopping, ending at once`);
    });

    it("and any further one kill nothing: signals are listened to until the process is gone", async () => {
      const { world, application } = await started();
      application.stopping = never();
      const exit = jest.spyOn(world, "exit").mockImplementation(() => expect(world.listens).toBe(true));
      await world.send("SIGTERM");
      await world.send("SIGTERM");
      expect(exit.mock.calls).toEqual([[1]]);
      expect(exit.mock.results).toMatchObject([{ type: "return" }]);
    });

    it("is no second signal when npm passed on what the terminal had sent to everyone", async () => {
      const world = new FakeWorld();
      world.environment = { npm_lifecycle_event: "npx" };
      const { application } = start({}, undefined, world);
      await settled();
      application.stopping = never();
      await world.send("SIGINT");
      await world.send("SIGINT");
      expect(world.end).toBeUndefined();
      await world.clock.pass(1_000);
      await world.send("SIGINT");
      expect(world.end).toBe(1);
    });
  });

  it("TL-03: leaves the log of the one that runs already alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "appd-run-"));
    const file = join(folder, "x.log");
    const refused = (): Promise<never> => Promise.reject(new AlreadyRunningError("it runs", 1));
    const { world } = start({ log: { file } }, refused);
    await settled();
    expect(world.end).toBe(75);
    expect(world.stderr.text).toBe("appd: it runs\n");
    expect(readFileSync(file, "utf8")).toBe("");
    rmSync(folder, { recursive: true });
  });

  it("TL-09: opens its log anew after SIGUSR2, and says so only where it did", async () => {
    const folder = mkdtempSync(join(tmpdir(), "appd-run-"));
    const file = join(folder, "x.log");
    const world = new FakeWorld();
    void start({ log: { file } }, undefined, world);
    await settled();
    renameSync(file, `${file}.1`);
    await world.send("SIGUSR2");
    renameSync(file, `${file}.2`);
    mkdirSync(file);
    await world.send("SIGUSR2");
    expect(readFileSync(`${file}.2`, "utf8")).toMatch(
      /SIGUSR2: the log is opened anew"[^]*SIGUSR2: the log stays the one that it was/,
    );
    rmSync(folder, { recursive: true });
  });

  it("goes on after SIGHUP and SIGUSR1, which would kill or open the inspector", async () => {
    const { world, application } = await started();
    await world.send("SIGHUP");
    await world.send("SIGUSR1");
    expect(world.end).toBeUndefined();
    expect(application.calls).toEqual(["start"]);
  });
});

describe("W-20: a signal before the application runs", () => {
  it("ends cleanly while the application is being made; it is not started", async () => {
    const application = new FakeApplication();
    let made = (): void => {};
    const { world } = start({}, () => new Promise((resolve) => (made = () => resolve(application))));
    await world.send("SIGTERM");
    expect(world.end).toBeUndefined();
    made();
    await settled();
    expect(application.calls).toEqual(["stop: SIGTERM"]);
    expect(world.end).toBe(0);
  });

  it("tells whoever makes the application, by an abort signal", async () => {
    let aborted = false;
    const { world } = start({}, ({ signal }) => {
      signal.addEventListener("abort", () => (aborted = true));
      return never();
    });
    await world.send("SIGTERM");
    expect(aborted).toBe(true);
  });

  it("does not wait for ever for an application that is never made", async () => {
    const { world } = start({}, never);
    await world.send("SIGINT");
    await world.clock.pass(1_000);
    expect(world.ends).toEqual(["SIGINT", 130]);
  });

  it("ends cleanly, without a fault, when the making fails for it", async () => {
    let fail = (): void => {};
    const { world } = start(
      {},
      () => new Promise((_, reject) => (fail = () => reject(new Error("cut off")))),
    );
    await world.send("SIGTERM");
    fail();
    await settled();
    expect(world.end).toBe(0);
    expect(world.stderr.text).not.toContain("cut off");
  });

  it("stops a start that is under way, and its failing for that is no fault", async () => {
    const { world, application } = start();
    let fail = (): void => {};
    application.starting = new Promise((_, reject) => (fail = () => reject(new Error("called off"))));
    await settled();
    await world.send("SIGTERM");
    fail();
    await settled();
    expect(application.calls).toEqual(["start", "stop: SIGTERM"]);
    expect(world.end).toBe(0);
    expect(world.stderr.text).not.toContain("called off");
  });
});

describe("W-01: a failure before anything runs", () => {
  it("is one line on standard error, with the status of the fault", async () => {
    const { world, running } = start({ program: "appd: web" }, () =>
      Promise.reject(new UsageError("APPD_TEST", "--port must be a number")),
    );
    await running;
    expect(world.stderr.text).toBe("appd: web: --port must be a number\n");
    expect(world.stdout.text).toBe("");
    expect(world.end).toBe(64);
  });

  it("W-14: is no stack where a plugin throws, but the way to see it", async () => {
    const { world, running } = start({}, () => Promise.reject(new TypeError("x is not a function")));
    await running;
    expect(world.stderr.text).toBe("appd: x is not a function (--debug shows the stack)\n");
    expect(world.end).toBe(70);
  });

  it("TD-23: has the stack with --debug", async () => {
    const { world, running } = start({ debug: true }, () =>
      Promise.reject(new TypeError("x is not a function")),
    );
    await running;
    expect(world.stderr.text).toMatch(
      /^appd: x is not a function\n {4}TypeError: x is not a function\n {8}at /,
    );
  });

  it("is reported when the start fails", async () => {
    const { world, application, running } = start();
    application.starting = Promise.reject(new UsageError("APPD_TEST", "no such host"));
    await running;
    expect(world.stderr.text).toBe("appd: no such host\n");
    expect(world.end).toBe(64);
  });

  it("is reported also where nothing at all was thrown", async () => {
    const { world, application, running } = start();
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what users do
    application.starting = Promise.reject(undefined);
    await running;
    expect(world.stderr.text).toMatch(/^appd: undefined was thrown, which is no Error/);
    expect(world.end).toBe(70);
  });

  it("comes after the lines that were logged before", async () => {
    const { world, running } = start({}, ({ log }) => {
      log.info("first");
      return Promise.reject(new UsageError("APPD_TEST", "then this"));
    });
    await running;
    expect(world.stderr.text).toMatch(/"msg":"first"}\nappd: then this\n$/);
  });

  it("is not a deadline that is further off than timers reach", async () => {
    const { world } = await started({ startTimeout: 1e9 });
    await world.clock.pass(1);
    expect(world.end).toBeUndefined();
  });

  it("is an application that is not made in time", async () => {
    const { world } = start({ startTimeout: 5 }, never);
    await world.clock.pass(5_000);
    expect(world.stderr.text).toContain("appd: makeService did not finish within 5 s");
    expect(world.end).toBe(69);
  });

  it("is an error that nothing caught while the application was being made", async () => {
    const { world } = start({}, never);
    await world.throwUncaught(new Error("left behind"), "rejection");
    expect(world.stderr.text).toBe("appd: left behind (--debug shows the stack)\n");
    expect(world.end).toBe(70);
  });

  it("is nothing where there is nothing to run", async () => {
    const { world, running } = start({}, () => Promise.resolve(0));
    await running;
    expect(world.end).toBe(0);
    expect(world.stderr.text).toBe("");
  });
});

describe("an error that nothing caught in a running application", () => {
  it("is logged with its stack, and ends the process with 70 after a graceful stop", async () => {
    const { world, application } = await started();
    await world.throwUncaught(new Error("oops"));
    expect(application.calls).toEqual(["start", "stop: an error was thrown"]);
    expect(world.end).toBe(70);
    expect(world.stderr.records[0]).toMatchObject({ level: 60, err: { message: "oops" } });
  });

  it("is logged with the path of the service", async () => {
    const { world, application } = await started();
    Object.assign(application, { path: "hello", services: [{ path: "hello/web" }] });
    await world.throwUncaught(new Error("oops"));
    expect(world.stderr.records[0]).toMatchObject({ service: "hello/web" });
  });

  it("is a line on standard error too when the log goes elsewhere", async () => {
    const { world } = await started({ log: { file: "/dev/null" } });
    await world.throwUncaught(new Error("oops"));
    expect(world.stderr.text).toBe("appd: oops (--debug shows the stack)\n");
  });

  it("ends it once, however many there are", async () => {
    const { world, application } = await started();
    application.stopping = new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await Promise.all([world.throwUncaught(new Error("one")), world.throwUncaught("two", "rejection")]);
    await settled();
    expect(application.calls).toEqual(["start", "stop: an error was thrown"]);
    expect(world.end).toBe(70);
    expect(world.stderr.text).toContain("two");
  });

  it("is only logged with --on-unhandled=log", async () => {
    const { world, application } = await started({ onUnhandled: "log" });
    await world.throwUncaught(new Error("oops"), "rejection");
    expect(world.end).toBeUndefined();
    expect(application.calls).toEqual(["start"]);
    expect(world.stderr.messages).toContain("a promise was rejected and nothing caught it: oops");
  });

  it("is quiet when it is only that nobody reads standard output any more", async () => {
    const { world, application } = await started();
    await world.throwUncaught(Object.assign(new Error("write EPIPE"), { code: "EPIPE", syscall: "write" }));
    expect(world.end).toBeUndefined();
    expect(application.calls).toEqual(["start"]);
    expect(world.stderr.text).toBe("");
  });
});

describe("the process's log", () => {
  it("shows what was logged before the start once the application has started", async () => {
    const { world } = start({}, ({ log }) => {
      log.info("made");
      return Promise.resolve(new FakeApplication());
    });
    expect(world.stderr.text).toBe("");
    await settled();
    await settled();
    expect(world.stderr.messages).toEqual(["made"]);
  });

  it("shows the lines of a start that takes long while it still goes on", async () => {
    const { world } = start({}, ({ log }) => {
      log.info("waiting for the database");
      return never();
    });
    await world.clock.pass(250);
    expect(world.stderr.messages).toEqual(["waiting for the database"]);
  });

  it("loses nothing when the application calls process.exit", async () => {
    const world = new FakeWorld();
    const make: MakeApplication = ({ log }) => {
      log.info("last words");
      world.exit(3);
      return never();
    };
    start({}, make, world);
    await settled();
    expect(world.stderr.messages).toEqual([
      "last words",
      "process.exit was called in the application, status 3",
    ]);
  });
});
