import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileOutput } from "../../src/log/file-output";
import { RotatingFile, type RotatingFileOptions } from "../../src/log/rotating-file";
import { describeAsRoot } from "../as-root";
import { asOrdinaryUser } from "../ordinary-user";

const DAY = 86_400_000;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-rotate-"));
  path = join(folder, "x.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A log with a clock that is turned by hand. */
class Log {
  now = Date.now();
  readonly warnings: string[] = [];
  readonly file: RotatingFile;
  readonly output: FileOutput;

  constructor(options: RotatingFileOptions = {}) {
    this.file = new RotatingFile(path, {
      now: () => this.now,
      warn: (trouble, error) =>
        this.warnings.push(`${trouble} ${(error as NodeJS.ErrnoException).code ?? ""}`),
      ...options,
    });
    this.output = new FileOutput(this.file.writeSome);
  }
  write(...lines: readonly string[]): this {
    for (const line of lines) this.output.write(`${line}\n`);
    return this;
  }
}

const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const names = (): string[] => readdirSync(folder).sort();
const modeOf = (name: string): number => statSync(join(folder, name)).mode & 0o777;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("LG-11: a log file that is full", () => {
  it("becomes .1, and every older one becomes older by one", () => {
    new Log({ maxSize: 10 }).write("one", "two", "three", "four");
    expect(names().map((name) => [name, read(name)])).toEqual([
      ["x.log", "four\n"],
      ["x.log.1", "three\n"],
      ["x.log.2", "one\ntwo\n"],
    ]);
  });

  it("is never longer than it may be, unless one line is", () => {
    new Log({ maxSize: 10 }).write("12345678", "a line that is longer", "x");
    expect(read("x.log.2")).toBe("12345678\n");
    expect(read("x.log.1")).toBe("a line that is longer\n");
    expect(read("x.log")).toBe("x\n");
  });

  it("counts bytes, not characters", () => {
    new Log({ maxSize: 10 }).write("ééé", "ééé");
    expect(read("x.log.1")).toBe("ééé\n");
  });

  it("is full when it was before the start", () => {
    writeFileSync(path, "x".repeat(20));
    new Log({ maxSize: 10 }).write("new");
    expect(read("x.log.1")).toHaveLength(20);
    expect(read("x.log")).toBe("new\n");
  });

  it("LG-12: keeps as many as asked for, so that there is an end to it; also when it is fewer than before", () => {
    for (let n = 1; n <= 6; n++) writeFileSync(`${path}.${n}${n % 2 ? ".gz" : ""}`, `old ${n}`);
    writeFileSync(path, "current\n");
    new Log({ maxSize: 10, keep: 3 }).write("the new one");
    expect(names()).toEqual(["x.log", "x.log.1", "x.log.2.gz", "x.log.3"]);
    expect(read("x.log.3")).toBe("old 2");
  });

  it("keeps none when asked to", () => {
    new Log({ maxSize: 10, keep: 0 }).write("12345678", "87654321");
    expect(names()).toEqual(["x.log"]);
    expect(read("x.log")).toBe("87654321\n");
  });

  it("moves older ones no further than to the first number that is free", () => {
    writeFileSync(`${path}.1`, "newest");
    writeFileSync(`${path}.3`, "older");
    new Log({ maxSize: 4 }).write("abc", "def");
    expect(names()).toEqual(["x.log", "x.log.1", "x.log.2", "x.log.3"]);
    expect([read("x.log.2"), read("x.log.3")]).toEqual(["newest", "older"]);
  });

  it("is left alone without a limit", () => {
    new Log().write("x".repeat(100_000), "y");
    expect(names()).toEqual(["x.log"]);
  });

  it("loses none of 500 000 lines, and splits none", () => {
    const log = new Log({ maxSize: 500_000, keep: 100 });
    for (let n = 0; n < 500_000; n++) log.output.write(`line ${n} é\n`);
    const files = names().filter((name) => name !== "x.log");
    expect(files.length).toBeGreaterThan(10);
    const numbers = files.map((name) => Number(name.slice("x.log.".length))).sort((a, b) => b - a);
    const all = [...numbers.map((n) => `x.log.${n}`), "x.log"].map(read);
    expect(all.every((text) => text.endsWith("\n"))).toBe(true);
    const lines = all.join("").trimEnd().split("\n");
    expect(lines).toHaveLength(500_000);
    expect(lines.findIndex((line, n) => line !== `line ${n} é`)).toBe(-1);
  }, 60_000);
});

describe("a log file that is old", () => {
  it("LG-13: is rotated at the first line after local midnight, when its age is whole days", () => {
    const log = new Log({ maxAge: { days: 1 } });
    const today = new Date();
    log.now = new Date(today.getFullYear(), today.getMonth(), today.getDate(), 23, 59, 59, 999).getTime();
    log.write("today");
    expect(names()).toEqual(["x.log"]);
    log.now += 1;
    log.write("tomorrow", "tomorrow too");
    expect(read("x.log.1")).toBe("today\n");
    expect(read("x.log")).toBe("tomorrow\ntomorrow too\n");
    log.now += DAY;
    log.write("the day after");
    expect(read("x.log.2")).toBe("today\n");
  });

  it("has its age from the file, not from the process", () => {
    new Log({ maxAge: { milliseconds: 3_600_000 } }).write("before the restart").file.close();
    const log = new Log({ maxAge: { milliseconds: 3_600_000 } });
    log.now += 3_600_000 - 1_000;
    log.write("not yet");
    expect(names()).toEqual(["x.log"]);
    log.now += 2_000;
    log.write("now");
    expect(read("x.log.1")).toBe("before the restart\nnot yet\n");
  });

  it("that is empty begins with its first line", () => {
    const log = new Log({ maxAge: { milliseconds: 1_000 } });
    log.now += DAY;
    log.write("first");
    log.now += 999;
    log.write("second");
    expect(names()).toEqual(["x.log"]);
  });

  it("rotates once when the clock jumps forth, and goes by the new time when it jumps back", () => {
    const log = new Log({ maxAge: { days: 1 } }).write("now");
    log.now += 1_000 * DAY;
    log.write("far ahead", "still there");
    expect(names()).toEqual(["x.log", "x.log.1"]);
    log.now -= 1_000 * DAY;
    log.write("back");
    log.now += 2 * DAY;
    log.write("two days later");
    expect(read("x.log.1")).toBe("far ahead\nstill there\nback\n");
  });

  it("is not rotated twice when the clock is put back a little after midnight", () => {
    const log = new Log({ maxAge: { days: 1 } }).write("today");
    const midnight = new Date(log.now);
    log.now = new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() + 1).getTime();
    log.write("tomorrow");
    log.now -= 2_000;
    log.write("today again");
    log.now += 3_000;
    log.write("tomorrow again");
    expect(read("x.log")).toBe("tomorrow\ntoday again\ntomorrow again\n");
  });
});

