/** Where a daemon keeps what it has, and what is left of one that fails, as root and as an ordinary user. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeAsRoot } from "../as-root";
import { DaemonProject } from "./daemons";
import { isRoot, NOBODY, type Ended, type How } from "./harness";

/** A maker whose service writes a file, and dies when it is told to. */
const KEEPER = `
import { writeFileSync } from "node:fs";
import { Parameter, Service, ServiceMaker, type IService } from "appd";

const die = (): void => void process.kill(process.pid, "SIGKILL");
if (process.env.DIE === "load") die();

class Keep extends Service {
  constructor(private readonly what: string) { super(); this.setName("keep"); }
  override privilegedStartService() { if (this.what === "bind") die(); }
  override startService() {
    this.log.info("started in " + process.cwd());
    if (this.what === "write") writeFileSync("written", "");
    if (this.what === "start") die();
    if (this.what === "fail") throw new TypeError("no luck");
    if (this.what === "exit") process.exit(5);
  }
}

@ServiceMaker("keeper", "Keeps what it is told.")
export class Keeper {
  @Parameter("What to do.") what = "";

  makeService(): IService {
    if (this.what === "make") die();
    return new Keep(this.what);
  }
}
`;

let project: DaemonProject;
let folder: string;
beforeAll(() => (project = new DaemonProject({ "plugins/keeper.ts": KEEPER })));
afterAll(() => project.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-places-e2e-"));
  chmodSync(folder, 0o1777);
});
afterEach(async () => {
  await project.end();
  rmSync(folder, { recursive: true, force: true });
});

const users: [string, How][] = isRoot
  ? [
      ["root", {}],
      ["an ordinary user", { user: NOBODY }],
    ]
  : [["an ordinary user", {}]];
const runtime = (): string => join(folder, "run");
const pidfile = (): string => join(runtime(), "keeper.pid");
const log = (): string => join(folder, "x.log");
const env = (added: Record<string, string> = {}): Record<string, string> => ({
  APPD_RUNTIME_DIR: runtime(),
  APPD_LOGFILE: log(),
  ...added,
});

/** Types `--daemon`. */
async function daemon(argv: readonly string[], how: How = {}): Promise<Ended & { readonly pid: number }> {
  const ended = await project.appd(["--daemon", ...argv], project.marked({ ...how, env: env(how.env) }));
  const [, pid] = /runs as process (\d+)/.exec(ended.stderr) ?? [];
  return { ...ended, pid: Number(pid) };
}

