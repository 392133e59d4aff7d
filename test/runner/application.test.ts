import { UnavailableError } from "../../src/base/errors";
import { Application, type ApplicationOptions } from "../../src/service/application";
import { Service } from "../../src/service/service";
import { run } from "../../src/runner/run";
import type { RunOptions } from "../../src/runner/run-options";
import { FakeWorld, settled } from "./fake-world";

/** A service that remembers what was done to it, and may fail at it. */
class Probe extends Service {
  readonly calls: string[];
  startFails: Error | undefined;
  stopFails: Error | undefined;
  starts: Promise<void> | undefined;
  stops: Promise<void> | undefined;

  constructor(name: string, calls: string[]) {
    super();
    this.setName(name);
    this.calls = calls;
  }
  override startService(): Promise<void> | void {
    this.calls.push(`start ${String(this.name)}`);
    if (this.startFails !== undefined) throw this.startFails;
    return this.starts;
  }
  override stopService(): Promise<void> | void {
    this.calls.push(`stop ${String(this.name)}`);
    if (this.stopFails !== undefined) throw this.stopFails;
    return this.stops;
  }
}

class Web extends Probe {
  mishap(): Error {
    return new Error("in a callback");
  }
}

function tree(options: RunOptions = {}, deadlines: ApplicationOptions = {}) {
  const world = new FakeWorld();
  const calls: string[] = [];
  const [database, web] = [new Probe("database", calls), new Web("web", calls)] as const;
  let application!: Application;
  const go = async (): Promise<void> => {
    void run(
      async ({ log }) => {
        application = new Application("hello", { ...deadlines, logger: log, clock: world.clock });
        database.setServiceParent(application);
        web.setServiceParent(application);
        return application;
      },
      world,
      options,
    );
    await settled();
  };
  return { world, calls, database, web, go, shutdown: () => application.shutdown };
}

describe("a run of an application", () => {
  it("starts its services in order and stops them in reverse before the process ends", async () => {
    const { world, calls, go } = tree();
    await go();
    await world.send("SIGTERM");
    expect(calls).toEqual(["start database", "start web", "stop web", "stop database"]);
    expect(world.end).toBe(0);
  });

  it("ends with one line and nothing half-started when a service can't start", async () => {
    const { world, calls, web, go } = tree();
    web.startFails = new UnavailableError("APPD_TEST", "port 80 is in use");
    await go();
    await settled();
    expect(calls).toEqual(["start database", "start web", "stop database"]);
    expect(world.stderr.text).toBe("appd: port 80 is in use\n");
    expect(world.end).toBe(69);
  });

  it("W-20: gives up a start that is under way when SIGTERM comes", async () => {
    const { world, calls, database, go } = tree();
    let started = (): void => {};
    database.starts = new Promise((resolve) => (started = resolve));
    await go();
    await world.send("SIGTERM");
    started();
    await settled();
    expect(calls).toEqual(["start database", "stop database"]);
    expect(world.stderr.text).not.toContain("appd:");
    expect(world.end).toBe(0);
  });

  it("W-38: ends with the code that anything in it asks for", async () => {
    const { world, calls, go, shutdown } = tree();
    await go();
    shutdown().request(3, "work done");
    await settled();
    expect(calls).toContain("stop database");
    expect(world.end).toBe(3);
  });

  it("ends with 70 when a service fails after its start, and logs that with its path", async () => {
    const { world, web, go } = tree();
    await go();
    web.failed(new Error("lost the database"));
    await settled();
    expect(world.stderr.records[0]).toMatchObject({
      service: "hello/web",
      err: { message: "lost the database" },
    });
    expect(world.end).toBe(70);
  });

  it("logs an error that nothing caught with the path of the service it came from", async () => {
    const { world, calls, web, go } = tree();
    await go();
    await world.throwUncaught(web.mishap());
    expect(world.stderr.records[0]).toMatchObject({ level: 60, service: "hello/web" });
    expect(calls).toContain("stop database");
    expect(world.end).toBe(70);
  });

  it("W-16: names at the stop deadline who is late, and ends all the same", async () => {
    const { world, calls, web, go } = tree({}, { stopTimeout: 5_000 });
    web.stops = new Promise(() => {});
    await go();
    await world.send("SIGTERM");
    await world.clock.pass(5_000);
    expect(world.stderr.text).toContain('Web \\"hello/web\\" is still stopping after 5 s');
    await world.clock.pass(1_000);
    expect(calls).toContain("stop database");
    expect(world.end).toBe(70);
  });

  it("names at the start deadline who is late", async () => {
    const { world, web, go } = tree({}, { startTimeout: 5_000 });
    web.starts = new Promise(() => {});
    await go();
    await world.clock.pass(5_000);
    await settled();
    expect(world.stderr.text).toContain('Web "hello/web" has not started within 5 s');
    expect(world.end).toBe(69);
  });

  it("says which service failed to start, where its error does not", async () => {
    const { world, web, go } = tree();
    web.startFails = new TypeError("boom");
    await go();
    expect(world.stderr.text).toBe('appd: Web "hello/web" failed to start: boom (--debug shows the stack)\n');
  });
});