describe("a log file that others touch", () => {
  it("is made anew when it is opened again, as logrotate wants", () => {
    const log = new Log().write("one");
    renameSync(path, `${path}.1`);
    log.write("two");
    log.file.reopen();
    log.write("three");
    expect([read("x.log.1"), read("x.log")]).toEqual(["one\ntwo\n", "three\n"]);
  });

  it("is made anew within a second when somebody removes it, without being told", () => {
    const log = new Log().write("one");
    unlinkSync(path);
    log.now += 1_001;
    log.write("two");
    expect(read("x.log")).toBe("two\n");
  });

  it("is not split where it was moved in the middle of a line", () => {
    const log = new Log();
    log.file.writeSome("half a ", 11);
    renameSync(path, `${path}.1`);
    log.file.reopen();
    log.file.writeSome("line\n", 5);
    log.now += 1;
    log.write("next");
    expect([read("x.log.1"), read("x.log")]).toEqual(["half a line\n", "next\n"]);
  });

  it("has its size from what is there: others write to it, or empty it", () => {
    const log = new Log({ maxSize: 100 }).write("mine");
    truncateSync(path);
    log.write("x".repeat(97), "y");
    expect(names()).toEqual(["x.log"]);
    writeFileSync(path, "somebody else's".repeat(10), { flag: "a" });
    log.now += 1_001;
    log.write("z");
    expect(read("x.log")).toBe("z\n");
  });

  it("is one for two writers: who finds it rotated goes on in the new one, and none is lost", () => {
    const [one, other] = [new Log({ maxSize: 100, keep: 50 }), new Log({ maxSize: 100, keep: 50 })];
    for (let n = 0; n < 200; n++) (n % 2 ? one : other).write(`line ${String(n).padStart(3, "0")}`);
    const lines = names().flatMap((name) => read(name).trimEnd().split("\n"));
    expect(lines.sort()).toEqual(Array.from({ length: 200 }, (_, n) => `line ${String(n).padStart(3, "0")}`));
  });
});

