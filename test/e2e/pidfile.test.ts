/** Pidfiles and places of the packed command, as root and as an ordinary user. */
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeAsRoot } from "../as-root";
import { describeWith } from "../programs";
import { isRoot, NOBODY, Project, type How, type Running } from "./harness";

/** A maker that says where it is made and started, and ends as it is told. */
const KEEPER = `
import { writeFileSync } from "node:fs";
import { Logger, MultiService, Parameter, Service, ServiceMaker, TCPServer, type IService } from "appd";

class Keep extends Service {
  constructor(private readonly what: string) { super(); this.setName("keep"); }
  override startService() {
    this.log.info("started in " + process.cwd());
    if (this.what === "write") writeFileSync("written", "");
    if (this.what === "fail") throw new TypeError("no luck");
    if (this.what === "throw") setTimeout(() => { throw new Error("later"); }, 5);
    if (this.what === "exit") setTimeout(() => process.exit(4), 5);
  }
  override async stopService() {
    this.log.info("stopping");
    if (this.what === "stay") await new Promise(() => {});
  }
}

@ServiceMaker("keeper", "Keeps what it is told.")
export class Keeper {
  @Parameter("What to do.") what = "";
  @Parameter("The port to listen on.", { short: "p" }) port = 0;
  constructor(private readonly log: Logger) {}

  makeService(): IService {
    this.log.info("made in " + process.cwd());
    if (this.what === "make") throw new TypeError("not made");
    const services = new MultiService();
    new TCPServer(this.port, (socket) => socket.end("hi")).setServiceParent(services);
    new Keep(this.what).setServiceParent(services);
    return services;
  }
}
`;

