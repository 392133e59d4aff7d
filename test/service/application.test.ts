import {
  Application,
  IProcess,
  MultiService,
  provides,
  Service,
  Shutdown,
  UnavailableError,
  type ApplicationOptions,
} from "../../src/index";
import {
  FakeClock,
  Gate,
  LineLogger,
  PrivilegedRecorder,
  Recorder,
  settled,
  type Behaviour,
} from "./harness";

let seen: string[];
let clock: FakeClock;
let logger: LineLogger;
let app: Application;

function application(options: ApplicationOptions = {}): Application {
  return new Application("demo", { clock, logger, ...options });
}

function add(name: string, behaviour: Behaviour = {}, to: MultiService = app): Recorder {
  const service = new Recorder(name, seen, behaviour);
  to.addService(service);
  return service;
}

beforeEach(() => {
  seen = [];
  clock = new FakeClock();
  logger = new LineLogger();
  app = application();
});

afterEach(async () => {
  await app.stop();
  expect(clock.pending).toBe(0);
});

const failing = (message: string) => (): Promise<void> => Promise.reject(new Error(message));
const never = (): Promise<void> => new Promise(() => undefined);

describe("Application", () => {
  it("SV-16: is a collection that carries its name, and the root of a path", () => {
    const inner = new MultiService();
    inner.setName("inner");
    inner.setServiceParent(app);
    expect(app.name).toBe("demo");
    expect(add("web", {}, inner).path).toBe("demo/inner/web");
    const message = 'Application "demo" is the root of a tree: it joins no parent';
    expect(() => app.setServiceParent(new MultiService())).toThrow(message);
    expect(app.parent).toBeUndefined();
  });

  it("SV-16: gives its logger to the services, each with its path", async () => {
    const loud = add("loud", { start: () => loud.log.info("up") });
    loud.log.info("early");
    await app.start();
    expect(logger.lines).toEqual(["info demo/loud: early", "info demo/loud: up"]);
    new Service().log.fatal("heard by nobody");
  });

  it("SV-17: tells the runner how the process wishes to be", () => {
    const wished = application({ processName: "greeter", uid: 33, gid: "www-data" });
    expect(provides(wished, IProcess)).toBe(true);
    expect(wished).toMatchObject({ processName: "greeter", uid: 33, gid: "www-data" });
    expect(app).toMatchObject({ processName: undefined, uid: undefined, gid: undefined });
  });

  it("SV-21: has every service in the privileged pass before the first is started", async () => {
    app.addService(new PrivilegedRecorder("a", seen));
    app.addService(new PrivilegedRecorder("b", seen));
    await app.start();
    expect(seen).toEqual(["enter a", "enter b", "start a", "start b"]);
  });

  it("starts and stops once however often it is told to", async () => {
    add("a");
    await Promise.all([app.start(), app.start()]);
    await app.start();
    await Promise.all([app.stop("first"), app.stop("second")]);
    await app.stop();
    expect(seen).toEqual(["start a", "stop a"]);
    expect(await app.finished).toEqual({ exitCode: 0, reason: "first" });
  });

  it("does nothing when it is stopped before it was started", async () => {
    await app.stop();
    await app.start();
    expect(app.running).toBe(true);
  });

  it("W-15: starts again after a stop, with an end of its own", async () => {
    add("a");
    await app.start();
    const first = app.finished;
    await app.stop("one");
    await app.start();
    const second = app.finished;
    await app.stop("two");
    expect([(await first).reason, (await second).reason]).toEqual(["one", "two"]);
    expect(seen).toEqual(["start a", "stop a", "start a", "stop a"]);
  });

  it("waits for a stop under way before it starts again", async () => {
    const gate = new Gate();
    add("a", { stop: () => gate.passed });
    await app.start();
    void app.stop();
    const again = app.start();
    await settled();
    expect(seen).toEqual(["start a", "stop a"]);
    gate.open();
    await again;
    expect(seen).toEqual(["start a", "stop a", "start a"]);
  });

  it("is disposed of by stopping", async () => {
    add("a");
    {
      await using inner = app;
      await inner.start();
    }
    expect(seen).toEqual(["start a", "stop a"]);
  });

  it("keeps Node's event loop alive until it is told to stop", async () => {
    const holding = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = holding();
    await app.start();
    expect(holding()).toBe(before + 1);
    await app.stop();
    expect(holding()).toBe(before);
  });
});

