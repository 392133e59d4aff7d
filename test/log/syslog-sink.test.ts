import { LogFront } from "../../src/log/log-front";
import { prefixedSink } from "../../src/log/prefixed-sink";
import { prettySink } from "../../src/log/pretty-sink";
import { jsonSink } from "../../src/log/json-sink";
import { LINE_AT_MOST, syslogSink } from "../../src/log/syslog-sink";

function syslog(format: "pretty" | "json" = "pretty") {
  const sent: [severity: number, line: string][] = [];
  const output = { send: (severity: number, line: string) => sent.push([severity, line]), flush: () => {} };
  const front = new LogFront({ level: "trace", open: () => syslogSink(output, format) });
  return { sent, log: front.logger, flush: () => front.flush() };
}

describe("a line for the system's log", () => {
  it("TD-04: has the severity of its level, also where Twisted's were all info or alert", () => {
    const { sent, log, flush } = syslog();
    for (const level of ["fatal", "error", "warn", "info", "debug", "trace"] as const) log[level](level);
    flush();

    expect(sent.map(([severity, line]) => `${line} ${severity}`)).toEqual([
      "fatal 2",
      "error 3",
      "warn 4",
      "info 6",
      "debug 7",
      "trace 7",
    ]);
  });

  it("LG-14: says which service it is of, and has neither time nor level, which the system's log adds", () => {
    const { sent, log, flush } = syslog();
    log.child({ service: "web" }).info({ port: 80 }, "listening");
    flush();

    expect(sent).toEqual([[6, "web: listening port=80"]]);
  });

  it("TD-04: is one message; a stack goes on in messages of the same severity", () => {
    const { sent, log, flush } = syslog();
    const error = new Error("no such table");
    error.stack = "Error: no such table\n    at query (db.ts:1:2)";
    log.error({ err: error }, "can't serve");
    flush();

    expect(sent).toEqual([
      [3, "can't serve"],
      [3, "    Error: no such table"],
      [3, "        at query (db.ts:1:2)"],
    ]);
  });

  it("can't be made two by what a peer has sent", () => {
    const { sent, log, flush } = syslog();
    log.warn("login of %s failed", "alice\n<0>kernel: \u001b[2Jpanic");
    flush();

    expect(sent).toEqual([[4, "login of alice\\n<0>kernel: \\u001b[2Jpanic failed"]]);
  });

  it("is cut where it would not fit into a datagram, between two characters", () => {
    const { sent, log, flush } = syslog();
    log.info("é".repeat(LINE_AT_MOST));
    flush();

    const [[, line] = [0, ""]] = sent;
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_AT_MOST);
    expect(line).toMatch(/^é+ … \(16000 bytes\)$/);
  });

  it("is never empty, which would be no message", () => {
    const { sent, log, flush } = syslog();
    log.info("");
    flush();

    expect(sent).toEqual([[6, "-"]]);
  });

  it("is JSON where that is asked for", () => {
    const { sent, log, flush } = syslog("json");
    log.error({ code: 5 }, "broken");
    flush();

    const [[severity, line] = [0, ""]] = sent;
    expect(severity).toBe(3);
    expect(JSON.parse(line)).toMatchObject({ level: 50, code: 5, msg: "broken" });
    expect(line).not.toContain("\n");
  });
});

describe("a line on standard error that the journal takes", () => {
  const written = (open: typeof jsonSink): string => {
    let text = "";
    const output = { write: (more: string) => void (text += more), flush: () => {} };
    const front = new LogFront({ open: () => prefixedSink(output, open) });
    const error = new Error("it is full");
    error.stack = "Error: it is full\n    at write";
    front.logger.fatal({ err: error }, "disk");
    front.logger.info("<0>all is well");
    front.flush();
    return text.replace(/\d\d:\d\d:\d\d\.\d\d\d /g, "");
  };

  it("LG-14: begins with its severity, and so does each line of a stack", () => {
    expect(written((output) => prettySink(output, { colour: false }))).toBe(
      "<2>fatal disk\n<2>    Error: it is full\n<2>        at write\n<6>info  <0>all is well\n",
    );
  });

  it("is JSON behind it where that is the format", () => {
    const [first, second] = written(jsonSink).split("\n");
    expect(first).toMatch(/^<2>{"level":60,/);
    expect(second).toMatch(/^<6>{"level":30,/);
  });
});