let project: Project;
let folder: string;
let pidfile: string;
beforeAll(() => (project = new Project({ "plugins/keeper.ts": KEEPER })));
afterAll(() => project.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-pidfile-e2e-"));
  chmodSync(folder, 0o1777);
  pidfile = join(folder, "x.pid");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const words = (what = "", ...own: string[]): string[] => [
  "--pidfile",
  pidfile,
  ...own,
  "keeper",
  "--what",
  what,
];
const begin = async (how?: How, ...own: string[]): Promise<Running> => {
  const running = project.start(words("", ...own), how);
  await running.says(/started in/);
  return running;
};
const left = (): string[] => readdirSync(folder);
const users: [string, How][] = isRoot
  ? [
      ["root", {}],
      ["an ordinary user", { user: NOBODY }],
    ]
  : [["an ordinary user", {}]];

describe("--pidfile", () => {
  it.each(users)(
    "TD-06: is there while it runs, for others to read, and gone after a clean end, for %s",
    async (_, how) => {
      const running = await begin(how);
      expect(readFileSync(pidfile, "utf8")).toMatch(
        new RegExp(`^${running.pid}\\n\\d+( [\\da-f-]{36})?\\nkeeper\\n$`),
      );
      expect(lstatSync(pidfile).mode & 0o7777).toBe(0o644);
      expect((await running.stop()).status).toBe(0);
      expect(left()).toEqual([]);
    },
  );

  it.each(users)("TL-03, TW-11: lets none run twice, and says who runs, for %s", async (_, how) => {
    const running = await begin(how);
    const { status, stderr } = await project.appd(words(), how);
    expect(status).toBe(75);
    expect(stderr).toMatch(
      new RegExp(
        `^appd: "keeper" is already running: process ${running.pid} \\(.+\\) since .+, according to ${pidfile}; ` +
          "--pidfile FILE lets another one run beside it\\n$",
      ),
    );
    expect(running.stderr).not.toMatch(/stopping/);
    expect((await running.stop()).status).toBe(0);
    expect(left()).toEqual([]);
  });

  it("decides what may run twice, not the name", async () => {
    const running = await begin();
    const other = project.start(["--pidfile", join(folder, "y.pid"), "keeper"]);
    await other.says(/started in/);
    expect(left().toSorted()).toEqual(["x.pid", "y.pid"]);
    await Promise.all([running.stop(), other.stop()]);
    expect(left()).toEqual([]);
  });

  it("is none in the foreground unless it is asked for, and none where it is empty", async () => {
    const env = { APPD_RUNTIME_DIR: join(folder, "runtime") };
    const running = [["keeper"], ["--pidfile", "", "keeper"], ["--pidfile", "-", "keeper"]].map((argv) =>
      project.start(argv, { cwd: project.folder, env }),
    );
    for (const one of running) await one.says(/started in/);
    expect(left()).toEqual([]);
    expect(existsSync(project.path("-"))).toBe(false);
    for (const one of running) expect((await one.stop()).status).toBe(0);
  });

  it("is one of the folder where it was typed", async () => {
    project.write({ "deep/er/.keep": "" });
    const running = project.start(["--pidfile", "../x.pid", "--rundir", folder, "keeper"], {
      cwd: project.path("deep/er"),
    });
    await running.says(/started in/);
    expect(readFileSync(project.path("deep/x.pid"), "utf8")).toMatch(new RegExp(`^${running.pid}\n`));
    await running.stop();
    expect(existsSync(project.path("deep/x.pid"))).toBe(false);
  });

  it("W-13: of five that start at once one runs, whether or not one was killed before", async () => {
    for (const stale of [false, true]) {
      if (stale) writeFileSync(pidfile, "999999999\n1\nkeeper\n");
      const all = Array.from({ length: 5 }, () => project.start(words()));
      const lost = all.map(async ({ ended }) => (await ended).status);
      const winner = await Promise.any(all.map(async (one) => (await one.says(/started in/), one)));
      const others = lost.filter((_, at) => all[at] !== winner);
      expect(await Promise.all(others)).toEqual([75, 75, 75, 75]);
      expect(readFileSync(pidfile, "utf8")).toMatch(new RegExp(`^${winner.pid}\n`));
      expect((await winner.stop()).status).toBe(0);
      expect(left()).toEqual([]);
    }
  });

  it.each(users)("TL-03: replaces one that was left by a kill, with one line, for %s", async (_, how) => {
    const killed = await begin(how);
    await killed.stop("SIGKILL");
    expect(left()).toEqual(["x.pid"]);
    const running = await begin(how);
    const lines = running.stderr.split("\n").filter((line) => line.includes("stale"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`replaced the stale pidfile ${pidfile}: process ${killed.pid} runs no longer`);
    await running.stop();
    expect(left()).toEqual([]);
  });

  describe("is gone", () => {
    it.each([
      ["makeService throws", "make", 70],
      ["a service fails to start", "fail", 70],
      ["nothing caught an error", "throw", 70],
      ["the application calls process.exit", "exit", 4],
    ])("when %s", async (_, what, expected) => {
      expect((await project.appd(words(what))).status).toBe(expected);
      expect(left()).toEqual([]);
    });

    it("when the port is in use", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const { status } = await project.appd(["--pidfile", pidfile, "keeper", "--port", String(port)]);
      server.close();
      expect([status, left()]).toEqual([69, []]);
    });

    it("when it is interrupted, and when the end is forced", async () => {
      expect((await (await begin()).stop("SIGINT")).signal).toBe("SIGINT");
      expect(left()).toEqual([]);
      const stays = project.start(words("stay"));
      await stays.says(/started in/);
      stays.kill("SIGTERM");
      await stays.says(/"stopping"/);
      expect(left()).toEqual(["x.pid"]);
      expect((await stays.stop()).status).toBe(1);
      expect(left()).toEqual([]);
    });

    it("and never was there for a help or a wrong option", async () => {
      expect((await project.appd(["--pidfile", pidfile, "keeper", "--help"])).status).toBe(0);
      expect((await project.appd(["--pidfile", pidfile, "keeper", "--prot", "1"])).status).toBe(64);
      mkdirSync(pidfile);
      expect((await project.appd(["--pidfile", pidfile, "keeper", "--help"])).status).toBe(0);
    });
  });

  describe("refuses", () => {
    const target = (): string => join(folder, "precious");
    const odd: [string, () => void, RegExp][] = [
      [
        "a symbolic link",
        () => {
          writeFileSync(target(), "1\n");
          symlinkSync(target(), pidfile);
        },
        /there is a symbolic link, which is not followed/,
      ],
      ["a folder", () => mkdirSync(pidfile), /there is a folder/],
      ["a pipe that nobody writes into", () => void execFileSync("mkfifo", [pidfile]), /there is a pipe/],
      [
        "a file of a gigabyte",
        () => {
          writeFileSync(pidfile, "");
          truncateSync(pidfile, 2 ** 30);
        },
        /no pidfile: remove it, or choose another path \(1073741824 bytes\)/,
      ],
      ["garbage", () => writeFileSync(pidfile, "dear diary"), /it begins with "dear diary"/],
    ];

    it.each(odd)("W-13: %s, in one line, with 73, and leaves it as it was", async (_, prepare, message) => {
      prepare();
      const before = lstatSync(pidfile);
      const { status, stdout, stderr } = await project.appd(words());
      expect({ status, stdout }).toEqual({ status: 73, stdout: "" });
      expect(stderr).toMatch(/^appd: can't make the pidfile [^\n]*\n$/);
      expect(stderr).toMatch(message);
      const { ino, size, mtimeMs } = lstatSync(pidfile);
      expect([ino, size, mtimeMs]).toEqual([before.ino, before.size, before.mtimeMs]);
      if (existsSync(target())) expect(readFileSync(target(), "utf8")).toBe("1\n");
    });

    it("a folder that is not there, and one that may not be written in", async () => {
      const none = await project.appd(["--pidfile", join(folder, "none", "x.pid"), "keeper"]);
      expect([none.status, none.stderr]).toEqual([73, expect.stringContaining("its folder does not exist")]);
      chmodSync(folder, 0o555);
      const closed = await project.appd(words(), isRoot ? { user: NOBODY } : {});
      expect([closed.status, closed.stderr]).toEqual([73, expect.stringContaining("permission denied")]);
    });
  });

  describeAsRoot("of root", () => {
    it("rule 13: is refused in a folder where everybody may replace it", async () => {
      chmodSync(folder, 0o777);
      const { status, stderr } = await project.appd(words());
      expect([status, stderr]).toEqual([78, expect.stringContaining("everybody can write its folder")]);
    });

    it("is refused on a full disk, and nothing is left there", async () => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
      try {
        expect(() => writeFileSync(join(folder, "filler"), Buffer.alloc(2 ** 21))).toThrow();
        const { status, stderr } = await project.appd(words());
        expect([status, stderr]).toEqual([73, expect.stringContaining("the disk is full (ENOSPC)")]);
        expect(left()).toEqual(["filler"]);
      } finally {
        execFileSync("umount", [folder]);
      }
    });

    it("W-19: is left empty by whoever has given up root, and the next one takes it", async () => {
      chmodSync(folder, 0o755);
      const given = ["--uid", "nobody", "--gid", String(NOBODY)];
      const first = await begin({}, ...given);
      expect(lstatSync(pidfile).uid).toBe(0);
      expect(readFileSync(`/proc/${first.pid}/status`, "utf8")).toMatch(/^Uid:\s+65534\s/m);
      expect((await project.appd(words())).status).toBe(75);
      expect((await first.stop()).status).toBe(0);
      expect(left()).toEqual(["x.pid"]);
      expect(readFileSync(pidfile, "utf8")).toBe("");
      const next = await begin();
      expect(next.stderr).toContain(`replaced the empty pidfile ${pidfile} of one that has ended`);
      await next.stop();
      expect(left()).toEqual([]);
    });
  });
});

describeWith("start-stop-daemon")("start-stop-daemon", () => {
  const ask = (...argv: string[]): number | null =>
    spawnSync("start-stop-daemon", [...argv, "--quiet", "--pidfile", pidfile], { timeout: 60_000 }).status;

  it("reads the pidfile: it knows that it runs, stops it, and knows that it has ended", async () => {
    // It refuses a pidfile in a folder that others may write in.
    chmodSync(folder, 0o755);
    const running = await begin();
    expect(ask("--status")).toBe(0);
    expect(ask("--stop", "--retry", "TERM/30", "--exec", process.execPath)).toBe(0);
    expect((await running.ended).status).toBe(0);
    expect(ask("--status")).toBe(3);
    expect(left()).toEqual([]);
  });

  it("starts a daemon, finds that it runs, and stops it", async () => {
    chmodSync(folder, 0o755);
    const env = {
      ...process.env,
      APPD_RUNTIME_DIR: join(folder, "run"),
      APPD_LOGFILE: join(folder, "x.log"),
    };
    const start = ["--chdir", project.folder, "--startas", process.execPath, "--"];
    const cli = project.path("node_modules/appd/dist/cli.js");
    const begun = spawnSync(
      "start-stop-daemon",
      ["--start", "--quiet", "--pidfile", pidfile, ...start, cli, "--daemon", "--pidfile", pidfile, "keeper"],
      { env, timeout: 60_000 },
    );
    try {
      expect(begun.status).toBe(0);
      expect(ask("--status")).toBe(0);
    } finally {
      expect(ask("--stop", "--retry", "TERM/30/KILL/5")).toBe(0);
    }
    expect(existsSync(pidfile)).toBe(false);
    expect(readFileSync(env.APPD_LOGFILE, "utf8")).toContain("received SIGTERM");
  });

  it("knows one that was killed for dead with its pidfile there", async () => {
    chmodSync(folder, 0o755);
    await (await begin()).stop("SIGKILL");
    expect(ask("--status")).toBe(1);
  });
});

describeWith("pgrep")("pgrep", () => {
  it("reads the pidfile", async () => {
    const running = await begin();
    const { status, stdout } = spawnSync("pgrep", ["-F", pidfile], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, `${running.pid}\n`]);
    await running.stop();
  });
});