describe("Application: when a start fails", () => {
  it("SV-11: throws the first error, ends with its status and has stopped what had started", async () => {
    class InUse extends UnavailableError {}
    const error = new InUse("APPD_TEST", "port in use");
    add("a");
    add("b", { start: () => Promise.reject(error) });
    await expect(app.start()).rejects.toBe(error);
    expect(await app.finished).toEqual({ exitCode: 69, error });
    expect(seen).toEqual(["start a", "start b", "stop a"]);
  });

  it("ends with 70 for an error that is none of appd's", async () => {
    add("a", { start: failing("oops") });
    await expect(app.start()).rejects.toThrow("oops");
    expect(await app.finished).toMatchObject({ exitCode: 70 });
  });

  it("logs what fails in the roll-back, under the service's path", async () => {
    add("a", { stop: failing("stuck") });
    add("b", { start: failing("oops") });
    await expect(app.start()).rejects.toThrow("oops");
    expect(logger.grave).toEqual(['error demo/a: Recorder "demo/a" failed to stop: stuck']);
  });

  it("W-36: gives up a start after 60 s, names whoever is late, and rolls back", async () => {
    const inner = new MultiService();
    app.addService(inner);
    add("a");
    const late = new Gate();
    add("slow", { start: () => late.passed }, inner);
    const start = expect(app.start()).rejects.toThrow('Recorder "demo/slow" has not started within 60 s');
    await clock.pass(59_999);
    expect(app.state).toBe("starting");
    await clock.pass(1);
    await start;
    expect(await app.finished).toMatchObject({ exitCode: 69 });
    expect(seen).toEqual(["start slow"]);
    late.open();
    await settled();
    expect(seen).toEqual(["start slow", "stop slow"]);
  });

  it("W-36: has no limit when that is wished", async () => {
    app = application({ startTimeout: Infinity, stopTimeout: Infinity });
    const gate = new Gate();
    add("a", { start: () => gate.passed });
    const start = app.start();
    await clock.pass(10_000_000);
    gate.open();
    await start;
    expect(app.state).toBe("started");
  });

  it("W-16: bounds the roll-back as it does a stop", async () => {
    add("stuck", { stop: never });
    add("b", { start: failing("oops") });
    const start = expect(app.start()).rejects.toThrow("oops");
    await clock.pass(31_000);
    await start;
    expect(logger.grave[0]).toBe('warn demo/stuck: Recorder "demo/stuck" is still stopping after 30 s');
  });
});

describe("Application: stop", () => {
  it("W-36: a stop during the start wins", async () => {
    const gate = new Gate();
    add("a", { start: () => gate.passed });
    add("b");
    const start = expect(app.start()).rejects.toThrow("was told to stop before it had started");
    await settled();
    const stop = app.stop("SIGTERM");
    gate.open();
    await Promise.all([start, stop]);
    expect(seen).toEqual(["start a", "stop a"]);
    expect(await app.finished).toEqual({ exitCode: 0, reason: "SIGTERM" });
  });

  it("W-16: aborts the signal after 30 s, names whoever is late, and goes on with the others", async () => {
    const inner = new MultiService();
    app.addService(inner);
    add("a", {}, inner);
    add("stuck", { stop: never }, inner);
    add("b", {}, inner);
    await app.start();
    const stop = app.stop();
    await clock.pass(29_999);
    expect(logger.grave).toEqual([]);
    await clock.pass(1);
    expect(logger.grave).toEqual(['warn demo/stuck: Recorder "demo/stuck" is still stopping after 30 s']);
    await clock.pass(1_000);
    await stop;
    expect(seen.slice(3)).toEqual(["stop b", "stop stuck", "stop a"]);
    const { exitCode, error } = await app.finished;
    expect(exitCode).toBe(70);
    expect(error).toMatchObject({
      message: 'Recorder "demo/stuck" did not stop in time and was left behind',
    });
  });

  it("W-16: one that lets go when the signal aborts has stopped", async () => {
    add("polite", {
      stop: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
    });
    await app.start();
    const stop = app.stop();
    await clock.pass(30_000);
    await stop;
    expect(await app.finished).toEqual({ exitCode: 0 });
    expect(logger.grave).toHaveLength(1);
  });

  it("W-16: tells the service why its signal aborts", async () => {
    let reason: unknown;
    add("a", {
      stop: (signal) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () => resolve(void (reason = signal.reason))),
        ),
    });
    await app.start();
    const stop = app.stop();
    await clock.pass(30_000);
    await stop;
    expect(reason).toMatchObject({ code: "APPD_STOP_DEADLINE", message: "the 30 s to stop are over" });
  });

  it("W-16: a service may have a deadline of its own", async () => {
    add("a");
    add("stuck", { stop: never }).stopTimeout = 2_000;
    await app.start();
    const stop = app.stop();
    await clock.pass(2_000);
    expect(logger.grave).toEqual(['warn demo/stuck: Recorder "demo/stuck" is still stopping after 2 s']);
    await clock.pass(1_000);
    await stop;
    expect(seen.slice(2)).toEqual(["stop stuck", "stop a"]);
  });

  it("W-16: waits no longer at its deadline for a start that never ends", async () => {
    add("a");
    add("stuck", { start: never });
    const start = expect(app.start()).rejects.toThrow();
    await settled();
    const stop = app.stop("SIGTERM");
    await clock.pass(30_000);
    expect(logger.grave).toEqual(['warn demo/stuck: Recorder "demo/stuck" is still starting after 30 s']);
    await clock.pass(1_000);
    await Promise.all([start, stop]);
    expect(seen).toEqual(["start a", "start stuck", "stop a"]);
  });

  it("W-16: is bounded however many are stuck, a collection of its own making among them", async () => {
    class Stuck extends MultiService {
      override stopService = never;
    }
    app.addService(new Stuck());
    for (const name of ["a", "b", "c"]) add(name, { stop: never });
    await app.start();
    const stop = app.stop();
    await clock.pass(33_000);
    await stop;
    expect(await app.finished).toMatchObject({ exitCode: 70 });
  });

  it("SV-12: one that throws keeps no other from stopping, is logged once, and makes the end a fault", async () => {
    add("a");
    add("b", { stop: failing("stuck") });
    await app.start();
    await app.stop();
    expect(seen.slice(2)).toEqual(["stop b", "stop a"]);
    expect(logger.grave).toEqual(['error demo/b: Recorder "demo/b" failed to stop: stuck']);
    expect(await app.finished).toMatchObject({ exitCode: 70, error: { message: "stuck" } });
  });

  it("a child that left keeps its log until it has stopped", async () => {
    const child = add("a", { stop: failing("stuck") });
    await app.start();
    await expect(app.removeService(child)).rejects.toThrow("stuck");
    expect(logger.grave).toEqual(['error demo/a: Recorder "demo/a" failed to stop: stuck']);
  });
});

