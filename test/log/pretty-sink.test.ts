import type { LogRecord } from "../../src/log/log-record";
import { prettyLine } from "../../src/log/pretty-sink";

const at = new Date(2025, 0, 2, 3, 4, 5, 6).getTime();
const line = (record: Partial<LogRecord>, colour = false): string =>
  prettyLine(
    { time: at, level: "info", bindings: {}, fields: undefined, message: undefined, args: [], ...record },
    colour,
  );

describe("the pretty format", () => {
  it("shows the time of day, the level, the service's path, the message and the fields", () => {
    expect(
      line({ bindings: { service: "web" }, fields: { port: 80, host: "::1" }, message: "listening" }),
    ).toBe("03:04:05.006 info  web: listening port=80 host=::1\n");
  });

  it("fills placeholders as pino does", () => {
    const message = "%s has %d of %i%% %j %o %x";
    expect(line({ message, args: ["a", "2", 3.7, { b: 1 }, [1]] })).toContain('a has 2 of 3% {"b":1} [1] %x');
    expect(line({ message: "%s and %s", args: ["one"] })).toContain("one and %s");
  });

  it("quotes values in which a reader would lose the end", () => {
    expect(line({ message: "m", fields: { who: "a b", what: 'x="y"', empty: "" } })).toContain(
      'm who="a b" what="x=\\"y\\"" empty=""',
    );
  });

  it("keeps one record on one line: control characters are spelled out", () => {
    const text = line({
      message: "hi\nfake info  root: all well\r\u001b[2J\u009b",
      fields: { "k\n": "v\u2028" },
    });
    expect(text.split("\n")).toHaveLength(2);
    expect(text).toContain("hi\\nfake info  root: all well\\r\\u001b[2J\\u009b k\\n=");
    expect(text).not.toMatch(/[\u001b\u009b\u2028]/);
  });

  it("rule 16: shows no name, value, path or level as anything but text, the names of fields too", () => {
    const hostile = "\r\n00:00:00.000 fatal fake\u001b]0;t\u0007\u007f\u202e\u200f";
    const text = line({
      bindings: { service: hostile, [hostile]: hostile },
      fields: { [hostile]: { [hostile]: [hostile] } },
      message: "%s %j",
      args: [hostile, hostile],
    });
    expect(text).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u200f\u202e]+\n$/);
  });

  it("shows an error's stack and those of its causes, indented", () => {
    const error = new Error("outer\u001b", { cause: new TypeError("inner") });
    const lines = line({ level: "error", fields: { err: error }, message: "failed" })
      .trimEnd()
      .split("\n");
    expect(lines[0]).toBe("03:04:05.006 error failed");
    expect(lines[1]).toBe("    Error: outer\\u001b");
    expect(lines).toContain("    caused by: TypeError: inner");
    expect(lines.slice(1).every((one) => one.startsWith("    "))).toBe(true);
  });

  it("takes an error in place of the fields, and its message where there is none", () => {
    expect(line({ fields: new Error("gone") }).split("\n")[0]).toBe("03:04:05.006 info  gone");
  });

  it("shows what JSON can't say: circles, bigints, functions", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(line({ message: "m", fields: { circle, big: 10n, run: () => 1 } })).toContain("big=10n");
  });

  it("is coloured only when asked", () => {
    expect(line({ message: "m" })).not.toContain("\u001b");
    expect(line({ message: "m" }, true)).toContain("\u001b[32minfo \u001b[0m");
  });
});