describeAsRoot("Where the system tells little of its processes", () => {
  const own = (...how: string[]): boolean => spawnSync("unshare", [...how, "true"]).status === 0;
  const command = (): string[] => [
    process.execPath,
    project.path("node_modules/appd/dist/cli.js"),
    ...words(),
  ];

  (own("--pid", "--fork", "--mount-proc") ? it : it.skip)(
    "W-13: process 1 of a container is not taken for that of the last one",
    async () => {
      const inContainer = (): Running =>
        project.spawn("unshare", ["--pid", "--fork", "--mount-proc", "--kill-child", ...command()]);
      const first = inContainer();
      await first.says(/started in/);
      expect(readFileSync(pidfile, "utf8")).toMatch(/^1\n/);
      await first.stop("SIGKILL");
      const next = inContainer();
      await next.says(/started in/);
      expect(next.stderr).toContain(`replaced the stale pidfile ${pidfile}: process 1 runs no longer`);
      await next.stop("SIGKILL");
    },
  );

  (own("--mount") ? it : it.skip)("a number counts as long as it has a process, without /proc", async () => {
    const hidden = (): Running =>
      project.spawn("unshare", [
        ...["--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$0" "$@"'],
        ...command(),
      ]);
    const first = hidden();
    await first.says(/started in/);
    expect(readFileSync(pidfile, "utf8")).toBe(`${first.pid}\n\nkeeper\n`);
    expect((await hidden().ended).status).toBe(75);
    expect((await project.appd(words())).status).toBe(75);
    expect((await first.stop("SIGKILL")).signal).toBe("SIGKILL");
    const next = hidden();
    await next.says(/started in/);
    expect(next.stderr).toContain(
      `replaced the stale pidfile ${pidfile}: process ${first.pid} runs no longer`,
    );
    expect((await next.stop()).status).toBe(0);
    expect(left()).toEqual([]);
  });
});

describe("--rundir", () => {
  it.each(users)("TD-07: is entered after makeService and before the start, for %s", async (_, how) => {
    const running = project.start(["--rundir", folder, "keeper", "--what", "write"], how);
    await running.says(/started in/);
    expect(running.stderr).toContain(`made in ${project.folder}`);
    expect(running.stderr).toContain(`started in ${folder}`);
    expect(left()).toEqual(["written"]);
    await running.stop();
  });

  it("TD-07: ends with 66 where it is not there, with 77 where it may not be entered", async () => {
    const none = join(folder, "none");
    const missing = await project.appd(["-d", none, "keeper"]);
    expect([missing.status, missing.stderr]).toEqual([
      66,
      expect.stringContaining(`appd: --rundir ${none}: there is no such folder\n`),
    ]);
    chmodSync(folder, 0);
    const closed = await project.appd(["-d", folder, "keeper"], isRoot ? { user: NOBODY } : {});
    expect([closed.status, closed.stderr]).toEqual([
      77,
      expect.stringContaining(`appd: --rundir ${folder}: it may not be entered by whom this runs as\n`),
    ]);
  });
});

describe("--umask", () => {
  it.each([
    ["027", 0o640],
    ["077", 0o600],
    ["0", 0o666],
  ])("TD-12: %s is that of what the services make", async (umask, mode) => {
    const running = project.start(["--umask", umask, "-d", folder, "keeper", "--what", "write"]);
    await running.says(/started in/);
    await running.stop();
    expect(statSync(join(folder, "written")).mode & 0o777).toBe(mode);
  });

  it("TD-12: is octal", async () => {
    const { status, stderr } = await project.appd(["--umask", "89", "keeper"]);
    expect([status, stderr]).toEqual([
      64,
      'appd: --umask must be an octal number up to 777, such as 027, got "89" (from the command line)\n',
    ]);
  });
});
