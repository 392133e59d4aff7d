import { LogFront } from "../../src/log/log-front";
import type { LogRecord } from "../../src/log/log-record";
import { PathLogger } from "../../src/log/path-logger";
import { SILENT } from "../../src/log/silent-logger";

describe("PathLogger", () => {
  it("finds its path and its root when it writes", () => {
    const records: LogRecord[] = [];
    const front = new LogFront({
      open: () => ({ write: (record) => records.push(record), flush: () => {} }),
    });
    front.open();
    let root = SILENT;
    let path = "child";
    const logger = new PathLogger(
      () => root,
      () => path,
    );
    logger.info("nobody listens");
    root = front.logger;
    path = "parent/child";
    logger.info("adopted");
    logger.child({ request: 1 }).info("asked");
    expect(records.map(({ bindings, message }) => [message, bindings])).toEqual([
      ["adopted", { service: "parent/child" }],
      ["asked", { service: "parent/child", request: 1 }],
    ]);
  });
});
