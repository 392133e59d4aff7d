import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { describeAsRoot } from "../as-root";
import { DaemonProject, isListening, kill, stateOf } from "./daemons";
import { ODD } from "./fixtures/odd-maker";
import { freePorts } from "./free-ports";
import { firstLine, NOBODY } from "./harness";

let project: DaemonProject;
let port: number;
beforeAll(() => (project = new DaemonProject({ "plugins/odd.ts": ODD })));
beforeEach(async () => ([port = 0] = await freePorts(1)));
afterEach(() => project.end());
afterAll(() => project.remove());

const odd = (what = "", at = "later"): string[] => ["odd", "-p", String(port), "--what", what, "--at", at];

/** Starts a master and its worker. */
async function supervised(words = odd(), { most = 5, globals = [] as string[], env = {} } = {}) {
  const ended = await project.daemon(["--max-restarts", String(most), ...globals], words, { env });
  const master = project.pid ?? 0;
  const worker = project.processes.find((pid) => pid !== master && stateOf(pid).parent === master) ?? 0;
  return { ...ended, master, worker };
}

/** Waits for the next worker to answer. */
async function answer(): Promise<number> {
  let pid = 0;
  await project.until("answers", async () => {
    pid = Number(await firstLine(port).catch(() => "0"));
    return pid !== 0;
  });
  return pid;
}

const restarts = (): string[] => project.messages.filter((line) => line.includes(" starts in "));

describe("appd --daemon --max-restarts", () => {
  it("has a master, which the pidfile names, and a worker that serves", async () => {
    writeFileSync(project.path("loaded-by.txt"), "");
    const { status, stderr, master, worker } = await supervised();
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `appd: odd runs as process ${master}; its log is ${project.log}\n`,
    });
    expect(await answer()).toBe(worker);
    expect(project.processes).toEqual([master, worker]);
    expect(stateOf(master)).toMatchObject({ session: master, terminal: 0 });
    expect(stateOf(worker)).toMatchObject({ session: master, group: master, terminal: 0 });
    // The master knows nothing of the project.
    expect(readFileSync(project.path("loaded-by.txt"), "utf8")).toBe(`${worker}\n`);
  });

  it("W-13: is not started twice by one pidfile", async () => {
    const { master, worker } = await supervised();
    const { status, stderr } = await supervised();
    expect(stderr).toMatch(new RegExp(`^appd: "odd" is already running: process ${master} .*\n$`));
    expect(status).toBe(75);
    expect(project.processes).toEqual([master, worker]);
  });

  it.each([["SIGKILL"], ["SIGSEGV"], ["SIGTERM"]] as const)(
    "starts a worker again that %s ends",
    async (signal) => {
      const { master, worker } = await supervised();
      kill(worker, signal);
      await project.until("has a new one", () => restarts().length > 0);
      const next = await answer();
      expect(next).not.toBe(worker);
      expect(project.pid).toBe(master);
      expect(restarts()).toEqual([
        expect.stringMatching(
          new RegExp(`^worker process ${worker} (was killed by ${signal}|ended with status 0) `),
        ),
      ]);
    },
  );

  it("logs what Node says when a worker has no memory left, and starts another", async () => {
    const cli = project.path("node_modules/appd/dist/cli.js");
    const words = ["-D", ...project.words(["--max-restarts", "1"], odd("fill"))];
    const { status } = await project.node(["--max-old-space-size=60", cli, ...words], project.marked());
    expect(status).toBe(0);
    await project.until("has died", () => restarts().length > 0);
    expect(project.logged).toContainEqual(
      expect.objectContaining({
        stream: "stderr",
        msg: expect.stringMatching(/FATAL ERROR.*heap/) as string,
      }),
    );
    expect(restarts()[0]).toMatch(/was killed by SIGABRT .*memory/);
  });

  it("gives up after more restarts within a minute, with a fatal line, and leaves nothing", async () => {
    await supervised(odd("exit:3"), { most: 2 });
    await project.untilOver();
    expect(restarts()).toHaveLength(2);
    expect(project.logged.at(-1)).toMatchObject({
      level: 60,
      msg: expect.stringMatching(
        /ended with status 3 after 0\.\d s; giving up, because --max-restarts is 2$/,
      ) as string,
    });
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("starts none again that has ended by its own will", async () => {
    await supervised(odd("shutdown:0"));
    await project.untilOver();
    expect(restarts()).toEqual([]);
    expect(existsSync(project.pidfile)).toBe(false);
  });
});

