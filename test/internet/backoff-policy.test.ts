import { backoffPolicy } from "../../src/index";

const steady = { jitter: () => 0 };

describe("backoffPolicy", () => {
  it("IN-17: grows by half from a second to a minute", () => {
    const delays = Array.from({ length: 12 }, (_, failures) => backoffPolicy(steady)(failures));
    expect(delays.map((delay) => Math.round(delay / 10) / 100)).toEqual([
      1, 1.5, 2.25, 3.38, 5.06, 7.59, 11.39, 17.09, 25.63, 38.44, 57.67, 60,
    ]);
  });

  it("IN-17: adds its jitter behind the cap", () => {
    expect(backoffPolicy({ jitter: () => 250 })(1)).toBe(1_750);
    expect(backoffPolicy({ jitter: () => 250 })(50)).toBe(60_250);
  });

  it("IN-17: by default the jitter is less than a second", () => {
    for (let round = 0; round < 100; round += 1) {
      const delay = backoffPolicy()(1);
      expect(delay).toBeGreaterThanOrEqual(1_500);
      expect(delay).toBeLessThan(2_500);
    }
  });

  it("IN-17: takes other delays and another factor", () => {
    const policy = backoffPolicy({ ...steady, initialDelay: 10, maxDelay: 1_000, factor: 2 });
    expect([1, 2, 3, 10].map(policy)).toEqual([20, 40, 80, 1_000]);
  });

  it("IN-17: never exceeds its longest delay, however many failures there were", () => {
    const policy = backoffPolicy({ ...steady, factor: 1e9 });
    expect([3, 100, 1e9, Infinity].map(policy)).toEqual(Array(4).fill(60_000));
    expect(backoffPolicy({ ...steady, initialDelay: 0, factor: 1e9 })(Infinity)).toBe(60_000);
  });
});
