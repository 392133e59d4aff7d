import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogTrail } from "../../src/cli/log-trail";
import { NoLogError } from "../../src/cli/errors";

let folder: string;
let log: string;
let now = 0;
const trails: LogTrail[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-trail-"));
  log = join(folder, "web.log");
});
afterEach(() => {
  trails.splice(0).forEach((trail) => trail.close());
  rmSync(folder, { recursive: true });
});

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`).join("");
const rotate = (): void => {
  for (let age = 8; age >= 1; age--) move(`.${age}`, `.${age + 1}`);
  move("", ".1");
};
function move(from: string, to: string): void {
  try {
    renameSync(log + from, log + to);
  } catch {
    // There is none.
  }
}
function follow(count: number): () => string {
  const trail = new LogTrail(log, () => now);
  trails.push(trail);
  trail.seek(count);
  return () => Buffer.concat([...trail.read()]).toString();
}

describe("the trail of a log", () => {
  it.each([
    [3, lines(8, 10)],
    [10, lines(1, 10)],
    [11, lines(1, 10)],
    [0, ""],
  ])("W-33: begins with the last %d lines", (count, expected) => {
    writeFileSync(log, lines(1, 10));
    expect(follow(count)()).toBe(expected);
  });

  it("counts a line that has no end yet", () => {
    writeFileSync(log, `${lines(1, 3)}line 4`);
    expect(follow(2)()).toBe("line 3\nline 4");
  });

  it("finds the beginning of lines that are longer than what is read at once", () => {
    const long = `${"x".repeat(200_000)}\n`;
    writeFileSync(log, `first\n${long}${long}`);
    expect(follow(2)()).toBe(long + long);
    expect(follow(3)()).toBe(`first\n${long}${long}`);
  });

  it("goes back into files from before", () => {
    writeFileSync(`${log}.2`, lines(1, 5));
    writeFileSync(`${log}.1`, lines(6, 7));
    writeFileSync(log, lines(8, 9));
    expect(follow(4)()).toBe(lines(6, 9));
    expect(follow(6)()).toBe(lines(4, 9));
    expect(follow(60)()).toBe(lines(1, 9));
  });

  it("W-33: goes on where the log goes on, however often it was moved away", () => {
    writeFileSync(log, lines(1, 2));
    const read = follow(1);
    expect(read()).toBe(lines(2, 2));
    appendFileSync(log, lines(3, 3));
    rotate();
    expect(read()).toBe(lines(3, 3));
    writeFileSync(log, lines(4, 4));
    rotate();
    writeFileSync(log, lines(5, 5));
    rotate();
    writeFileSync(log, lines(6, 6));
    expect(read()).toBe(lines(4, 6));
    appendFileSync(log, lines(7, 7));
    expect(read()).toBe(lines(7, 7));
    expect(read()).toBe("");
  });

  it("hears of what is still written to the file that was moved away, for a while", () => {
    writeFileSync(log, lines(1, 1));
    const read = follow(0);
    rotate();
    writeFileSync(log, "");
    expect(read()).toBe("");
    appendFileSync(`${log}.1`, lines(2, 2));
    appendFileSync(log, lines(3, 3));
    expect([...read().matchAll(/\d/g)].map(String).sort()).toEqual(["2", "3"]);
    now += 60_000;
    rotate();
    writeFileSync(log, lines(4, 4));
    expect(read()).toBe(lines(4, 4));
  });

  it("goes on in a file of that name where the old one has gone somewhere else", () => {
    writeFileSync(log, lines(1, 1));
    const read = follow(0);
    renameSync(log, join(folder, "web-20260101.log"));
    expect(read()).toBe("");
    writeFileSync(log, lines(2, 2));
    expect(read()).toBe(lines(2, 2));
  });

  it("begins anew in a file that was emptied", () => {
    writeFileSync(log, lines(1, 5));
    const read = follow(0);
    truncateSync(log);
    appendFileSync(log, lines(6, 6));
    expect(read()).toBe(lines(6, 6));
  });

  it("waits for a file that is not there yet", () => {
    const read = follow(5);
    expect(read()).toBe("");
    writeFileSync(log, lines(1, 1));
    expect(read()).toBe(lines(1, 1));
  });

  it("refuses what keeps nothing, and waits for none of it", () => {
    spawnSync("mkfifo", [log]);
    expect(() => follow(5)).toThrow(NoLogError);
    rmSync(log);
    mkdirSync(log);
    expect(() => follow(5)).toThrow(NoLogError);
  });
});
