import { LogFront } from "../../src/log/log-front";
import { IProcess } from "../../src/service/i-process";
import { directlyProvides } from "../../src/interface/implements";
import type { Companion, RunView } from "../../src/runner/companion";
import { privileges, type Asked } from "../../src/runner/privileges-asked";
import type { Runnable } from "../../src/runner/run-options";
import { FakeIds } from "./fake-ids";
import { FakeWorld } from "./fake-world";

/** A run of an application that says whom it wants to run as. */
function runOf(wishes: Partial<IProcess> = {}, ids = new FakeIds()) {
  const lines: string[] = [];
  const front = new LogFront({
    open: () => ({
      write: ({ level, message, args }) => void lines.push([`${level}: ${message}`, ...args].join(" ")),
      flush: () => undefined,
    }),
  });
  const world = new FakeWorld();
  world.fakeIds = ids;
  const application = { processName: undefined, uid: undefined, gid: undefined, ...wishes };
  directlyProvides(application, IProcess);
  const run = {
    world,
    log: front.logger,
    openLog: () => front.open(),
    application: application as unknown as Runnable,
  } as unknown as RunView;
  return { run, world, ids, lines: () => (front.flush(), lines) };
}

async function through(companion: Companion, run: RunView): Promise<void> {
  await companion.prepare?.(run);
  await companion.made?.(run);
  await companion.bound?.(run);
}

const become = async (typed: Asked, all = runOf()) => {
  await through(privileges(typed), all.run);
  return all;
};

describe("the privileges of a run", () => {
  it("TL-01: are given up when all is bound, not before", async () => {
    const { run, world, ids, lines } = runOf();
    const companion = privileges({ uid: "daemon" });
    await companion.prepare?.(run);
    await companion.made?.(run);
    expect(ids.uid()).toBe(0);
    await companion.bound?.(run);
    expect([ids.uid(), ids.gid(), ids.groups()]).toEqual([1, 1, [1]]);
    expect(world.left).toBe(1);
    expect(lines()).toEqual([
      "info: gave up root: runs as user daemon (1), group daemon (1), supplementary groups 1",
    ]);
  });

  it("are left alone when nobody says anything", async () => {
    const { ids, lines } = await become({});
    expect([ids.calls, lines()]).toEqual([[], []]);
  });

  it("SV-17: go where the application wants them, if the command line does not say it", async () => {
    expect((await become({}, runOf({ uid: "daemon" }))).ids.uid()).toBe(1);
    expect((await become({}, runOf({ uid: 1, gid: "bin" }))).ids.gid()).toBe(2);
    const { ids } = await become({ uid: "daemon" }, runOf({ uid: "bin", gid: "games" }));
    expect([ids.uid(), ids.gid()]).toEqual([1, 60]);
  });

  it("TL-08: says that it runs as that user already", async () => {
    const { ids, lines } = await become(
      { uid: "daemon" },
      runOf({}, new FakeIds({ uid: 1, groups: [1, 4] })),
    );
    expect(ids.uid()).toBe(1);
    expect(lines()).toEqual([
      "warn: runs as user daemon (1), group daemon (1) from the start, supplementary groups 1, 4: nothing is left to give up",
    ]);
  });

  it("TL-08: says that nothing is given up for root, and that a group alone leaves root", async () => {
    expect((await become({ uid: "root" })).lines()).toEqual([
      "warn: runs as user root (0), as it did from the start: no privileges are given up",
    ]);
    const { ids, lines } = await become({ gid: "daemon" });
    expect([ids.uid(), ids.gid()]).toEqual([0, 1]);
    expect(lines()).toEqual(["warn: runs as group daemon (1), and stays root: only --uid ends that"]);
  });

  it("TL-08: are refused to an ordinary user before anything is made", async () => {
    const { run } = runOf({}, new FakeIds({ uid: 1000 }));
    await expect(privileges({ uid: "daemon" }).prepare?.(run)).rejects.toThrow(
      "only root can become user daemon (1)",
    );
  });

  it("TL-17: are refused where there is no such thing", async () => {
    const { run, world } = runOf();
    world.fakeIds = undefined;
    await expect(privileges({ uid: "daemon" }).prepare?.(run)).rejects.toThrow("mean nothing on this system");
  });
});
