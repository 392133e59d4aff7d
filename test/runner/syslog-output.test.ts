import { RetryingSyslogOutput, type SyslogWay, type WayListener } from "../../src/runner/syslog-output";
import { FakeClock } from "./fake-world";

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

/** A system's log that may be away, full, or die with what it has. */
class FakeLog {
  readonly lines: string[] = [];
  /** Taken, and not delivered yet. */
  taken: string[] = [];
  opened = 0;
  away = false;
  room = Infinity;
  gone = false;
  #arrived = 0;
  #listener: WayListener | undefined;

  readonly open = (listener: WayListener): SyslogWay => {
    this.opened += 1;
    if (this.away) throw systemError("ECONNREFUSED");
    this.#listener = listener;
    this.gone = false;
    this.taken = [];
    return {
      writeSome: (bytes) => {
        if (this.gone) throw systemError("EPIPE");
        if (this.room <= 0) throw systemError("EAGAIN");
        const count = Math.min(bytes.length, this.room);
        this.room -= count;
        this.taken.push(bytes.toString("utf8", 0, count));
        return count;
      },
      listen: () => {},
      arrived: () => {
        const arrived = this.#arrived;
        this.#arrived = 0;
        return arrived;
      },
      isGone: () => this.gone,
      close: () => {},
    };
  };

  /** Whatever it has taken arrives. */
  deliver(): void {
    const text = this.taken.join("");
    this.taken = [];
    this.lines.push(...text.split("\n").filter(Boolean));
    this.#arrived += text.split("\n").length - 1;
    this.#listener?.progress();
  }
  die(): void {
    this.taken = [];
    this.gone = true;
    this.#listener?.gone("killed");
  }
}

function outputTo(log: FakeLog, keep = 1_000) {
  const clock = new FakeClock();
  const paused: number[] = [];
  const told: string[] = [];
  const output = new RetryingSyslogOutput({
    open: log.open,
    facility: 1,
    lineEnd: "\n",
    clock,
    keep,
    pause: (ms) => paused.push(ms),
    failed: (reason) => told.push(`failed: ${reason}`),
    recovered: (lost) => told.push(`lost ${lost}`),
  });
  output.open();
  return { output, clock, told, paused: () => paused.splice(0).reduce((sum, ms) => sum + ms, 0) };
}

describe("the way to the system's log", () => {
  it("TD-04: puts facility and severity before each line", () => {
    const log = new FakeLog();
    const { output } = outputTo(log);
    output.send(6, "one");
    output.send(3, "two");
    log.deliver();

    expect(log.lines).toEqual(["<14>one", "<11>two"]);
  });

  it("delivers what a dying logger had not, to the next one, in order", async () => {
    const log = new FakeLog();
    const { output, clock, told } = outputTo(log);
    output.send(6, "one");
    log.deliver();
    output.send(6, "two");
    output.send(6, "three");
    log.die();
    output.send(6, "four");
    await clock.pass(100);
    log.deliver();

    expect(log.lines).toEqual(["<14>one", "<14>two", "<14>three", "<14>four"]);
    expect(told).toEqual(["failed: killed"]);
  });

  it("keeps lines while nobody is there, and asks ever less often", async () => {
    const log = new FakeLog();
    log.away = true;
    const { output, clock } = outputTo(log);
    output.send(6, "early");
    for (let second = 0; second < 60; second += 0.1) await clock.pass(100);
    expect(log.opened).toBeLessThan(25);

    log.away = false;
    await clock.pass(5_000);
    log.deliver();
    expect(log.lines).toEqual(["<14>early"]);
  });

  it("counts the lines that there was no room for, and says so when it can", async () => {
    const log = new FakeLog();
    log.away = true;
    const { output, clock, told } = outputTo(log, 50);
    for (let line = 0; line < 20; line += 1) output.send(6, `line ${line}`);
    log.away = false;
    await clock.pass(100);
    log.deliver();

    expect(log.lines).toHaveLength(5);
    expect(told).toEqual(["failed: ECONNREFUSED", "lost 15"]);
  });

  it("goes on in the middle of a line when there is room again", async () => {
    const log = new FakeLog();
    const { output, clock } = outputTo(log);
    log.room = 10;
    output.send(6, "a long line");
    log.room = Infinity;
    await clock.pass(10);
    log.deliver();

    expect(log.lines).toEqual(["<14>a long line"]);
  });

  it("begins a line anew that a dying logger had half of", async () => {
    const log = new FakeLog();
    const { output, clock } = outputTo(log);
    log.room = 10;
    output.send(6, "a long line");
    log.die();
    log.room = Infinity;
    await clock.pass(100);
    log.deliver();

    expect(log.lines).toEqual(["<14>a long line"]);
  });

  it("waits a moment for whoever is slow, and not again soon for whoever takes nothing", async () => {
    const log = new FakeLog();
    const { output, clock, paused } = outputTo(log);
    log.room = 0;
    output.send(6, "one");
    expect(paused()).toBe(500);
    output.send(6, "two");
    await clock.pass(1_000);
    output.send(6, "three");
    expect(paused()).toBe(0);

    log.room = Infinity;
    await clock.pass(10);
    log.deliver();
    expect(log.lines).toEqual(["<14>one", "<14>two", "<14>three"]);
  });

  it("sends at the end what waits for the next try", () => {
    const log = new FakeLog();
    log.away = true;
    const { output } = outputTo(log);
    output.send(2, "last words");
    log.away = false;
    output.flush();
    log.deliver();

    expect(log.lines).toEqual(["<10>last words"]);
  });

  it("does not wait for ever at the end", () => {
    const log = new FakeLog();
    const { output } = outputTo(log);
    log.room = 0;
    output.send(2, "last words");
    output.flush();

    expect(log.lines).toEqual([]);
  });

  it("opens nothing at the end for nothing", () => {
    const log = new FakeLog();
    log.away = true;
    const { output } = outputTo(log);
    output.flush();

    expect(log.opened).toBe(1);
  });

  it("lets go of the oldest that are on their way, and still knows which have arrived", async () => {
    const log = new FakeLog();
    const { output, clock } = outputTo(log, 50);
    for (let line = 0; line < 20; line += 1) output.send(6, `line ${line}`);
    log.deliver();
    output.send(6, "after");
    log.die();
    await clock.pass(100);
    log.deliver();

    expect(log.lines).toHaveLength(21);
    expect(log.lines.at(-1)).toBe("<14>after");
  });
});
