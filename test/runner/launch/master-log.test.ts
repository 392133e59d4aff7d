import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MasterLogFile } from "../../../src/runner/launch/master-log";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "master-log-"));
  file = join(folder, "it.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesIn = (path: string): string[] => readFileSync(path, "utf8").split("\n").filter(Boolean);

describe("the log of a master", () => {
  it("has lines as its worker writes them, from before it was known where that is, too", () => {
    const log = new MasterLogFile({ pid: 7 });
    log.write("warn", "early");
    log.file = file;
    log.write("error", "a line\nof two", { stream: "stderr" });
    expect(linesIn(file).map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 40, pid: 7, msg: "early" }),
      expect.objectContaining({ level: 50, stream: "stderr", msg: "a line\nof two" }),
    ]);
  });

  it("is for people where that was asked for, and a terminal that shows it obeys nothing in it", () => {
    const log = new MasterLogFile({ pid: 7, format: "pretty" });
    log.file = file;
    log.write("info", "one\n\u001b[2Jtwo");
    expect(linesIn(file)).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} info {2}one\S*two$/)]);
    expect(readFileSync(file, "utf8")).not.toContain("\u001b");
  });

  it("has no lines below the level", () => {
    const log = new MasterLogFile({ pid: 7, level: "error" });
    log.file = file;
    log.write("warn", "quiet");
    log.write("fatal", "loud");
    expect(linesIn(file)).toHaveLength(1);
  });

  it("goes on in the new file when the old one was moved", () => {
    const log = new MasterLogFile({ pid: 7 });
    log.file = file;
    log.write("info", "old");
    renameSync(file, `${file}.1`);
    log.write("info", "new");
    expect([linesIn(file).length, linesIn(`${file}.1`).length]).toEqual([1, 1]);
    expect(lstatSync(file).mode & 0o777 & ~0o640).toBe(0);
  });

  it("follows no link that somebody has put in its place", () => {
    const other = join(folder, "other");
    writeFileSync(other, "");
    symlinkSync(other, file);
    const log = new MasterLogFile({ pid: 7 });
    log.file = file;
    log.write("info", "a line");
    expect(readFileSync(other, "utf8")).toBe("");
  });

  it("costs nobody anything where it can't be written", () => {
    const log = new MasterLogFile({ pid: 7 });
    log.file = join(folder, "no", "it.log");
    expect(() => log.write("fatal", "lost")).not.toThrow();
  });
});