describe("two processes that rotate one file", () => {
  it("do it one after the other: who finds the other at it goes on in the old file", () => {
    const log = new Log({ maxSize: 4 }).write("abc");
    writeFileSync(`${path}.lock`, "");
    log.write("def");
    expect(read("x.log")).toBe("abc\ndef\n");
    unlinkSync(`${path}.lock`);
    log.write("ghi");
    expect(names()).toEqual(["x.log", "x.log.1"]);
  });

  it("wait for no one who has died at it", () => {
    const log = new Log({ maxSize: 4 }).write("abc");
    writeFileSync(`${path}.lock`, "");
    utimesSync(`${path}.lock`, 1, 1);
    log.write("def");
    expect(names()).toEqual(["x.log", "x.log.1"]);
  });
});

describe("W-18: the mode of a log file", () => {
  let umask: number;
  beforeEach(() => (umask = process.umask(0o077)));
  afterEach(() => process.umask(umask));

  it.each([0o077, 0o000])("is 0640 before and after rotation, with umask %o", (mask) => {
    process.umask(mask);
    new Log({ maxSize: 4 }).write("abc", "def", "ghi");
    expect(names().map(modeOf)).toEqual([0o640, 0o640, 0o640]);
  });

  it("stays what its admin made it", () => {
    writeFileSync(path, "");
    chmodSync(path, 0o604);
    new Log({ maxSize: 4 }).write("abc", "def");
    expect([modeOf("x.log"), modeOf("x.log.1")]).toEqual([0o604, 0o604]);
  });

  it("is that of the old one when somebody has moved that away", () => {
    const log = new Log().write("abc");
    chmodSync(path, 0o600);
    renameSync(path, `${path}.moved`);
    log.file.reopen();
    expect(modeOf("x.log")).toBe(0o600);
  });
});

describeAsRoot("the owner of a log file", () => {
  it("is that of the file in whose place it comes", () => {
    const log = new Log({ maxSize: 4 }).write("abc");
    chownSync(path, 1_234, 1_235);
    log.write("def");
    for (const name of ["x.log", "x.log.1"])
      expect(statSync(join(folder, name))).toMatchObject({ uid: 1_234, gid: 1_235 });
  });
});

