import { StallWatch } from "../../src/runner/stall-watch";
import type { Load } from "../../src/runner/world";
import { FakeClock } from "./fake-world";

/** A clock on the wall besides, which can be set. */
class WallClock extends FakeClock {
  ahead = 1_700_000_000_000;
  wallTime(): number {
    return this.now() + this.ahead;
  }
}

function watched() {
  const clock = new WallClock();
  const load = { active: 0, computing: 0 };
  const lines: string[] = [];
  const line = (_: unknown, text: unknown): void => void lines.push(String(text));
  const watch = new StallWatch({ clock, load: (): Load => ({ ...load }), log: { warn: line, info: line } });
  /** Lets time pass in which the loop does this. */
  const pass = async (ms: number, done: Partial<Load> = {}): Promise<void> => {
    load.active += done.active ?? 0;
    load.computing += done.computing ?? done.active ?? 0;
    await clock.pass(ms);
  };
  return { clock, lines, pass, watch };
}

describe("StallWatch", () => {
  it("logs how long the event loop stood still, once", async () => {
    const { lines, pass } = watched();
    await pass(500, { active: 20 });
    await pass(2_345, { active: 2_300 });
    await pass(500, { active: 10 });
    expect(lines).toEqual(["the event loop stood still for 2.3 s, with 2.3 s of processor time"]);
  });

  it("tells a synchronous call that waits from one that computes", async () => {
    const { lines, pass } = watched();
    await pass(1_900, { active: 1_800, computing: 12 });
    expect(lines).toEqual(["the event loop stood still for 1.8 s, with 0.0 s of processor time"]);
  });

  it("says nothing of less than a second, however often", async () => {
    const { lines, pass } = watched();
    for (let time = 0; time < 10; time += 1) await pass(900, { active: 890 });
    expect(lines).toEqual([]);
  });

  it("does not take a stopped process for a loop that stands still", async () => {
    const { lines, pass } = watched();
    await pass(10_500, { active: 3 });
    expect(lines).toEqual(["the process did not run for 10.0 s: it or the machine was stopped"]);
  });

  it("names a clock that is set, and counts no stall for it", async () => {
    const { clock, lines, pass } = watched();
    clock.ahead += 3_600_000;
    await pass(500);
    clock.ahead -= 7_200_000;
    await pass(500);
    clock.ahead += 400;
    await pass(500);
    expect(lines).toEqual([
      "the clock went ahead by 3600.0 s: it was set, or the machine slept",
      "the clock went back by 7200.0 s: it was set",
    ]);
  });

  it("is quiet once it is stopped", async () => {
    const { clock, lines, pass, watch } = watched();
    watch.stop();
    await pass(5_000, { active: 5_000 });
    expect(lines).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
