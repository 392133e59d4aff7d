import { LogFront } from "../../src/log/log-front";
import type { LogRecord, LogSink } from "../../src/log/log-record";

class FakeSink implements LogSink {
  readonly records: LogRecord[] = [];
  flushed = 0;
  write(record: LogRecord): void {
    void Object.values(record.fields ?? {});
    this.records.push(record);
  }
  flush(): void {
    this.flushed += 1;
  }
  get messages(): (string | undefined)[] {
    return this.records.map(({ message }) => message);
  }
}

function front(level: "info" | "trace" | "silent" = "info") {
  const sink = new FakeSink();
  const world = { time: 1_000, opened: 0 };
  const log = new LogFront({
    level,
    now: () => world.time,
    open: () => {
      world.opened += 1;
      return sink;
    },
  });
  return { log, sink, world };
}

describe("LogFront", () => {
  it("keeps lines until its sink is opened, with the times at which they were logged", () => {
    const { log, sink, world } = front();
    log.logger.info("first");
    world.time = 2_000;
    log.logger.warn("second");
    expect(world.opened).toBe(0);
    world.time = 9_000;
    log.open();
    expect(sink.records.map(({ time, message }) => [time, message])).toEqual([
      [1_000, "first"],
      [2_000, "second"],
    ]);
  });

  it("opens its sink once", () => {
    const { log, world } = front();
    log.open();
    log.open();
    expect(world.opened).toBe(1);
  });

  it("opens its sink at once for an error, and writes what came before first", () => {
    const { log, sink } = front();
    log.logger.info("before");
    log.logger.error("broken");
    expect(sink.messages).toEqual(["before", "broken"]);
  });

  it("writes what is kept when it is flushed, as at an exit", () => {
    const { log, sink } = front();
    log.logger.info("last words");
    log.flush();
    expect(sink.messages).toEqual(["last words"]);
    expect(sink.flushed).toBe(1);
  });

  it("does not open a sink to flush nothing", () => {
    const { log, world } = front();
    log.flush();
    expect(world.opened).toBe(0);
  });

  it("does not keep lines without bound", () => {
    const { log, sink } = front();
    for (let n = 0; n <= 1_000; n += 1) log.logger.info("line");
    expect(sink.records).toHaveLength(1_001);
  });

  it("leaves out lines below its level", () => {
    const { log, sink } = front("info");
    log.logger.debug("too fine");
    log.logger.info("shown");
    log.flush();
    expect(sink.messages).toEqual(["shown"]);
  });

  it("writes nothing when it is silent", () => {
    const { log, world } = front("silent");
    log.logger.fatal("unheard");
    log.flush();
    expect(world.opened).toBe(0);
  });

  it("adds a child's bindings to each of its lines, a grandchild's too", () => {
    const { log, sink } = front();
    log.logger.child({ service: "web" }).child({ request: 7 }).info("served");
    log.flush();
    expect(sink.records[0]?.bindings).toEqual({ service: "web", request: 7 });
  });

  it("shows a waiting line's fields as they were when it was logged", () => {
    const { log, sink } = front();
    const fields = { count: 1 };
    log.logger.info(fields, "counted");
    fields.count = 2;
    log.flush();
    expect(sink.records[0]?.fields).toEqual({ count: 1 });
  });

  it("writes a line that can't be written without its fields, and never throws", () => {
    const { log, sink } = front();
    log.open();
    const hostile = {
      get boom(): never {
        throw new Error("no");
      },
    };
    log.logger.info(hostile, "still here");
    expect(sink.messages).toEqual(["still here (fields left out, they can't be written: no)"]);
  });

  it("takes what JavaScript callers log: nothing, numbers, symbols", () => {
    const { log, sink } = front();
    const info = log.logger.info as (...line: unknown[]) => void;
    info();
    info(7);
    info(Symbol("s"));
    log.flush();
    expect(sink.messages).toEqual(["undefined", "7", "Symbol(s)"]);
  });
});