describe("a master whose first worker does not start", () => {
  it.each([
    ["throw:no luck", 70, /^appd: Odd "odd\/Odd" failed to start: no luck .*\n$/],
    ["kill:SIGKILL", 137, /^appd: odd was killed by SIGKILL/],
    ["exit:0", 70, /^appd: odd ended with status 0 before it had started/],
  ])("W-02: fails as it would have, and starts no other: %s", async (what, status, message) => {
    const ended = await supervised(odd(what, "start"));
    expect(ended).toMatchObject({ status, stderr: expect.stringMatching(message) as string });
    await project.untilOver();
    expect({ restarts: restarts(), pidfile: existsSync(project.pidfile) }).toEqual({
      restarts: [],
      pidfile: false,
    });
  });

  it("names a port in use, with 69", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    ({ port } = other.address() as AddressInfo);
    const { status, stderr } = await supervised();
    await new Promise((resolve) => other.close(resolve));
    expect({ status, stderr }).toEqual({
      status: 69,
      stderr: expect.stringContaining(String(port)) as string,
    });
    await project.untilOver();
  });

  it("kills both when it hangs", async () => {
    const globals = ["--start-timeout", "0.5", "--stop-timeout", "0.5"];
    const { status, stderr } = await supervised(odd("spin", "start"), { globals });
    expect({ status, stderr }).toEqual({
      status: 69,
      stderr: expect.stringMatching(/no sign of life/) as string,
    });
    await project.untilOver();
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("prints the help that is asked for", async () => {
    const { status, stdout } = await supervised(["odd", "--help"]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^Usage: appd odd/) as string,
    });
    await project.untilOver();
  });
});

describe("the end of a master", () => {
  it("TL-09: comes after its worker's, which is graceful", async () => {
    const { master } = await supervised();
    kill(master, "SIGTERM");
    await project.untilOver();
    expect(project.messages).toEqual(
      expect.arrayContaining(["received SIGTERM, stopping", "stopping the odd one"]),
    );
    expect(existsSync(project.pidfile)).toBe(false);
    expect(restarts()).toEqual([]);
  });

  it("is no sooner when both are signalled at once, as a service manager does", async () => {
    const { master, worker } = await supervised();
    for (const pid of [worker, master]) kill(pid, "SIGTERM");
    await project.untilOver();
    expect(project.messages).toContain("stopping the odd one");
    expect(project.messages.join("\n")).not.toMatch(/ending at once/);
    expect(restarts()).toEqual([]);
  });

  it("TL-10: is forced by the second signal", async () => {
    const { master } = await supervised(odd("wait", "stop"));
    kill(master, "SIGTERM");
    await project.until("stops", () => project.messages.includes("stopping the odd one"));
    kill(master, "SIGINT");
    await project.untilOver();
    expect(project.messages.join("\n")).toMatch(/received SIGINT while stopping, ending at once/);
  });

  it("is not waited for by a worker whose master was killed: it stops gracefully, and the port is free", async () => {
    const { master } = await supervised();
    kill(master, "SIGKILL");
    await project.untilOver();
    expect(project.messages).toContain("stopping the odd one");
    expect(await isListening(port)).toBe(false);
  });

  it("is its own while no worker runs", async () => {
    const { master } = await supervised(odd("exit:3"));
    await project.until("waits", () => restarts().length === 2);
    kill(master, "SIGTERM");
    await project.untilOver();
    expect(existsSync(project.pidfile)).toBe(false);
  });

  it("hands on what opens the logs anew, and nothing comes of SIGUSR1", async () => {
    const { master, worker } = await supervised();
    for (const signal of ["SIGUSR2", "SIGHUP", "SIGUSR1"] as const) kill(master, signal);
    await project.until("reopens", () =>
      ["SIGUSR2", "SIGHUP"].every((signal) =>
        project.messages.some((line) => line.startsWith(`received ${signal}`)),
      ),
    );
    expect(project.processes).toEqual([master, worker]);
  });
});

const ownerOf = (pid: number): number => statSync(`/proc/${pid}`).uid;

describeAsRoot("a master that root starts", () => {
  it("TD-09: can start a worker again, though that gives up root each time", async () => {
    const { status, master, worker } = await supervised(odd(), { globals: ["--uid", String(NOBODY)] });
    expect(status).toBe(0);
    expect([master, worker].map(ownerOf)).toEqual([0, NOBODY]);
    kill(worker, "SIGKILL");
    await project.until("has a new one", () => restarts().length > 0);
    expect(ownerOf(await answer())).toBe(NOBODY);
    kill(master, "SIGTERM");
    await project.untilOver();
    expect(existsSync(project.pidfile)).toBe(false);
  });
});
