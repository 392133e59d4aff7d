import {
  formatIdentity,
  isAlive,
  ownIdentity,
  readIdentity,
  residentMemory,
} from "../../src/base/process-identity";

(process.platform === "linux" ? describe : describe.skip)("the identity of a process", () => {
  const own = ownIdentity();

  it("survives being written down", () => {
    expect(readIdentity(formatIdentity(own))).toEqual(own);
    expect(readIdentity("1234")).toEqual({ pid: 1234, began: undefined });
  });

  it.each(["", "x", "1-", "-1", "1-2-3", "1 2", "99999999999"])("is not to be read in %j", (text) => {
    expect(readIdentity(text)).toBeUndefined();
  });

  it("is that of a living one only if it began when it did", () => {
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ pid: own.pid, began: undefined })).toBe(true);
    expect(isAlive({ pid: own.pid, began: "1" })).toBe(false);
    expect(isAlive({ pid: 999_999_999, began: undefined })).toBe(false);
  });

  it("has memory as long as it is there", () => {
    expect(residentMemory(own.pid)).toBeGreaterThan(1_000_000);
    expect(residentMemory(999_999_999)).toBeUndefined();
  });
});
