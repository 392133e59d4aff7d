import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogFileError } from "../../src/runner/errors";
import { openProcessLog, type ProcessLogOptions } from "../../src/runner/process-log";
import { FakeWorld } from "./fake-world";
import { temporaryFolder } from "../temporary-folder";

function logged(options: ProcessLogOptions, change: (world: FakeWorld) => void = () => {}): string {
  const world = new FakeWorld();
  change(world);
  const { front } = openProcessLog(world, options);
  front.logger.info({ port: 80 }, "listening");
  front.flush();
  return world.stderr.text;
}
const terminal = (world: FakeWorld): boolean => (world.stderr.isTerminal = true);

describe("the format of the log", () => {
  it("is JSON where nobody looks on, and nothing is written to standard output", () => {
    expect(JSON.parse(logged({}))).toMatchObject({ level: 30, msg: "listening", port: 80 });
  });

  it("is pretty and coloured on a terminal", () => {
    expect(logged({}, terminal)).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} \u001b\[32minfo \u001b\[0m listening port=80\n$/,
    );
  });

  it("W-22: goes by the stream that the log is written to, not by standard output", () => {
    expect(logged({}, (world) => (world.stdout.isTerminal = true))).toMatch(/^{/);
  });

  it("has no colours with NO_COLOR", () => {
    const text = logged({}, (world) => {
      terminal(world);
      world.environment = { NO_COLOR: "1" };
    });
    expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}listening port=80\n$/);
  });

  it("is what --log-format says", () => {
    expect(logged({ format: "json" }, terminal)).toMatch(/^{/);
    expect(logged({ format: "pretty" })).toMatch(/info {2}listening port=80\n$/);
  });

  it("LG-14: has severities where standard error goes to the journal, and not where only the variable is there", () => {
    const inJournal = (file: string) => (world: FakeWorld) => {
      world.environment = { JOURNAL_STREAM: "9:1234" };
      world.stderr.file = file;
    };
    expect(logged({ format: "pretty" }, inJournal("9:1234"))).toMatch(/^<6>\S+ info {2}listening port=80\n$/);
    expect(logged({}, inJournal("9:1234"))).toMatch(/^<6>{/);
    expect(logged({}, inJournal("9:1235"))).toMatch(/^{/);
  });

  it("is silent when asked to be", () => {
    expect(logged({ level: "silent" })).toBe("");
  });
});

describe("the file of the log", () => {
  it("is appended to, in the working directory, without colours", () => {
    const world = new FakeWorld();
    terminal(world);
    world.folder = temporaryFolder();
    const file = join(world.folder, "appd.log");
    writeFileSync(file, "before\n");
    const { front, onStderr } = openProcessLog(world, { file: "appd.log", format: "pretty" });
    front.logger.info("after");
    front.flush();
    expect(onStderr).toBe(false);
    expect(readFileSync(file, "utf8")).toMatch(/^before\n.* info {2}after\n$/);
    expect(world.stderr.text).toBe("");
  });

  it("is standard error when it is -", () => {
    expect(logged({ file: "-" })).toContain("listening");
  });

  it("is a stream of the process when it is called as one", () => {
    expect(logged({ file: "/dev/stderr" })).toContain("listening");
    const world = new FakeWorld();
    const { front, onStderr, file } = openProcessLog(world, { file: "/dev/stdout" });
    front.logger.info("listening");
    front.flush();
    expect([onStderr, file]).toEqual([false, undefined]);
    expect(world.stdout.messages).toEqual(["listening"]);
  });

  it("is rotated at 10 MiB unless another size is asked for, or none", () => {
    const world = new FakeWorld();
    world.folder = temporaryFolder();
    const rotates = (options: ProcessLogOptions, size: number): boolean => {
      const file = join(world.folder, "appd.log");
      writeFileSync(file, `${"x".repeat(size)}\n`);
      const { front } = openProcessLog(world, { file, ...options });
      front.logger.info("after");
      front.flush();
      const is = existsSync(`${file}.1`);
      rmSync(`${file}.1`, { force: true });
      return is;
    };
    const MIB = 1_024 ** 2;
    expect([rotates({}, 10 * MIB), rotates({}, 10 * MIB - 500)]).toEqual([true, false]);
    expect(rotates({ rotation: { maxSize: 0 } }, 20 * MIB)).toBe(false);
    expect(rotates({ rotation: { maxSize: 1_000 } }, 999)).toBe(true);
  });

  it("is opened anew on request: by the signal that logrotate's postrotate sends", () => {
    const world = new FakeWorld();
    world.folder = temporaryFolder();
    const log = openProcessLog(world, { file: "appd.log", format: "pretty" });
    log.front.logger.info("before");
    log.front.flush();
    renameSync(join(world.folder, "appd.log"), join(world.folder, "appd.log.old"));
    log.reopen();
    log.front.logger.info("after");
    expect(readFileSync(join(world.folder, "appd.log.old"), "utf8")).toMatch(/before\n$/);
    expect(readFileSync(join(world.folder, "appd.log"), "utf8")).toMatch(/^\S+ info {2}after\n$/);
    expect(log.descriptor?.isNew).toBe(true);
  });

  it("says in a line that it can't be opened anew, and goes on", async () => {
    const world = new FakeWorld();
    world.folder = temporaryFolder();
    const log = openProcessLog(world, { file: "appd.log", format: "pretty" });
    log.front.open();
    renameSync(join(world.folder, "appd.log"), join(world.folder, "appd.log.old"));
    mkdirSync(join(world.folder, "appd.log"));
    expect(log.reopen()).toBe(false);
    await Promise.resolve();
    log.front.logger.info("after");
    expect(readFileSync(join(world.folder, "appd.log.old"), "utf8")).toMatch(
      /warn {2}the log file can't be opened anew, the log goes on in the old one: it is a folder \(EISDIR\)\n.*after\n$/,
    );
  });

  it("W-14: is refused with its name and the reason when it can't be opened", () => {
    const world = new FakeWorld();
    world.folder = temporaryFolder();
    writeFileSync(join(world.folder, "plain"), "");
    const opening = (file: string) => () => openProcessLog(world, { file });
    expect(opening("no/appd.log")).toThrow(
      'can\'t write the log to "no/appd.log": its folder does not exist (ENOENT)',
    );
    expect(opening("plain/appd.log")).toThrow("what should be its folder is a file (ENOTDIR)");
    expect(opening(".")).toThrow("it is a folder (EISDIR)");
    expect(opening(".")).toThrow(LogFileError);
  });
});

describe("the log of a process that goes to another root", () => {
  it("W-19: goes on in the file outside of it, which it can't open again, and says so", () => {
    const [outside, root] = [temporaryFolder(), temporaryFolder()];
    const file = join(outside, "x.log");
    const log = openProcessLog(new FakeWorld(), { file });
    const goOn = log.inRoot(root);
    const before = log.descriptor;
    goOn();

    expect(before).toMatchObject({ isNew: true, path: file });
    expect(log.descriptor).toEqual({ fd: before?.fd, isNew: true, path: undefined });
    expect(log.reopen()).toBe(false);
    log.front.logger.info("still here");
    log.front.flush();
    const text = readFileSync(file, "utf8");
    expect(text).toContain(
      "can't be opened anew, the log goes on in the old one: it is outside of what is the root folder now (EXDEV)",
    );
    expect(text).toContain("still here");
    rmSync(outside, { recursive: true });
    rmSync(root, { recursive: true });
  });

  it("leaves standard error as it is", () => {
    const world = new FakeWorld();
    const log = openProcessLog(world);
    log.inRoot(tmpdir())();
    log.front.logger.info("still here");
    log.front.flush();
    expect(world.stderr.messages).toEqual(["still here"]);
  });
});