describe("Application: asked to end", () => {
  it("W-38: ends with the exit code and for the reason that the first to ask gave", async () => {
    add("a");
    await app.start();
    app.shutdown.request(3, "done");
    app.shutdown.request(4, "me too");
    expect(await app.finished).toEqual({ exitCode: 3, reason: "done" });
    expect(logger.lines).toContain("info demo: asked to stop: done");
    expect(seen).toEqual(["start a", "stop a"]);
  });

  it("W-38: gives what anything in the tree may ask for as Shutdown", async () => {
    expect(provides(app.shutdown, Shutdown)).toBe(true);
    await app.start();
    app.shutdown.request();
    expect(await app.finished).toEqual({ exitCode: 0 });
  });

  it.each([-1, 256, 1.5, NaN])("W-38: refuses %p as an exit code", (exitCode) => {
    expect(() => app.shutdown.request(exitCode)).toThrow(`from 0 to 255, got ${exitCode}`);
  });

  it("W-38: does not start when it was asked before", async () => {
    add("a");
    app.shutdown.request(5);
    await expect(app.start()).rejects.toThrow("was told to stop before it had started");
    expect(await app.finished).toEqual({ exitCode: 5 });
    expect(seen).toEqual([]);
  });

  it("W-38: may be asked while it starts, by a service too", async () => {
    add("a", { start: () => app.shutdown.request(2, "nothing to do") });
    add("b");
    await expect(app.start()).rejects.toThrow("was told to stop");
    expect(await app.finished).toEqual({ exitCode: 2, reason: "nothing to do" });
    expect(seen).not.toContain("start b");
  });

  it("ends with 70 when a service failed after its start", async () => {
    const service = add("a");
    await app.start();
    const error = new UnavailableErrorForTest();
    service.failed(error);
    expect(await app.finished).toEqual({ exitCode: 70, error });
    expect(seen).toEqual(["start a", "stop a"]);
    expect(logger.grave).toEqual(['error demo/a: Recorder "demo/a" failed: database gone']);
  });

  it("rejects the start with what a service failed with meanwhile", async () => {
    const service = add("a");
    add("b", { start: () => service.failed(new Error("gone")) });
    await expect(app.start()).rejects.toThrow("gone");
    expect(await app.finished).toMatchObject({ exitCode: 70 });
  });

  it("does not start when a service has failed before", async () => {
    add("a").failed(new Error("gone"));
    await expect(app.start()).rejects.toThrow("gone");
    expect(seen).toEqual([]);
    expect(await app.finished).toMatchObject({ exitCode: 70 });
  });

  it("lets no failure go unheard where there is no application", () => {
    expect(() => new Recorder("a", []).failed(new Error("gone"))).toThrow(
      'Recorder "a" failed, and is in no application that it could end',
    );
  });
});

class UnavailableErrorForTest extends UnavailableError {
  constructor() {
    super("APPD_TEST", "database gone");
  }
}
