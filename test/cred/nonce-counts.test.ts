import { NonceCounts } from "../../src/cred/nonce-counts";

describe("NonceCounts", () => {
  const used = (counts: NonceCounts, nonce: string, ...list: number[]): boolean[] =>
    list.map((count) => !counts.use({ nonce, madeAt: 1, count }));

  it("takes each count once, in any order within thirty-two", () => {
    const counts = new NonceCounts();
    expect(used(counts, "a", 1, 1, 3, 2, 2, 3, 33, 2, 4, 4)).toEqual([
      false,
      true,
      false,
      false,
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(used(counts, "b", 1)).toEqual([false]);
  });

  it("counts as used what lies further back, and goes on after a leap", () => {
    const counts = new NonceCounts();
    expect(used(counts, "a", 1, 0xffffffff, 0xffffffff, 0xfffffffe, 1)).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it("holds no more than so many nonces; what is forgotten counts as used", () => {
    const counts = new NonceCounts({ most: 100 });
    for (let at = 1; at <= 1_000; at++) counts.use({ nonce: `n${at}`, madeAt: at, count: 1 });
    expect(counts.size).toBeLessThanOrEqual(100);
    for (let at = 1; at <= 1_000; at++)
      expect(counts.isUsed({ nonce: `n${at}`, madeAt: at, count: 1 })).toBe(true);
    expect(counts.isUsed({ nonce: "new", madeAt: 1_001, count: 1 })).toBe(false);
  });
});
