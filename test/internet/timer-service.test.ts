import {
  Application,
  MultiService,
  SoftwareError,
  TimerError,
  TimerService,
  type TimerServiceOptions,
} from "../../src/index";
import { FakeClock, Gate, LineLogger, settled } from "../service/harness";

const DAY = 86_400_000;

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
/** When it was called: milliseconds, or the time on the wall. */
let calls: (number | string)[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  calls = [];
});
afterEach(() => app.stop());

const noting = (): void => void calls.push(clock.now());

async function started(
  step: number | string,
  call: (signal: AbortSignal) => unknown = noting,
  options: TimerServiceOptions = {},
): Promise<TimerService> {
  const timer = new TimerService(step, call, { name: "timer", ...options });
  timer.setServiceParent(app);
  await app.start();
  return timer;
}

describe("TimerService", () => {
  it("IN-07: calls at once when it starts, then every step", async () => {
    await started(100);
    expect(calls).toEqual([0]);
    await clock.pass(350);
    expect(calls).toEqual([0, 100, 200, 300]);
  });

  it("IN-07: waits a step first when `now` is false", async () => {
    await started(100, noting, { now: false });
    expect(calls).toEqual([]);
    await clock.pass(200);
    expect(calls).toEqual([100, 200]);
  });

  it("IN-07: does not overlap, skips what a long call missed, and stays on the grid", async () => {
    let gate = new Gate();
    await started(100, () => {
      noting();
      return gate.passed;
    });
    await clock.pass(250);
    expect(calls).toEqual([0]);
    const { open } = gate;
    gate = new Gate();
    gate.open();
    open();
    await clock.pass(160);
    expect(calls).toEqual([0, 300, 400]);
  });

  it("calls once for each moment although Node's timers may be early", async () => {
    const early = clock.setTimeout.bind(clock);
    clock.setTimeout = (callback, ms) => early(callback, ms - 0.7);
    await started(100);
    await clock.pass(350);
    expect(calls).toHaveLength(4);
  });

  it("waits for longer than Node's timers can", async () => {
    await started(60 * DAY, noting, { now: false });
    await clock.pass(60 * DAY - 1);
    expect(calls).toEqual([]);
    await clock.pass(60 * DAY + 1);
    expect(calls).toEqual([60 * DAY, 120 * DAY]);
  });

  it.each([0, -1, NaN, Infinity])("refuses a step of %p", (step) => {
    expect(() => new TimerService(step, noting)).toThrow(
      `the step of a timer is a number of milliseconds above 0, got ${step}`,
    );
  });

  it("tells what it does", async () => {
    const timer = await started(100);
    await clock.pass(100);
    expect(timer.describe()).toEqual({ step: 100, calls: 2, failures: 0, calling: false });
  });
});

describe("TimerService: a call that fails", () => {
  const failing = {
    throws: () => {
      throw new Error("no network");
    },
    rejects: () => Promise.reject(new Error("no network")),
  };

  it.each(["throws", "rejects"] as const)(
    "IN-07: when it %s it is logged, and the loop goes on",
    async (how) => {
      await started(100, () => {
        noting();
        return failing[how]();
      });
      await clock.pass(100);
      expect(calls).toEqual([0, 100]);
      expect(logger.lines).toEqual(Array(2).fill("error demo/timer: the call failed: no network"));
    },
  );

  it.each(["throws", "rejects"] as const)(
    'stops the service when it %s and onError is "stop"',
    async (how) => {
      const timer = await started(100, failing[how], { onError: "stop" });
      await clock.pass(1_000);
      expect(timer).toMatchObject({ state: "stopped", running: false });
      expect(logger.lines).toEqual([
        "error demo/timer: the call failed: no network",
        "warn demo/timer: it is not called again, as was wished for when it fails",
      ]);
      expect(app.state).toBe("started");
      expect(clock.pending).toBe(0);
    },
  );

  it('ends the application when it fails later and onError is "fail"', async () => {
    await started(100, () => (calls.push(1) === 2 ? failing.rejects() : undefined), { onError: "fail" });
    await clock.pass(100);
    expect(await app.finished).toMatchObject({ exitCode: 70, error: new Error("no network") });
    expect(logger.lines).toEqual(['error demo/timer: TimerService "demo/timer" failed: no network']);
  });

  it('rejects the start when the first call throws and onError is "fail"', async () => {
    await expect(started(100, failing.throws, { onError: "fail" })).rejects.toThrow("no network");
  });
});