async function end(pid: number, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  try {
    process.kill(pid, signal);
    for (;;) {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  } catch {
    // It has ended.
  }
}

const pids = (): string[] =>
  existsSync(runtime()) ? readdirSync(runtime()).filter((name) => !/\.(sock|json|last)$/.test(name)) : [];

describe("A daemon", () => {
  it.each(users)("TD-06: has a pidfile in the runtime folder as long as it runs, for %s", async (_, how) => {
    const { status, pid } = await daemon(["keeper"], how);
    expect(status).toBe(0);
    expect(readFileSync(pidfile(), "utf8")).toMatch(new RegExp(`^${pid}\\n`));
    expect(statSync(runtime()).mode & 0o7777).toBe(0o700);
    expect(statSync(pidfile()).mode & 0o7777).toBe(0o644);
    await end(pid);
    expect(pids()).toEqual([]);
  });

  it.each(users)("TL-03: does not run twice, and the launcher says who runs, for %s", async (_, how) => {
    const { pid } = await daemon(["keeper"], how);
    const again = await daemon(["keeper"], how);
    expect(again.status).toBe(75);
    expect(again.stderr).toMatch(new RegExp(`"keeper" is already running: process ${pid} \\(.+\\) since `));
    expect(again.stderr).toMatch(/; --name NAME lets another one run beside it\n$/);
    expect(readFileSync(pidfile(), "utf8")).toMatch(new RegExp(`^${pid}\\n`));
    const other = await daemon(["--pidfile", join(folder, "y.pid"), "keeper"], how);
    expect(other.status).toBe(0);
    const named = await daemon(["--name", "other", "keeper"], how);
    expect(named.status).toBe(0);
    expect(pids().toSorted()).toEqual(["keeper.pid", "other.pid"]);
  });

  it("TD-06: has none where that is asked for", async () => {
    const [one, other] = [await daemon(["--pidfile", "", "keeper"]), await daemon(["--pidfile=-", "keeper"])];
    expect([one.status, other.status, pids()]).toEqual([0, 0, []]);
  });

  it("W-13: of four that are started at once one runs, each time", async () => {
    for (let times = 0; times < 5; times += 1) {
      const all = await Promise.all(Array.from({ length: 4 }, () => daemon(["keeper"])));
      expect(all.map(({ status }) => status).toSorted()).toEqual([0, 75, 75, 75]);
      const winner = all.find(({ status }) => status === 0);
      expect(readFileSync(pidfile(), "utf8")).toMatch(new RegExp(`^${winner?.pid}\\n`));
      // A kill leaves it there, and the next ones compete for a stale one.
      await end(winner?.pid ?? 0, times % 2 ? "SIGTERM" : "SIGKILL");
      expect(pids()).toEqual(times % 2 ? [] : ["keeper.pid"]);
    }
  });

  it.each(["make", "bind", "start"])("W-13: leaves no pidfile when it is killed in %s", async (what) => {
    const { status } = await daemon(["keeper", "--what", what]);
    expect([status, pids()]).toEqual([137, []]);
  });

  it("W-13: leaves no pidfile when it is killed while its plugin is loaded", async () => {
    // What is remembered of it from other runs is all that the list of commands needs.
    const { status } = await daemon(["keeper"], { env: { DIE: "load" } });
    expect([status, pids()]).toEqual([137, []]);
  });

  it.each([
    ["fails to start", "fail", 70],
    ["calls process.exit", "exit", 5],
  ])("leaves no pidfile when it %s", async (_, what, expected) => {
    const { status } = await daemon(["keeper", "--what", what]);
    expect([status, pids()]).toEqual([expected, []]);
  });

  it.each(users)(
    "TD-12, W-18, rule 14: makes files for its owner alone unless another umask is asked for, for %s",
    async (_, how) => {
      const written = async (...own: string[]): Promise<number> => {
        const place = join(folder, `d${own.length}`);
        mkdirSync(place);
        chmodSync(place, 0o1777);
        const { status } = await daemon(
          [...own, "--pidfile=-", "-d", place, "keeper", "--what", "write"],
          how,
        );
        expect(status).toBe(0);
        return statSync(join(place, "written")).mode & 0o777;
      };
      expect(await written()).toBe(0o600);
      expect(await written("--umask", "027")).toBe(0o640);
    },
  );

  it("TD-02: logs to the user's state folder unless told otherwise", async () => {
    const state = join(folder, "state");
    const how = { ...(isRoot && { user: NOBODY }), env: { APPD_LOGFILE: "", XDG_STATE_HOME: state } };
    const { status } = await daemon(["keeper"], how);
    expect(status).toBe(0);
    expect(readFileSync(join(state, "appd/keeper.log"), "utf8")).toContain("started in");
    expect(statSync(join(state, "appd")).mode & 0o7777).toBe(0o700);
    expect(statSync(join(state, "appd/keeper.log")).mode & 0o7777).toBe(0o640);
  });

  it("TD-02, TD-07: takes paths from where they were typed, though it runs elsewhere", async () => {
    project.write({ "deep/er/.keep": "" });
    if (isRoot) execFileSync("chown", ["-R", String(NOBODY), project.path("deep")]);
    const { status, pid } = await daemon(
      ["--pidfile", "../x.pid", "--logfile", "x.log", "--rundir", folder, "keeper"],
      { cwd: project.path("deep/er"), ...(isRoot && { user: NOBODY }) },
    );
    expect(status).toBe(0);
    expect(readFileSync(project.path("deep/x.pid"), "utf8")).toMatch(new RegExp(`^${pid}\\n`));
    expect(readFileSync(project.path("deep/er/x.log"), "utf8")).toContain(`started in ${folder}`);
    await end(pid);
    expect(existsSync(project.path("deep/x.pid"))).toBe(false);
  });

  describe("refuses a runtime folder", () => {
    const refused = async (message: RegExp, how: How = {}): Promise<void> => {
      const { status, stderr } = await daemon(["keeper"], how);
      expect(stderr).toMatch(message);
      expect(status).toBe(78);
    };

    it("into which others may look", async () => {
      mkdirSync(runtime());
      chmodSync(runtime(), 0o755);
      await refused(/the folder .*run can't be used: others may look into it \(mode 0755\): chmod 700/);
    });

    it("that is a symbolic link", async () => {
      mkdirSync(join(folder, "real"), { mode: 0o700 });
      symlinkSync("real", runtime());
      await refused(/it is a symbolic link/);
      expect(readdirSync(join(folder, "real"))).toEqual([]);
    });

    it("that is a file", async () => {
      writeFileSync(runtime(), "");
      await refused(/it is a file/);
    });

    it("that can't be made", async () => {
      await refused(/the folder that it belongs in does not exist/, {
        env: { APPD_RUNTIME_DIR: join(folder, "none/run") },
      });
    });

    describeAsRoot("of somebody else's", () => {
      it("in either direction", async () => {
        mkdirSync(runtime(), { mode: 0o700 });
        await refused(/it is owned by someone else \(uid 0\)/, { user: NOBODY });
        execFileSync("chown", [String(NOBODY), runtime()]);
        await refused(/it is owned by someone else \(uid 65534\)/);
      });
    });
  });

  describeAsRoot("of root", () => {
    it("W-19: leaves an empty pidfile when it has given up root, and none when its start fails then", async () => {
      const given = ["-u", "nobody", "-g", String(NOBODY), "--rundir", "/"];
      const first = await daemon([...given, "keeper"]);
      expect(first.status).toBe(0);
      await end(first.pid);
      expect([pids(), readFileSync(pidfile(), "utf8")]).toEqual([["keeper.pid"], ""]);
      const next = await daemon([...given, "keeper"]);
      expect(next.status).toBe(0);
      expect(readFileSync(log(), "utf8")).toContain(`replaced the empty pidfile ${pidfile()}`);
      await end(next.pid);
      for (const what of ["fail", "exit", "start"]) {
        expect((await daemon([...given, "keeper", "--what", what])).status).not.toBe(0);
        expect(pids()).toEqual([]);
      }
    });

    it("is refused on a full disk, by the launcher, and leaves nothing there", async () => {
      mkdirSync(runtime(), { mode: 0o700 });
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", runtime()]);
      try {
        expect(() => writeFileSync(join(runtime(), "filler"), Buffer.alloc(2 ** 21))).toThrow();
        const { status, stderr } = await daemon(["keeper"]);
        expect([status, stderr]).toEqual([73, expect.stringContaining("the disk is full (ENOSPC)")]);
        expect(readdirSync(runtime())).toEqual(["filler"]);
      } finally {
        execFileSync("umount", [runtime()]);
      }
    });
  });
});
