import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownIdentity, processAt } from "../../../src/base/process-identity";
import { SILENT } from "../../../src/log/silent-logger";
import type { RunView } from "../../../src/runner/companion";
import { ask } from "../../../src/runner/control/control-client";
import { controlCompanion } from "../../../src/runner/control/control-companion";
import { endRun } from "../../../src/runner/control/end-run";
import { isBelieved, sealOf } from "../../../src/runner/control/launch-seal";
import type { LaunchAnswer } from "../../../src/runner/control/protocol";
import { keepRecord, keyOf, lastLog, type ControlRecord } from "../../../src/runner/control/records";
import { runningHere } from "../../../src/runner/control/running-here";
import type { DeploymentOptions } from "../../../src/runner/deployment-options";
import { systemClock } from "../../../src/service/clock";
import { FakeWorld } from "../fake-world";

const home = mkdtempSync(join(tmpdir(), "appd-running-"));
const folder = join(home, "appd");
const isRoot = process.getuid?.() === 0;
const path = (name: string): string => join(folder, name);
beforeEach(() => mkdirSync(folder, { mode: 0o700 }));

const children: ChildProcess[] = [];
const servers: Server[] = [];
afterEach(() => {
  children.splice(0).forEach((child) => child.kill("SIGKILL"));
  servers.splice(0).forEach((server) => server.close());
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => rmSync(home, { recursive: true }));

class Here extends FakeWorld {
  override readonly pid = process.pid as 4711;
  override environment = { APPD_RUNTIME_DIR: folder };
}

interface Run {
  readonly view: RunView;
  readonly told: string[];
}

function runIn(world: FakeWorld): Run {
  const told: string[] = [];
  const view: RunView = {
    world,
    log: SILENT,
    logFile: "/var/log/web.log",
    application: undefined,
    state: "started",
    began: Date.parse("2026-01-02T03:04:05Z"),
    stop: (reason) => told.push(reason),
    reopenLogs: () => {
      told.push("reopen");
      return "it is open";
    },
  } as Partial<RunView> as RunView;
  return { view, told };
}

const deploymentOf = (name: string): DeploymentOptions =>
  ({ name, isNamed: true, daemon: false }) as Partial<DeploymentOptions> as DeploymentOptions;

/** A run of this very process. */
async function started(name: string): Promise<Run & { end(): void }> {
  const run = runIn(new Here());
  const companion = controlCompanion(deploymentOf(name));
  await companion.prepare?.(run.view);
  return { ...run, end: () => companion.ended?.(run.view, 0) };
}

/** A process that does nothing, or what a script says, and the record of it. */
async function other(name: string, script = "setInterval(() => {}, 1e6);"): Promise<ControlRecord> {
  const child = spawn(process.execPath, ["-e", `${script} process.stdout.write("ready");`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data");
  const pid = child.pid ?? 0;
  const record: ControlRecord = {
    name,
    pid,
    began: processAt(pid)?.began,
    since: "2026-01-01T00:00:00.000Z",
    daemon: true,
    stopTimeout: 100,
  };
  keepRecord(folder, { key: keyOf(record), record });
  return record;
}

describe("what runs here", () => {
  it("W-33: is nothing where nothing has run yet, and no folder is made for that", async () => {
    rmSync(folder, { recursive: true });
    expect(await runningHere(new Here())).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it("W-33: says of itself how it is, until it ends", async () => {
    const run = await started("web");
    expect(await runningHere(new Here())).toMatchObject([
      {
        record: { name: "web", pid: process.pid, log: "/var/log/web.log" },
        status: {
          name: "web",
          pid: process.pid,
          state: "started",
          since: "2026-01-02T03:04:05.000Z",
          ports: [],
        },
      },
    ]);
    run.end();
    expect(await runningHere(new Here())).toEqual([]);
    expect(readdirSync(folder).filter((name) => !name.endsWith(".last"))).toEqual([]);
    expect(lastLog(folder, "web")).toBe("/var/log/web.log");
  });

  it("is sorted by name", async () => {
    const runs = [await started("web"), await started("api")];
    expect((await runningHere(new Here())).map(({ record }) => record.name)).toEqual(["api", "web"]);
    runs.forEach((run) => run.end());
  });

  it("W-13: is dropped when its process is gone, or another one has its number", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const gone = { name: "gone", since: "2026-01-01T00:00:00.000Z", daemon: true, stopTimeout: 1 };
    for (const identity of [
      { pid, began: "12345" },
      { ...ownIdentity(), began: "1" },
      { ...ownIdentity(), boot: "another" },
    ]) {
      const record: ControlRecord = { ...gone, ...identity };
      keepRecord(folder, { key: keyOf(record), record });
    }
    expect(readdirSync(folder)).not.toEqual([]);
    expect(await runningHere(new Here())).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is shown as not answering where the process lives and nobody listens", async () => {
    const { pid } = await other("hung");
    expect(await runningHere(new Here())).toMatchObject([{ record: { pid }, status: undefined }]);
  });

  it.each([
    ["garbage", "\0\xff\n"],
    ["nothing", ""],
    ["another process", '{"answer":{"pid":1,"state":"started","since":"","uptime":1,"rss":1,"ports":[]}}\n'],
    ["half of a status", `{"answer":{"pid":${process.pid},"state":"started"}}\n`],
    ["an error", '{"error":{"message":7}}\n'],
    ["null", "null\n"],
  ])("is shown as not answering where a socket says %s", async (_, said) => {
    const record: ControlRecord = {
      ...ownIdentity(),
      name: "odd",
      since: "2026-01-01T00:00:00.000Z",
      daemon: true,
      stopTimeout: 1,
    };
    keepRecord(folder, { key: keyOf(record), record });
    const server = createServer((socket) => socket.end(said));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path(`${keyOf(record)}.sock`), resolve));
    expect(await runningHere(new Here())).toMatchObject([{ record: { name: "odd" }, status: undefined }]);
  });

  it("takes no record for one that is none, and waits for none", async () => {
    const valid = {
      name: "x",
      pid: process.pid,
      since: "2026-01-01T00:00:00Z",
      daemon: true,
      stopTimeout: 1,
    };
    const write = (name: string, content: unknown, mode = 0o600): void =>
      writeFileSync(path(`${name}.json`), typeof content === "string" ? content : JSON.stringify(content), {
        mode,
      });
    write("garbage", "}{");
    write("null", null);
    write("all", { ...valid, pid: -1 });
    write("group", { ...valid, pid: 0 });
    write("text", { ...valid, pid: "1" });
    write("name", { ...valid, name: ["x"] });
    write("since", { ...valid, since: "yesterday" });
    write("began", { ...valid, began: "../1" });
    write("master", { ...valid, master: { pid: -1 } });
    write("large", { ...valid, more: "x".repeat(100_000) });
    write("open", valid);
    chmodSync(path("open.json"), 0o666);
    mkdirSync(path("folder.json"));
    symlinkSync(path("open.json"), path("link.json"));
    spawnSync("mkfifo", [path("pipe.json")]);
    mkdirSync(path("folder.sock"));
    writeFileSync(path("file.sock"), "");
    expect(await runningHere(new Here())).toEqual([]);
  });

  it("W-13: loses the socket of one that was killed, and not that of one whose record is still to be written", async () => {
    const left = path("left.sock");
    spawnSync(process.execPath, [
      "-e",
      `require("net").createServer().listen(${JSON.stringify(left)}, () => process.kill(process.pid, "SIGKILL"))`,
    ]);
    const server = createServer((socket) => socket.end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path("early.sock"), resolve));
    expect(readdirSync(folder).sort()).toEqual(["early.sock", "left.sock"]);
    expect(await runningHere(new Here())).toEqual([]);
    expect(readdirSync(folder)).toEqual(["early.sock"]);
  });

  it("loses with the next start what was left of one that was killed while it began", async () => {
    mkdirSync(path(".appd-a1B2c3"));
    writeFileSync(path(".appd-a1B2c3/.appd-s"), "");
    writeFileSync(path("x.y.json.123"), "{");
    writeFileSync(path("x.y.last.123"), "{");
    const kept = ["web.pid", "notes.json.old", ".appd-pid-1-2.x"];
    for (const name of kept) writeFileSync(path(name), "");
    const before = new Date(Date.now() - 120_000);
    for (const name of readdirSync(folder)) utimesSync(path(name), before, before);
    mkdirSync(path(".appd-d4E5f6"));
    const run = await started("web");
    run.end();
    const left = readdirSync(folder).filter((name) => !/\w\.last$/.test(name));
    expect(left.sort()).toEqual([...kept, ".appd-d4E5f6"].sort());
  });

  it("is nothing to go by in a folder that others may write in", async () => {
    chmodSync(folder, 0o777);
    await expect(runningHere(new Here())).rejects.toThrow(/chmod 700/);
  });
});

describe("how a run says that it is started again", () => {
  const launch: LaunchAnswer = {
    execPath: "/usr/bin/node",
    execArgv: [],
    script: "/usr/bin/appd",
    argv: ["--daemon", "web"],
    folder: "/",
    variables: { APPD_KEY: "s3cret" },
    daemon: true,
  };
  const record = (more: Partial<ControlRecord> = {}): ControlRecord => ({
    ...ownIdentity(),
    name: "web",
    since: "",
    daemon: true,
    stopTimeout: 1,
    ...more,
  });

  it("TL-08: is believed of one that has become another user only if it is what was sealed before", () => {
    const sealed = record({ launch: sealOf(launch) });
    const passedOn = JSON.parse(JSON.stringify(launch)) as LaunchAnswer;
    expect(isBelieved(sealed, passedOn)).toBe(true);
    expect(isBelieved(sealed, { ...passedOn, script: "/tmp/evil" })).toBe(false);
    expect(JSON.stringify(sealed)).not.toContain("s3cret");
  });

  it("is believed of one of this user's, and not of another's that has sealed nothing", () => {
    expect(isBelieved(record(), launch)).toBe(true);
    if (isRoot) {
      const child = spawn("sleep", ["100"], { uid: 65_534 });
      children.push(child);
      expect(isBelieved(record({ pid: child.pid ?? 0 }), launch)).toBe(false);
    }
  });
});

describe("the end of a run", () => {
  const waits = jest.fn();
  beforeEach(() => waits.mockClear());
  const end = async (name: string, timeout?: number) => {
    const run = (await runningHere(new Here())).find(({ record }) => record.name === name);
    if (!run) throw new Error(`${name} does not run`);
    return endRun(run, { clock: systemClock, timeout, waits });
  };

  it("W-33: is asked for over the socket", async () => {
    const run = await started("web");
    const [web] = await runningHere(new Here());
    const asked = await ask(web?.socket ?? "", "stop", { clock: systemClock, patience: 5_000 });
    expect(asked).toEqual({ kind: "answer", answer: { state: "started", timeout: 30_000 } });
    expect(run.told).toEqual(["asked by appd stop"]);
    run.end();
  });

  it("comes by SIGTERM where nobody answers", async () => {
    const { pid } = await other("deaf");
    expect(await end("deaf")).toMatchObject({ killed: false });
    expect(processAt(pid)?.isOver ?? true).toBe(true);
  });

  it("W-33: comes by SIGKILL after the deadline", async () => {
    const { pid } = await other(
      "busy",
      'process.on("SIGTERM", () => {}); setImmediate(() => { for (;;); });',
    );
    expect(await end("busy", 200)).toMatchObject({ killed: true });
    expect(processAt(pid)?.isOver ?? true).toBe(true);
  });

  it("is not made by a signal where nothing tells whether that number is still it", async () => {
    const { pid } = await other("unsure");
    const [run] = await runningHere(new Here());
    if (!run) throw new Error("it does not run");
    const unknown = { ...run, record: { ...run.record, began: undefined } };
    await expect(endRun(unknown, { clock: systemClock, timeout: 100, waits })).rejects.toThrow(
      `nothing tells whether process ${pid} is it: nothing was signalled`,
    );
    expect(processAt(pid)?.isOver).toBe(false);
  });

  it("W-13: leaves nothing of what somebody else has killed meanwhile", async () => {
    const { pid } = await other(
      "killed",
      'process.on("SIGTERM", () => process.kill(process.pid, "SIGKILL")); setInterval(() => {}, 1e6);',
    );
    const pidfile = path("killed.pid");
    writeFileSync(pidfile, `${pid}\n`);
    const [run] = await runningHere(new Here());
    if (!run) throw new Error("it does not run");
    const kept = { ...run, record: { ...run.record, pidfile } };
    expect(await endRun(kept, { clock: systemClock, timeout: 5_000, waits })).toMatchObject({
      killed: false,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is not made by a signal to another process of the same number", async () => {
    const { pid } = await other("old");
    const [run] = await runningHere(new Here());
    if (!run) throw new Error("it does not run");
    const changed = { ...run, record: { ...run.record, began: "1" } };
    expect(await endRun(changed, { clock: systemClock, timeout: 100, waits })).toMatchObject({
      killed: false,
    });
    expect(processAt(pid)?.isOver).toBe(false);
  });
});
