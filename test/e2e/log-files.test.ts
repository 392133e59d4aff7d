/** Log files of the packed command: no line lost, none split, whatever happens to the files and to the process. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describeAsRoot } from "../as-root";
import { describeWith } from "../programs";
import { DaemonProject } from "./daemons";
import { isRoot, NOBODY, until, type How, type Running } from "./harness";
import { blocksOf } from "./markdown";

/** A maker whose service logs numbered lines, some in each turn of the loop, and says when it has. */
const TALKER = `
import { writeSync } from "node:fs";
import { Option, Parameter, Service, ServiceMaker, type IService } from "appd";

class Talk extends Service {
  #n = 0;
  constructor(private readonly options: Talker) { super(); this.setName("talk"); }
  override startService(): void {
    this.turn();
  }
  private turn(): void {
    const { lines, burst, pause, acknowledge, print } = this.options;
    for (let left = burst; left > 0 && this.#n < lines; left--) {
      this.#n++;
      if (print) process.stdout.write("printed " + this.#n + (this.#n % 2 ? "" : "\\n"));
      this.log.info({ n: this.#n, filler: "x".repeat(this.options.filler) }, "line");
      if (acknowledge) writeSync(1, this.#n + "\\n");
    }
    if (this.#n < lines) setTimeout(() => this.turn(), pause);
    else this.end();
  }
  private end(): void {
    this.log.info("all said");
    console.log("all said");
    process.stderr.write("\\u001b[31mon stderr");
    if (this.options.crash) setTimeout(() => { throw new RangeError("a crash"); }, 10);
  }
}

@ServiceMaker("talker", "Logs lines.")
export class Talker {
  @Parameter("How many.") lines = 1000;
  @Parameter("How many at once.") burst = 100;
  @Parameter("Milliseconds between.") pause = 0;
  @Parameter("Characters that fill them.") filler = 0;
  @Option("Print each number once it is logged.") acknowledge = false;
  @Option("Print, too.") print = false;
  @Option("Crash at the end.") crash = false;

  makeService(): IService {
    return new Talk(this);
  }
}
`;

let project: DaemonProject;
let folder: string;
let log: string;

beforeAll(() => (project = new DaemonProject({ "plugins/talker.ts": TALKER })));
afterAll(() => project.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-log-e2e-"));
  chmodSync(folder, 0o755);
  log = join(folder, "x.log");
});
afterEach(async () => {
  await project.end();
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly level: number;
  readonly pid: number;
  readonly msg: string;
  readonly n?: number;
  readonly stream?: string;
  readonly service?: string;
  readonly err?: { readonly stack: string };
}

/** The log and what it has had before, the oldest first. */
function files(): string[] {
  const names = readdirSync(folder).filter((name) => /^x\.log(?:\.\d+(?:\.gz)?)?$/.test(name));
  return names.sort((a, b) => ageOf(b) - ageOf(a));
}
const ageOf = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);

function text(name: string): string {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
}

/** Every line of every file, each of which ends with a whole one. */
function lines(): Line[] {
  return files().flatMap((name) => {
    const whole = text(name);
    if (whole === "") return [];
    expect(whole.endsWith("\n")).toBe(true);
    return whole
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
  });
}
const numbers = (): number[] => lines().flatMap(({ n }) => n ?? []);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const talker = (options: readonly string[], words: readonly string[], how?: How): Running =>
  project.start(["--logfile", log, ...options, "talker", ...words], project.marked(how));

const USERS: [string, How][] = isRoot
  ? [
      ["root", {}],
      ["an ordinary user", { user: NOBODY }],
    ]
  : [["an ordinary user", {}]];