describe("TimerService: stop", () => {
  it("IN-07: waits for the call in progress, and calls no more", async () => {
    const gate = new Gate();
    const timer = await started(100, () => {
      noting();
      return gate.passed;
    });
    let stopped = false;
    const stop = app.stop().then(() => (stopped = true));
    await clock.pass(500);
    expect(stopped).toBe(false);
    gate.open();
    await stop;
    expect(timer.state).toBe("stopped");
    expect(calls).toEqual([0]);
    expect(clock.pending).toBe(0);
  });

  it("aborts the signal of the call at the deadline, which is no fault of the call", async () => {
    await started(
      100,
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    );
    const stop = app.stop();
    await clock.pass(29_999);
    expect(app.state).toBe("stopping");
    await clock.pass(1);
    await stop;
    expect(await app.finished).toEqual({ exitCode: 0 });
    expect(logger.lines).toEqual([
      'warn demo/timer: TimerService "demo/timer" is still stopping after 30 s',
      "debug demo/timer: the call failed: the 30 s to stop are over",
    ]);
  });

  it("#6202: does nothing before the start", async () => {
    const timer = new TimerService(100, noting);
    await timer.stopService();
    expect(calls).toEqual([]);
  });

  it("W-15: starts once however often it is told to, and again after a stop, with a grid of its own", async () => {
    const timer = await started(100);
    await timer.startService();
    await clock.pass(150);
    await timer.stopService();
    await clock.pass(1_000);
    await timer.startService();
    await clock.pass(100);
    expect(calls).toEqual([0, 100, 1_150, 1_250]);
  });

  it("does not call twice at a time, although a call outlived the stop", async () => {
    const gate = new Gate();
    const timer = await started(100, () => {
      noting();
      return gate.passed;
    });
    const stop = expect(timer.stopService(AbortSignal.abort())).rejects.toThrow("left behind");
    await clock.pass(1_000);
    await stop;
    await timer.startService();
    await clock.pass(250);
    expect(calls).toEqual([0]);
    gate.open();
    await clock.pass(100);
    expect(calls).toEqual([0, 1_300]);
  });

  it("may be told to by the call itself, which does not wait for it", async () => {
    const timer: TimerService = await started(100, () => {
      noting();
      if (calls.length === 2) void timer.stopService();
    });
    await clock.pass(500);
    expect(calls).toEqual([0, 100]);
    expect(timer.state).toBe("stopped");
  });

  it("SV-07: leaves its collection as it would at the end", async () => {
    const timer = await started(100);
    await timer.disownServiceParent();
    await clock.pass(500);
    expect(calls).toEqual([0]);
    timer.setServiceParent(new MultiService());
    expect(timer.state).toBe("stopped");
  });
});

