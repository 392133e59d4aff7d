import { jsonSink } from "../../src/log/json-sink";
import { LogFront } from "../../src/log/log-front";
import type { Logger } from "../../src/log/logger";

function log() {
  const lines: string[] = [];
  const front = new LogFront({
    level: "trace",
    now: () => 1_234,
    open: () => jsonSink({ write: (text) => lines.push(text), flush: () => undefined }),
  });
  const read = () => lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  return { front, lines, read };
}

describe("the JSON format", () => {
  it("is pino's, with the time at which the line was logged", () => {
    const { front, read } = log();
    front.logger.child({ service: "web" }).info({ port: 80 }, "listening on %s", "here");
    front.flush();
    expect(read()[0]).toMatchObject({
      level: 30,
      time: 1_234,
      pid: process.pid,
      service: "web",
      port: 80,
      msg: "listening on here",
    });
  });

  it("has an error as err, with type, message, stack and cause", () => {
    const { front, read } = log();
    front.logger.error({ err: new TypeError("outer", { cause: new Error("inner") }) }, "failed");
    front.logger.error(new RangeError("alone"));
    expect(read()[0]).toMatchObject({ level: 50, msg: "failed", err: { type: "TypeError" } });
    expect(JSON.stringify(read()[0])).toContain("caused by: Error: inner");
    expect(read()[1]).toMatchObject({ msg: "alone", err: { type: "RangeError", message: "alone" } });
  });

  it("is one line a record, without a control character a terminal would obey", () => {
    const { front, lines } = log();
    front.logger.info("a\nb\u001b[2J\u009b\u2028");
    front.flush();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]*\n$/);
    expect((JSON.parse(lines[0] ?? "") as { msg: string }).msg).toBe("a\nb\u001b[2J\u009b\u2028");
  });

  const HOSTILE = '\n{"level":60,"msg":"fake"}\r\u001b[2J\u0000\u007f\u009b\u2028\u2029\u202e\u2066\u200f"\\';
  it.each<[string, (logger: Logger) => void]>([
    ["a message", (logger) => logger.info(HOSTILE)],
    ["what fills a placeholder", (logger) => logger.info("%s and %j", HOSTILE, { [HOSTILE]: HOSTILE })],
    ["a field", (logger) => logger.info({ user: HOSTILE, deep: { er: [HOSTILE] } }, "m")],
    ["a field's name", (logger) => logger.info({ [HOSTILE]: 1, deep: { [HOSTILE]: 2 } }, "m")],
    ["a child's field", (logger) => logger.child({ user: HOSTILE }).child({ x: HOSTILE }).info("m")],
    ["the name of a child's field", (logger) => logger.child({ [HOSTILE]: { [HOSTILE]: 1 } }).info("m")],
    ["an error", (logger) => logger.error(Object.assign(new Error(HOSTILE), { [HOSTILE]: HOSTILE }))],
  ])("rule 16: %s makes no second line and moves nobody's cursor", (_, write) => {
    const { front, lines, read } = log();
    write(front.logger);
    front.flush();
    expect(lines.join("")).toMatch(
      /^[^\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+\n$/,
    );
    expect(JSON.stringify(read())).toContain("fake");
  });

  it("writes every level", () => {
    const { front, read } = log();
    const { logger } = front;
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) logger[level](level);
    expect(read().map(({ level }) => level)).toEqual([10, 20, 30, 40, 50, 60]);
  });
});