describe.each(USERS)("the log file of %s", (_, how) => {
  beforeEach(() => {
    if (how.user !== undefined) chownSync(folder, how.user, how.user);
  });

  it("rotates by size, over and over, and has every line once and in order", async () => {
    const run = talker(["--log-max-size", "64K", "--log-keep", "100"], ["--lines", "20000"], how);
    await run.says(/all said/);
    expect(await run.stop()).toMatchObject({ status: 0 });
    expect(files().length).toBeGreaterThan(20);
    expect(numbers()).toEqual(upTo(20_000));
    for (const name of files()) {
      const { mode, size } = statSync(join(folder, name));
      expect([name, mode & 0o777, size <= 65_536]).toEqual([name, 0o640, true]);
    }
  });

  it("keeps as many as it should, compressed, with the mode that its admin has given it", async () => {
    writeFileSync(log, "");
    chmodSync(log, 0o604);
    if (how.user !== undefined) chownSync(log, how.user, how.user);
    const words = ["--log-max-size", "64K", "--log-keep", "3", "--log-compress"];
    const run = talker(words, ["--lines", "3000"], how);
    await run.says(/all said/);
    const wanted = ["x.log.3.gz", "x.log.2.gz", "x.log.1.gz", "x.log"];
    await until("the compressed files", () => files().join() === wanted.join());
    await run.stop();
    const all = numbers();
    expect(all).toEqual(upTo(3_000).slice(-all.length));
    const owner = how.user ?? process.getuid?.();
    for (const name of wanted) {
      const { mode, uid } = statSync(join(folder, name));
      expect([name, mode & 0o777, uid]).toEqual([name, 0o604, owner]);
    }
  });

  it("rule 16: loses no line that was there when kill -9 came", async () => {
    const words = ["--lines", "1000000", "--burst", "50", "--acknowledge"];
    const run = talker(["--log-max-size", "64K", "--log-keep", "1000"], words, how);
    await run.says(/^20000$/m);
    const { stdout } = await run.stop("SIGKILL");
    const last = Number(stdout.trimEnd().split("\n").at(-1));
    const all = numbers();
    expect(all).toEqual(upTo(all.length));
    expect(all.length).toBeGreaterThanOrEqual(last);
  });

  it("is made anew when somebody removes it: soon, or at once with SIGUSR2", async () => {
    const run = talker([], ["--lines", "1000000", "--burst", "1", "--pause", "20"], how);
    for (const signal of [undefined, "SIGUSR2"] as const) {
      await until("the log", () => existsSync(log) && numbers().length > 0);
      unlinkSync(log);
      if (signal) run.kill(signal);
    }
    await until("the log", () => existsSync(log) && numbers().length > 0);
    expect(lines().some(({ msg }) => msg.includes("SIGUSR2"))).toBe(true);
    expect(await run.stop()).toMatchObject({ status: 0 });
  });

  describeWith("logrotate")("with logrotate", () => {
    it("46, 47: loses no line to its rename and postrotate, as docs/logs.md has them", async () => {
      const pidfile = join(folder, "x.pid");
      const shown = blocksOf(readFileSync(join(__dirname, "../../docs/logs.md"), "utf8"));
      const documented = shown.find(({ language }) => language === "logrotate")?.text ?? "";
      const conf = documented
        .replace("/var/log/myproject.log", log)
        .replace("/run/myproject.pid", pidfile)
        .replace(/daily/, "size 1");
      expect(conf).toContain(`kill -USR2 "$(head -n 1 ${pidfile})"`);
      const config = join(folder, "logrotate.conf");
      writeFileSync(config, conf, { mode: 0o644 });
      if (how.user !== undefined) chownSync(config, how.user, how.user);
      const options = ["--pidfile", pidfile, "--log-max-size", "none"];
      const run = talker(options, ["--lines", "60000", "--burst", "40", "--pause", "1"], how);
      const over = run.says(/all said/);
      await until("the first line", () => existsSync(pidfile) && files().length > 0);
      let rotations = 0;
      for (; !run.stdout.includes("all said") && rotations < 12; rotations++) {
        const words = ["-s", join(folder, "state"), config];
        const env = { PATH: `${process.env.PATH ?? ""}:/usr/sbin` };
        const { status, stderr } = await project.run("logrotate", words, { ...how, env });
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      }
      await over;
      await run.stop();
      expect(rotations).toBeGreaterThan(2);
      expect(files().length).toBeGreaterThan(2);
      expect(numbers()).toEqual(upTo(60_000));
      expect(statSync(log).mode & 0o777).toBe(0o640);
    });
  });
});

describe("two processes with one log file", () => {
  it("lose no line to each other, and split none, whoever rotates it", async () => {
    const options = ["--log-max-size", "64K", "--log-keep", "500"];
    const runs = [1, 2].map(() => talker(options, ["--lines", "15000", "--burst", "30"]));
    for (const run of runs) await run.says(/all said/);
    for (const run of runs) await run.stop();
    expect(files().length).toBeGreaterThan(20);
    const all = lines();
    for (const { pid } of runs) {
      const own = all.flatMap((line) => (line.pid === pid ? (line.n ?? []) : []));
      // In the second after a rotation one may still write to the file before: the order is that of each file.
      expect(own.sort((a, b) => a - b)).toEqual(upTo(15_000));
    }
  });
});

describe("the age of a log file", () => {
  it("begins a new one, after a restart too", async () => {
    const words = ["--lines", "1000000", "--burst", "1", "--pause", "100"];
    for (let runs = 0; runs < 2; runs++) {
      const before = files().length;
      const run = talker(["--log-max-age", "1s"], words);
      await until("a rotation", () => files().length > before + (runs === 0 ? 1 : 0));
      await run.stop();
    }
    expect(files().length).toBeGreaterThan(2);
  });
});

describe("the end of a run", () => {
  it("by an error that nothing caught is in the log with its stack, as the last word but one", async () => {
    const run = talker([], ["--lines", "10", "--crash"]);
    expect(await run.ended).toMatchObject({ status: 70 });
    const fatal = lines().find(({ level }) => level === 60);
    expect(fatal?.msg).toContain("a crash");
    expect(fatal?.err?.stack).toMatch(/RangeError: a crash\n\s+at .*talker\.ts/);
    expect(numbers()).toEqual(upTo(10));
  });
});