describe("TimerService: a cron expression", () => {
  const berlin = { timeZone: "Europe/Berlin" };
  const onWall = (): void => void calls.push(new Date(clock.wallTime()).toISOString());

  it("IN-07: calls when it says so, not at once", async () => {
    clock.set("2026-01-01T00:00:30Z");
    await started("*/10 * * * *", onWall, { timeZone: "UTC" });
    await clock.pass(20 * 60_000);
    expect(calls).toEqual(["2026-01-01T00:10:00.000Z", "2026-01-01T00:20:00.000Z"]);
  });

  it("calls at once too when that is wished", async () => {
    clock.set("2026-01-01T00:00:30Z");
    await started("@daily", onWall, { timeZone: "UTC", now: true });
    await clock.pass(DAY);
    expect(calls).toEqual(["2026-01-01T00:00:30.000Z", "2026-01-02T00:00:00.000Z"]);
  });

  it("skips what comes due during a call", async () => {
    clock.set("2026-01-01T00:00:00Z");
    const gate = new Gate();
    await started("* * * * *", () => (onWall(), gate.passed));
    await clock.pass(150_000);
    gate.open();
    await clock.pass(60_000);
    expect(calls).toEqual(["2026-01-01T00:01:00.000Z", "2026-01-01T00:03:00.000Z"]);
  });

  it("calls after the hour that summer time leaves out, for what was due in it", async () => {
    clock.set("2026-03-28T12:00:00Z");
    await started("30 2 * * *", onWall, berlin);
    await clock.pass(2 * DAY);
    expect(calls).toEqual(["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"]);
  });

  it("calls once in the hour that comes twice in autumn, but every time what is meant for every hour", async () => {
    clock.set("2026-10-24T23:50:00Z");
    await started("30 2 * * *", onWall, berlin);
    const hourly = new TimerService("30 * * * *", onWall, berlin);
    hourly.setServiceParent(app);
    await clock.pass(2 * 3_600_000);
    expect(calls).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
  });

  it("sees within a minute that the clock was set forward, or that the machine slept, and calls once", async () => {
    clock.set("2026-01-01T12:00:00Z");
    await started("0 3 * * *", onWall, { timeZone: "UTC" });
    await clock.pass(30_000);
    clock.set("2026-01-04T09:00:00Z");
    await clock.pass(60_000);
    expect(calls).toEqual(["2026-01-04T09:00:30.000Z"]);
    await clock.pass(DAY);
    expect(calls.slice(1)).toEqual(["2026-01-05T03:00:00.000Z"]);
  });

  it("does not call again for the moment that a clock shows twice that was set back a little", async () => {
    clock.set("2026-01-01T02:59:00Z");
    await started("0 3 * * *", onWall, { timeZone: "UTC" });
    await clock.pass(62_000);
    clock.set("2026-01-01T02:59:58Z");
    await clock.pass(DAY);
    expect(calls).toEqual(["2026-01-01T03:00:00.000Z"]);
    await clock.pass(3_600_000);
    expect(calls).toHaveLength(2);
  });

  it("goes by the new time when the clock was set back by more than its calls are apart", async () => {
    clock.set("2026-01-01T12:00:00Z");
    await started("*/5 * * * *", onWall, { timeZone: "UTC" });
    await clock.pass(5 * 60_000);
    clock.set("2026-01-01T11:00:00Z");
    await clock.pass(6 * 60_000);
    expect(calls).toEqual(["2026-01-01T12:05:00.000Z", "2026-01-01T11:05:00.000Z"]);
  });

  it("goes by a clock that knows no date, from the date that it is", async () => {
    const plain = {
      now: () => clock.now(),
      setTimeout: clock.setTimeout.bind(clock),
      clearTimeout: clock.clearTimeout.bind(clock),
    };
    app = new Application("demo", { clock: plain, logger });
    await started("* * * * * *");
    await clock.pass(3_000);
    expect(calls).toHaveLength(3);
  });

  it.each<[string, TimerServiceOptions, string]>([
    ["61 * * * *", {}, 'the cron expression "61 * * * *" can\'t be read: '],
    ["often", {}, 'the cron expression "often" can\'t be read: '],
    ["0 0 30 2 *", {}, 'the cron expression "0 0 30 2 *" never comes'],
    [
      "@daily",
      { timeZone: "Mars/Olympus" },
      'there is no time zone "Mars/Olympus": write one as Europe/Berlin',
    ],
  ])("refuses %p with %p", (expression, options, message) => {
    expect(() => new TimerService(expression, noting, options)).toThrow(message);
    expect(() => new TimerService(expression, noting, options)).toThrow(TimerError);
    expect(TimerError.prototype).toBeInstanceOf(SoftwareError);
  });

  it("leaves nothing behind when it stops", async () => {
    await started("@daily");
    await app.stop();
    await settled();
    expect(clock.pending).toBe(0);
  });
});
