import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { exitStatusOf } from "../../src/base/exit-status";
import type { DeploymentOptions } from "../../src/runner/deployment-options";
import { layGround } from "../../src/runner/ground";
import { placesOf } from "../../src/runner/places";
import { rundirCompanion } from "../../src/runner/rundir-companion";
import { openRuntimeFolder, runtimeFolderOf } from "../../src/runner/runtime-folder";
import { describeAsRoot } from "../as-root";
import { asOrdinaryUser } from "../ordinary-user";
import { FakeWorld } from "./fake-world";

const NOBODY = 65_534;

class At extends FakeWorld {
  constructor(environment: Record<string, string | undefined> = {}) {
    super();
    this.environment = environment;
    this.folder = "/typed/here";
  }
}

const asNobody = <T>(work: () => T): Promise<T> => asOrdinaryUser([], async () => work());
const uid = (): number => process.geteuid?.() ?? -1;
const daemon = { name: "web", daemon: true, pidfile: undefined };
const foreground = { ...daemon, daemon: false };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-places-"));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was wrong");
}

describe("The places of a run", () => {
  it("TD-06: has a pidfile in the runtime folder for a daemon, and none in the foreground unless asked", () => {
    const world = new At({ APPD_RUNTIME_DIR: "/r" });
    expect(placesOf(world, daemon)).toMatchObject({ runtime: "/r", pidfile: "/r/web.pid" });
    expect(placesOf(world, foreground).pidfile).toBeUndefined();
    expect(placesOf(world, { ...foreground, pidfile: "/run/x.pid" }).pidfile).toBe("/run/x.pid");
  });

  it("TD-06: takes an empty one for none, and a relative one from where it was typed", () => {
    expect(placesOf(new At(), { ...daemon, pidfile: "" }).pidfile).toBeUndefined();
    expect(placesOf(new At(), { ...daemon, pidfile: "x.pid" }).pidfile).toBe("/typed/here/x.pid");
  });

  it("TD-02: takes a relative log from where it was typed, and - for standard error", () => {
    expect(placesOf(new At(), { ...daemon, logfile: "../x.log" }).log).toBe("/typed/x.log");
    expect(placesOf(new At(), { ...foreground, logfile: "-" }).log).toBeUndefined();
    expect(placesOf(new At(), foreground).log).toBeUndefined();
  });

  it("is in the user's session, else in the folder for temporary files, each with his number", async () => {
    const places = (environment: Record<string, string>): Promise<string> =>
      asNobody(() => runtimeFolderOf(new At(environment)));
    const number = await asNobody(uid);
    expect(await places({ XDG_RUNTIME_DIR: "/run/user/7", TMPDIR: "/t" })).toBe("/run/user/7/appd");
    expect(await places({ TMPDIR: "/t/" })).toBe(`/t/appd-${number}`);
    expect(await places({ XDG_RUNTIME_DIR: "", TMPDIR: "relative" })).toBe(`/tmp/appd-${number}`);
    expect(await places({ XDG_RUNTIME_DIR: "relative" })).toBe(`/tmp/appd-${number}`);
  });

  it("logs to the user's state folder, else to the usual one in his home", async () => {
    const log = (environment: Record<string, string | undefined>): Promise<string | undefined> =>
      asNobody(() => placesOf(new At(environment), daemon).log);
    expect(await log({ XDG_STATE_HOME: "/s", HOME: "/h" })).toBe("/s/appd/web.log");
    expect(await log({ HOME: "/h" })).toBe("/h/.local/state/appd/web.log");
    expect(await log({ XDG_STATE_HOME: "relative", HOME: "/h" })).toBe("/h/.local/state/appd/web.log");
  });

  it("knows the home of who has none in the environment", async () => {
    const log = await asNobody(() => placesOf(new At({ HOME: "" }), daemon).log);
    if (uid() !== 0) expect(log).toBe(join(userInfo().homedir, ".local/state/appd/web.log"));
    else expect(log).toMatch(/^\/.*\/appd\/web\.log$/);
  });

  describeAsRoot("for root", () => {
    it("is /run/appd and /var/log/appd, whoever's session root came from", () => {
      const world = new At({
        XDG_RUNTIME_DIR: "/run/user/1000",
        XDG_STATE_HOME: "/home/x/state",
        TMPDIR: "/t",
      });
      expect(placesOf(world, daemon)).toMatchObject({
        runtime: "/run/appd",
        pidfile: "/run/appd/web.pid",
        log: "/var/log/appd/web.log",
      });
    });

    it("says what to do where a user has a number and no name, and nothing names his home", () => {
      process.seteuid?.(4_000_123);
      let error: Error;
      try {
        error = errorOf(() => placesOf(new At(), daemon).log);
      } finally {
        process.seteuid?.(0);
      }
      expect(exitStatusOf(error)).toBe(64);
      expect(error.message).toMatch(/neither XDG_STATE_HOME nor HOME names one; give it a --logfile FILE$/);
    });
  });
});

