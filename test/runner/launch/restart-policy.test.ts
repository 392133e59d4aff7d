import { RestartPolicy } from "../../../src/runner/launch/restart-policy";

const policy = (most: number, random = 0.5): RestartPolicy =>
  new RestartPolicy({ most, random: () => random });

describe("when a worker is started again", () => {
  it("is after 0.2 s, each time twice as late, and never later than 30 s", () => {
    const restarts = policy(1_000);
    const waits = Array.from({ length: 10 }, (_, at) => restarts.died(at * 1_000, 0));
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  });

  it.each([
    [0, 160],
    [1, 240],
  ])("differs by a fifth at most: %d gives %d ms", (random, wait) => {
    expect(policy(5, random).died(0, 0)).toBe(wait);
  });

  it("is soon again once one has been up for a minute", () => {
    const restarts = policy(5);
    restarts.died(0, 0);
    restarts.died(1_000, 0);
    expect(restarts.died(62_000, 59_999)).toBe(800);
    expect(restarts.died(130_000, 60_000)).toBe(200);
  });

  it("is never after more restarts within a minute than were allowed", () => {
    const restarts = policy(2);
    expect(restarts.died(0, 0)).toBe(200);
    expect(restarts.died(10_000, 0)).toBe(400);
    expect(restarts.died(59_999, 40_000)).toBeUndefined();
  });

  it("forgets restarts after a minute", () => {
    const restarts = policy(2);
    restarts.died(0, 0);
    restarts.died(10_000, 0);
    expect(restarts.died(60_000, 0)).toBe(800);
  });

  it("is never where no restart is allowed", () => {
    expect(policy(0).died(0, 1_000_000)).toBeUndefined();
  });
});