describe("links", () => {
  it("of one's own are followed, and the file rotates where it is", () => {
    mkdirSync(join(folder, "real"));
    symlinkSync(join(folder, "real/y.log"), path);
    new Log({ maxSize: 4 }).write("abc", "def");
    expect(readdirSync(join(folder, "real")).sort()).toEqual(["y.log", "y.log.1"]);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  it("that somebody lays where the next file is to be are not: the log goes on in the old one", async () => {
    writeFileSync(join(folder, "victim"), "precious\n");
    const log = new Log().write("one");
    renameSync(path, `${path}.1`);
    symlinkSync(join(folder, "victim"), path);
    log.file.reopen();
    log.write("two");
    await settled();
    expect(read("victim")).toBe("precious\n");
    expect(read("x.log.1")).toBe("one\ntwo\n");
    expect(log.warnings).toEqual(["reopen ELOOP"]);
  });

  it("that somebody lays where an old file goes are replaced, not followed", () => {
    writeFileSync(join(folder, "victim"), "precious\n");
    const log = new Log({ maxSize: 4 });
    symlinkSync(join(folder, "victim"), `${path}.1`);
    log.write("abc", "def");
    expect(read("victim")).toBe("precious\n");
    expect(lstatSync(`${path}.1`).isSymbolicLink()).toBe(false);
    expect(lstatSync(`${path}.2`).isSymbolicLink()).toBe(true);
  });

  (process.geteuid?.() === 0 ? it : it.skip)("of somebody else's are refused at the start", async () => {
    chmodSync(folder, 0o777);
    await asOrdinaryUser([], () => {
      symlinkSync("/etc/appd-test-target", path);
      return Promise.resolve();
    });
    expect(() => new Log()).toThrow(expect.objectContaining({ code: "ELOOP" }) as Error);
    expect(existsSync("/etc/appd-test-target")).toBe(false);
  });

  it("hard ones keep the file in the same folder apart", () => {
    const log = new Log({ maxSize: 4 }).write("abc");
    linkSync(path, join(folder, "other-name"));
    log.write("def");
    expect(read("other-name")).toBe("abc\n");
  });
});

describe("what can't be rotated", () => {
  it("/dev/null is written to and left alone", () => {
    const before = path;
    path = "/dev/null";
    const log = new Log({ maxSize: 4, maxAge: { milliseconds: 1 } }).write("abc", "def", "ghi");
    log.file.reopen();
    log.now += DAY;
    log.write("jkl");
    path = before;
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(existsSync("/dev/null.1")).toBe(false);
  });

  it("a file in a folder that does not allow it grows, with one warning", async () => {
    chmodSync(folder, 0o777);
    const log = await asOrdinaryUser([], () => Promise.resolve(new Log({ maxSize: 4 }).write("abc")));
    chmodSync(folder, 0o555);
    await asOrdinaryUser([], async () => {
      log.write("def", "ghi");
      log.now += 60_000;
      log.write("jkl");
      await settled();
    });
    expect(read("x.log")).toBe("abc\ndef\nghi\njkl\n");
    expect(log.warnings).toEqual(["rotate EACCES"]);
  });

  it("is rotated again when the folder allows it again", async () => {
    chmodSync(folder, 0o777);
    const log = await asOrdinaryUser([], () => Promise.resolve(new Log({ maxSize: 4 }).write("abc")));
    chmodSync(folder, 0o555);
    await asOrdinaryUser([], () => Promise.resolve(log.write("def")));
    chmodSync(folder, 0o777);
    log.now += 60_000;
    log.write("ghi");
    expect(read("x.log.1")).toBe("abc\ndef\n");
  });

  it("goes on in a folder that may not even be entered any more", async () => {
    const inner = join(folder, "inner");
    mkdirSync(inner, { mode: 0o777 });
    chmodSync(inner, 0o777);
    chmodSync(folder, 0o777);
    path = join(inner, "x.log");
    const log = await asOrdinaryUser([], () => Promise.resolve(new Log({ maxSize: 4 }).write("abc")));
    chmodSync(inner, 0o000);
    await asOrdinaryUser([], () => {
      log.now += 2_000;
      return Promise.resolve(log.write("def"));
    });
    chmodSync(inner, 0o755);
    expect(readFileSync(path, "utf8")).toBe("abc\ndef\n");
  });
});
