import { Faults, SoftwareError, UsageError } from "../../src/base/errors";
import { faultLines } from "../../src/runner/report-error";

const usage = (message: string) => new UsageError("APPD_TEST", message);

describe("faultLines", () => {
  it("W-01: is one line a fault", () => {
    expect(faultLines(usage("--port must be a number"))).toBe("appd: --port must be a number\n");
    expect(faultLines(new Faults([usage("one"), usage("two")]))).toBe("appd: one\nappd: two\n");
  });

  it("begins with the program's name", () => {
    expect(faultLines(usage("no"), { program: "appd: web" })).toBe("appd: web: no\n");
  });

  it("W-14: says how to see the stack of a bug, once", () => {
    expect(faultLines(new TypeError("x is not a function"))).toBe(
      "appd: x is not a function (--debug shows the stack)\n",
    );
    expect(faultLines(new SoftwareError("APPD_TEST", "broken; --debug shows more"))).toBe(
      "appd: broken; --debug shows more\n",
    );
  });

  it("shows the stack with --debug, with its causes, and then no hint", () => {
    const text = faultLines(new Error("outer", { cause: new Error("inner") }), { debug: true });
    expect(text).toMatch(/^appd: outer\n {4}Error: outer\n {8}at /);
    expect(text).toContain("    caused by: Error: inner");
    expect(text).not.toContain("--debug");
  });

  it("makes one line of a message of several, and shows control characters as text", () => {
    expect(faultLines(usage("one\r\n  two\u001b[2J"))).toBe("appd: one two\\u001b[2J\n");
  });

  it("cuts a line of megabytes", () => {
    expect(faultLines(usage("x".repeat(1_000_000))).length).toBeLessThan(4_100);
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [{ code: 7 }, "{ code: 7 }"],
    [Symbol("s"), "Symbol(s)"],
  ])("describes %p, which is no Error", (thrown, shown) => {
    expect(faultLines(thrown)).toBe(
      `appd: ${shown} was thrown, which is no Error (--debug shows the stack)\n`,
    );
    expect(faultLines(thrown, { debug: true })).toContain(shown);
  });
});