describe("what a daemon prints", () => {
  async function daemon(...words: readonly string[]): Promise<Line[]> {
    const pidfile = join(folder, "x.pid");
    const options = ["--daemon", "--pidfile", pidfile, "--logfile", log];
    const ended = await project.appd([...options, "talker", ...words], project.marked());
    expect(ended).toMatchObject({ status: 0 });
    const pid = Number(readFileSync(pidfile, "utf8").split("\n")[0]);
    await until("the last line", () => lines().some(({ msg }) => msg === "all said"));
    process.kill(pid, "SIGTERM");
    await until("its end", () => !existsSync(pidfile));
    return lines();
  }

  it("TL-15: is in the log, whole lines with their stream, the last one too", async () => {
    const all = await daemon("--lines", "400", "--print");
    const printed = all.filter(({ stream }) => stream === "stdout");
    expect(printed.map(({ msg }) => msg)).toEqual([
      ...upTo(200).map((n) => `printed ${2 * n - 1}printed ${2 * n}`),
      "all said",
    ]);
    expect(printed.every(({ level }) => level === 30)).toBe(true);
    expect(all.filter(({ stream }) => stream === "stderr")).toMatchObject([
      { level: 50, msg: "\u001b[31mon stderr" },
    ]);
    expect(all.flatMap(({ n }) => n ?? [])).toEqual(upTo(400));
    expect(text("x.log")).not.toContain("\u001b");
  });

  it.each(["-", "/dev/stdout"])("TD-02: has nowhere to go with --logfile %s", async (file) => {
    expect(await project.appd(["--daemon", "--logfile", file, "talker"])).toMatchObject({
      status: 64,
      stdout: "",
      stderr: expect.stringContaining("a daemon has neither standard output nor standard error") as string,
    });
  });

  it("is left alone in the foreground", async () => {
    const run = talker([], ["--lines", "1"]);
    await run.says(/all said/);
    await run.says(/on stderr/);
    await run.stop();
    expect(lines().filter(({ stream }) => stream)).toEqual([]);
  });
});

describe("what can't be rotated", () => {
  it("/dev/null, a pipe and standard output are written to all the same", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = project.spawn("cat", [pipe]);
    for (const file of ["/dev/null", "/dev/stdout", pipe]) {
      const run = project.start(
        ["-l", file, "--log-max-age", "1s", "talker", "--lines", "2000"].filter(
          (word) => file !== "/dev/stdout" || !/age|1s/.test(word),
        ),
      );
      await (file === pipe ? reader : run).says(/all said/);
      expect(await run.stop()).toMatchObject({ status: 0 });
      if (file === "/dev/stdout") expect(run.stdout).toContain('"n":2000');
    }
    expect((await reader.ended).stdout).toContain('"n":2000');
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("a file in a folder that is not the user's grows, and a line says why, once", async () => {
    writeFileSync(log, "");
    if (isRoot) chownSync(log, NOBODY, NOBODY);
    chmodSync(folder, 0o555);
    const run = talker(["--log-max-size", "1K"], ["--lines", "500"], isRoot ? { user: NOBODY } : {});
    await run.says(/all said/);
    expect(await run.stop()).toMatchObject({ status: 0 });
    expect(numbers()).toEqual(upTo(500));
    expect(lines().filter(({ level }) => level === 40)).toMatchObject([
      { msg: "the log file can't be rotated, it goes on growing: permission denied (EACCES)" },
    ]);
  });
});

describeAsRoot("a disk of one megabyte", () => {
  beforeEach(() => {
    mkdirSync(join(folder, "disk"));
    folder = join(folder, "disk");
    log = join(folder, "x.log");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "appd-test", folder]);
  });
  afterEach(() => {
    execFileSync("umount", ["--lazy", folder]);
    folder = join(folder, "..");
  });

  /** Leaves so many bytes. */
  function leave(bytes: number): void {
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(join(folder, "ballast"), Buffer.alloc(bavail * bsize - bytes));
  }

  it("49: that is full never stops the service; a line says how many were lost", async () => {
    leave(200_000);
    const words = ["--lines", "40000", "--filler", "100"];
    const run = talker(["--log-max-size", "none"], words);
    await run.says(/all said/);
    execFileSync("mount", ["-o", "remount,size=8m", folder]);
    await until("word of it", () => text("x.log").includes("lines were lost"));
    expect(await run.stop()).toMatchObject({ status: 0 });
    const all = numbers();
    const [said] = lines().filter(({ msg }) => msg.includes("lines were lost"));
    expect(said).toMatchObject({ level: 40, reason: "ENOSPC" });
    const { lost } = said as unknown as { readonly lost: number };
    const others = lines().filter(({ msg }) => msg === "all said");
    expect(lost + all.length + others.length).toBe(40_001);
    expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
  });

  it("is enough for a log that is bound: the oldest file goes before the next one comes", async () => {
    leave(320_000);
    const words = ["--lines", "20000", "--filler", "100"];
    const run = talker(["--log-max-size", "100K", "--log-keep", "2"], words);
    await run.says(/all said/);
    expect(await run.stop()).toMatchObject({ status: 0 });
    const all = numbers();
    expect(all).toEqual(upTo(20_000).slice(-all.length));
    expect(all.length).toBeGreaterThan(500);
    expect(lines().filter(({ level }) => level === 40)).toEqual([]);
  });
});
