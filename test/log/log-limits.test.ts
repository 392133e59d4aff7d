import { logAgeIn, logSizeIn, oldAt } from "../../src/log/log-limits";

describe("the size of a log file", () => {
  it.each([
    ["500", 500],
    ["1k", 1_024],
    ["10M", 10 * 1_024 ** 2],
    ["10 MiB", 10 * 1_024 ** 2],
    ["1.5G", 1.5 * 1_024 ** 3],
    ["0", 0],
    ["none", 0],
  ])("%s is %d bytes", (text, bytes) => {
    expect(logSizeIn(text)).toBe(bytes);
  });

  it.each(["", "M", "-1", "10X", "1e9", "10M10", "99999999999G", "ten"])("%p is none", (text) => {
    expect(logSizeIn(text)).toBeUndefined();
  });
});

describe("the age of a log file", () => {
  it.each([
    ["90s", { milliseconds: 90_000 }],
    ["5m", { milliseconds: 300_000 }],
    ["24h", { milliseconds: 86_400_000 }],
    ["1d", { days: 1 }],
    ["2W", { days: 14 }],
    ["0", "none"],
    ["none", "none"],
  ])("%s is %p", (text, age) => {
    expect(logAgeIn(text)).toEqual(age);
  });

  it.each(["", "7", "0d", "d", "-1d", "1.5d", "1y", "99999999999999999d", "1d1"])("%p is none", (text) => {
    expect(logAgeIn(text)).toBeUndefined();
  });

  it("LG-13: ends at local midnight when it is whole days", () => {
    const begun = new Date(2026, 2, 28, 23, 59).getTime();
    expect(oldAt(begun, { days: 1 })).toBe(new Date(2026, 2, 29).getTime());
    expect(oldAt(begun, { days: 7 })).toBe(new Date(2026, 3, 4).getTime());
  });

  it("counts from the beginning when it is hours", () => {
    expect(oldAt(1_000, { milliseconds: 86_400_000 })).toBe(86_401_000);
  });
});