describe("openRuntimeFolder", () => {
  const open = (): string => openRuntimeFolder(new At({ APPD_RUNTIME_DIR: join(folder, "appd") }));

  it("makes it for its owner alone, whatever the umask", () => {
    const umask = process.umask(0o277);
    try {
      open();
    } finally {
      process.umask(umask);
    }
    expect(statSync(open()).mode & 0o7777).toBe(0o700);
  });

  it("refuses one into which others may look", () => {
    open();
    chmodSync(join(folder, "appd"), 0o750);
    const error = errorOf(open);
    expect(exitStatusOf(error)).toBe(78);
    expect(error.message).toMatch(/others may look into it \(mode 0750\): chmod 700 .*appd$/);
  });

  it("refuses a symbolic link, also to a folder that would do", () => {
    mkdirSync(join(folder, "real"), { mode: 0o700 });
    symlinkSync("real", join(folder, "appd"));
    expect(errorOf(open).message).toMatch(/it is a symbolic link/);
  });

  it("refuses a file", () => {
    writeFileSync(join(folder, "appd"), "");
    expect(errorOf(open).message).toMatch(/it is a file/);
  });

  it("refuses a place where everybody may replace it", () => {
    chmodSync(folder, 0o777);
    expect(errorOf(open).message).toMatch(/everybody can write in .* \(mode 0777\) and so replace it/);
    expect(existsSync(join(folder, "appd"))).toBe(false);
  });

  it("says what is wrong where it can't be made, and what would work", async () => {
    const inNone = (): string =>
      openRuntimeFolder(new At({ APPD_RUNTIME_DIR: join(folder, "none", "appd") }));
    expect(errorOf(inNone).message).toMatch(
      /the folder that it belongs in does not exist \(ENOENT\); APPD_RUNTIME_DIR names another place$/,
    );
    chmodSync(folder, 0o555);
    expect((await asOrdinaryUser([folder], async () => errorOf(open))).message).toMatch(/permission denied/);
  });

  describeAsRoot("of somebody else's", () => {
    it("is refused", async () => {
      open();
      chownSync(join(folder, "appd"), NOBODY, NOBODY);
      expect(errorOf(open).message).toMatch(/it is owned by someone else \(uid 65534\)/);
      chownSync(join(folder, "appd"), 0, 0);
      expect((await asNobody(() => errorOf(open))).message).toMatch(/it is owned by someone else \(uid 0\)/);
    });
  });
});

describe("The ground of a run", () => {
  const deployment = (options: Partial<DeploymentOptions>): DeploymentOptions =>
    ({ ...foreground, ...options }) as DeploymentOptions;

  it("TD-12, W-18: is a umask of 077 for a daemon, and what there is in the foreground", () => {
    const [behind, before] = [new At(), new At()];
    layGround(behind, deployment({ daemon: true }), "/x.log");
    layGround(before, deployment({}), undefined);
    expect([behind.umask, before.umask]).toEqual([0o077, 0o022]);
  });

  it("TD-12: is the umask that was typed", () => {
    const [behind, before] = [new At(), new At()];
    layGround(behind, deployment({ daemon: true, umask: 0o027 }), "/x.log");
    layGround(before, deployment({ umask: 0 }), undefined);
    expect([behind.umask, before.umask]).toEqual([0o027, 0]);
  });

  it("TD-02: makes the folder of a daemon's log, and only that", async () => {
    const state = join(folder, "state");
    const world = new At({ XDG_STATE_HOME: state });
    const log = await asOrdinaryUser([folder], async () =>
      layGround(world, deployment({ daemon: true }), undefined),
    );
    expect(log).toBe(join(state, "appd", "web.log"));
    expect(lstatSync(join(state, "appd")).mode & 0o7777).toBe(0o700);
    expect(layGround(world, deployment({ daemon: true }), join(folder, "none", "x.log"))).toBe(
      join(folder, "none", "x.log"),
    );
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  it("leaves the mode of a folder that was there", async () => {
    const log = join(folder, "appd");
    mkdirSync(log, { mode: 0o755 });
    const world = new At({ XDG_STATE_HOME: folder });
    await asOrdinaryUser([folder, log], async () =>
      layGround(world, deployment({ daemon: true }), undefined),
    );
    expect(lstatSync(log).mode & 0o7777).toBe(0o755);
  });

  it("says where else the log may go when its folder can't be made", async () => {
    writeFileSync(join(folder, "state"), "");
    const world = new At({ XDG_STATE_HOME: join(folder, "state") });
    const error = await asNobody(() =>
      errorOf(() => layGround(world, deployment({ daemon: true }), undefined)),
    );
    expect(exitStatusOf(error)).toBe(73);
    expect(error.message).toMatch(
      /can't make the folder .*appd for the log: .*; --logfile FILE names another/,
    );
  });
});

describe("--rundir", () => {
  class Moving extends At {
    override changeFolder(path: string): void {
      const before = process.cwd();
      process.chdir(path);
      process.chdir(before);
      super.changeFolder(path);
    }
  }
  const enter = (rundir: string): Error | undefined => {
    try {
      void rundirCompanion(rundir).made?.({ world: new Moving() } as never);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  };

  it("TD-07: is entered when the service is made", () => {
    const world = new Moving();
    const companion = rundirCompanion(folder);
    expect(Object.keys(companion)).toEqual(["made"]);
    void companion.made?.({ world } as never);
    expect(world.folder).toBe(folder);
  });

  it("TD-07: is refused with 66 when it is not there or no folder, with 77 when it may not be entered", async () => {
    const [none, file, closed] = [join(folder, "none"), join(folder, "file"), join(folder, "closed")];
    writeFileSync(file, "");
    mkdirSync(closed, { mode: 0 });
    const errors = await asNobody(() => [enter(none), enter(file), enter(closed)]);
    expect(errors.map(exitStatusOf)).toEqual([66, 66, 77]);
    expect(errors.map((error) => error?.message)).toEqual([
      `--rundir ${none}: there is no such folder`,
      `--rundir ${file}: it is no folder`,
      `--rundir ${closed}: it may not be entered by whom this runs as`,
    ]);
  });
});
