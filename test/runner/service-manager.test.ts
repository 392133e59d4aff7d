import type { RunView } from "../../src/runner/companion";
import type { Notice, Notifier, NotifierOptions } from "../../src/runner/notifier";
import { ServiceManager } from "../../src/runner/service-manager";
import { LogFront } from "../../src/log/log-front";
import { FakeWorld } from "./fake-world";

/** A service manager that writes down what it is told. */
class FakeManager implements Notifier {
  readonly told: Notice[] = [];
  readonly last: (Notice | undefined)[] = [];
  options: NotifierOptions | undefined;
  readonly open = (options: NotifierOptions): Notifier => {
    this.options = options;
    return this;
  };
  tell(notice: Notice): void {
    this.told.push(notice);
  }
  close(last?: Notice): void {
    this.last.push(last);
  }
}

const listening = {
  startService: () => {},
  path: "web",
  running: true,
  services: [
    {
      path: "web/http",
      running: true,
      describe: () => ({ address: { address: "::1", family: "IPv6", port: 80 } }),
    },
    { path: "web/local", running: true, describe: () => ({ address: "/run/web.sock" }) },
  ],
};

function managed(environment: Record<string, string>, role?: "daemon" | "worker") {
  const world = new FakeWorld();
  world.environment = { ...environment };
  const manager = new FakeManager();
  const lines: string[] = [];
  const front = new LogFront({
    open: () => ({ write: ({ message, args }) => lines.push([message, ...args].join(" ")), flush: () => {} }),
  });
  const run = { world, log: front.logger, state: "starting", application: listening } as unknown as {
    -readonly [Key in keyof RunView]: RunView[Key];
  };
  const companion = new ServiceManager({ launched: role && { role } }, manager.open);
  companion.prepare(run);
  front.open();
  const start = (): void => {
    run.state = "started";
    companion.started(run);
  };
  return { world, manager, companion, run, start, lines };
}

const SOCKET = { NOTIFY_SOCKET: "/run/systemd/notify" };

describe("word to the service manager", () => {
  it("W-35: says that it starts, then that it is ready, as which process, and where it listens", () => {
    const { manager, start, world } = managed(SOCKET);
    start();

    expect(manager.told).toEqual([
      { STATUS: "starting" },
      { READY: "1", MAINPID: String(world.pid), STATUS: "listening on [::1]:80, /run/web.sock" },
    ]);
  });

  it("W-35: says that it stops, and why", () => {
    const { manager, companion, run, start } = managed(SOCKET);
    start();
    companion.stopping(run, "SIGTERM");

    expect(manager.told.at(-1)).toEqual({ STOPPING: "1", STATUS: "stopping: SIGTERM" });
  });

  it("W-35: says when a reload began, by the system's clock, and that it is through", async () => {
    const { manager, start, world } = managed(SOCKET);
    start();
    await world.clock.pass(1_500);
    await world.send("SIGHUP");

    expect(manager.told.slice(2)).toEqual([
      { RELOADING: "1", MONOTONIC_USEC: "1500000", STATUS: "reloading" },
      { READY: "1", STATUS: "listening on [::1]:80, /run/web.sock" },
    ]);
  });

  it("says nothing of a reload to a manager that does not yet know it as started", async () => {
    const { manager, world } = managed(SOCKET);
    await world.send("SIGHUP");

    expect(manager.told).toEqual([{ STATUS: "starting" }]);
  });

  it("gives the error of a start that failed as the status, at once", () => {
    const { manager, companion, run } = managed(SOCKET);
    companion.ended({ ...run, fault: new Error("port 80 is in use") });

    expect(manager.last).toEqual([{ STATUS: "port 80 is in use" }]);
  });

  it("is not the main process where it runs beneath another one of appd's", () => {
    const { manager, start } = managed(SOCKET, "worker");
    start();

    expect(manager.told.at(-1)).not.toHaveProperty("MAINPID");
  });

  it("leaves nothing of it in the environment of what it starts", () => {
    const { world } = managed({ ...SOCKET, WATCHDOG_USEC: "1000000", WATCHDOG_PID: "4711", HOME: "/root" });

    expect(world.environment).toEqual({ HOME: "/root" });
  });

  it("W-35: reaches a manager in a namespace of names, and no other kind", () => {
    expect(managed({ NOTIFY_SOCKET: "@org/freedesktop" }).manager.options?.socket).toBe("@org/freedesktop");
    const { manager, lines, start } = managed({ NOTIFY_SOCKET: "vsock:2:1234" });
    start();
    expect(manager.options).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining("NOTIFY_SOCKET")]);
  });

  it("warns once when it could not be told", () => {
    const { manager, lines } = managed(SOCKET);
    manager.options?.failed("ECONNREFUSED");
    manager.options?.failed("ECONNREFUSED");

    expect(lines).toEqual(["the service manager could not be told how it goes: %s ECONNREFUSED"]);
  });
});

describe("the watchdog", () => {
  const pings = (manager: FakeManager): number =>
    manager.told.filter(({ WATCHDOG }) => WATCHDOG === "1").length;

  it("W-35: hears three times in its time, from the start on until the end", async () => {
    const { manager, companion, run, start, world } = managed({ ...SOCKET, WATCHDOG_USEC: "3000000" });
    await world.clock.pass(1_000);
    expect(pings(manager)).toBe(0);
    start();
    for (let second = 0; second < 5; second += 1) await world.clock.pass(1_000);
    expect(pings(manager)).toBe(6);
    companion.ended(run);
    await world.clock.pass(1_000);
    expect(pings(manager)).toBe(6);
    expect(world.clock.pending).toBe(0);
  });

  it("hears nothing where it waits for another process, and that is said", async () => {
    const { manager, start, world, lines } = managed({
      ...SOCKET,
      WATCHDOG_USEC: "3000000",
      WATCHDOG_PID: "1",
    });
    start();
    await world.clock.pass(1_000);

    expect(pings(manager)).toBe(0);
    expect(lines).toHaveLength(1);
  });

  it.each(["0", "-1", "1e6", "soon"])("is none where its time is %j", async (time) => {
    const { manager, start, world } = managed({ ...SOCKET, WATCHDOG_USEC: time });
    start();
    await world.clock.pass(1_000);

    expect(pings(manager)).toBe(0);
  });
});
