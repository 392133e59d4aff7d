/** What runs, asked and told by its name: as root, and as an ordinary user. */
import { spawn } from "node:child_process";
import {
  appendFileSync,
  chownSync,
  existsSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { DaemonProject, kill } from "./daemons";
import { freePorts } from "./free-ports";
import { isRoot, NOBODY, type Ended, type How } from "./harness";
import { blocksOf } from "./markdown";

/** A server whose stop, start or event loop does what `--what` says. */
const STUBBORN = `
import { existsSync } from "node:fs";
import { Logger, MultiService, Parameter, Service, ServiceMaker, TCPServer, type IService } from "appd";

class Heart extends Service {
  constructor(private readonly what: string) { super(); this.setName("heart"); }
  override startService() {
    if (existsSync("not-today")) throw new TypeError("not today");
    this.log.info("beating");
    if (this.what === "block") setTimeout(() => { for (;;); }, 200);
  }
  override async stopService() {
    if (this.what === "never stop") await new Promise(() => {});
    if (this.what === "block at the end") for (;;);
  }
}

@ServiceMaker("stubborn", "Stops when it likes.")
export class Stubborn {
  @Parameter("What to do.") what = "";
  @Parameter("The port to listen on.", { short: "p" }) port = 0;
  @Parameter("A secret.", { secret: true }) key = "";
  makeService(): IService {
    const services = new MultiService();
    services.setName("all");
    new TCPServer(this.port, (socket) => socket.end("hi")).setServiceParent(services);
    new Heart(this.what).setServiceParent(services);
    return services;
  }
}
`;

let project: DaemonProject;
beforeAll(() => {
  project = new DaemonProject({ "plugins/stubborn.ts": STUBBORN });
});
afterAll(() => project.remove());

const PEOPLE: [who: string, user: number | undefined][] = isRoot
  ? [
      ["root", undefined],
      ["an ordinary user", NOBODY],
    ]
  : [["an ordinary user", undefined]];

interface Shown {
  readonly name: string;
  readonly pid: number;
  readonly worker: number | null;
  readonly state: string;
  readonly since: string;
  readonly uptime: number;
  readonly ports: readonly string[] | null;
  readonly memory: number | null;
  readonly daemon: boolean;
  readonly pidfile: string | null;
  readonly log: string | null;
}

describe.each(PEOPLE)("as %s", (_, user) => {
  const place = (name = ""): string => project.path(join("of-user", name));
  const how = (): How =>
    project.marked({
      ...(user !== undefined && { user }),
      env: { APPD_RUNTIME_DIR: place("run"), HOME: place() },
    });
  const appd = (...words: string[]): Promise<Ended> => project.appd(words, how());
  const daemon = (globals: readonly string[] = [], words: readonly string[] = []): Promise<Ended> =>
    appd("-D", "--logfile", place("it.log"), ...globals, "stubborn", ...words);
  const shown = async (...words: string[]): Promise<Shown[]> =>
    JSON.parse((await appd("status", ...words, "--json")).stdout) as Shown[];
  const one = async (): Promise<Shown> => {
    const [first, ...others] = await shown();
    if (!first || others.length > 0) throw new Error(`${others.length} more, or none`);
    return first;
  };
  const left = (): string[] => readdirSync(place("run")).filter((name) => !name.endsWith(".last"));

  beforeEach(() => {
    mkdirSync(place(), { mode: 0o700 });
    if (user !== undefined) chownSync(place(), user, user);
  });
  afterEach(async () => {
    await project.end();
    rmSync(place(), { recursive: true });
    project.discard("not-today");
  });

  it("W-33: nothing runs, and that is no error", async () => {
    expect(await appd("status")).toMatchObject({
      status: 0,
      stdout: "Nothing runs for this user.\n",
      stderr: "",
    });
    expect(await shown()).toEqual([]);
    expect(existsSync(place("run"))).toBe(false);
  });

  it("W-33: what runs is shown, and secrets are not", async () => {
    const [port = 0] = await freePorts(1);
    expect(await daemon([], ["-p", String(port), "--key", "s3cret"])).toMatchObject({ status: 0 });
    const { stdout } = await appd("status");
    expect(stdout).toMatch(/^NAME +PID +STATE +SINCE +PORTS +MEMORY\n/);
    expect(stdout).toMatch(
      new RegExp(
        `^stubborn +\\d+ +started +[\\d-]{10} [\\d:]{8} \\(\\d+ s\\) +\\[::\\]:${port} +\\d+ MiB\n`,
        "m",
      ),
    );
    const run = await one();
    expect(run).toMatchObject({
      name: "stubborn",
      worker: null,
      state: "started",
      ports: [`[::]:${port}`],
      daemon: true,
      log: place("it.log"),
      pidfile: place("run/stubborn.pid"),
    });
    expect(readFileSync(place("run/stubborn.pid"), "utf8").split("\n")[0]).toBe(String(run.pid));
    expect(Date.now() - Date.parse(run.since)).toBeLessThan(60_000);
    expect(run.memory).toBeGreaterThan(10_000_000);
    const kept = left().filter((name) => name.endsWith(".json"));
    const said = [
      stdout,
      JSON.stringify(run),
      ...kept.map((name) => readFileSync(place(`run/${name}`), "utf8")),
    ];
    expect(said.filter((text) => text.includes("s3cret"))).toEqual([]);
  });

  it("W-33: all of them can be told", async () => {
    await daemon();
    const { pid } = await one();
    const who = `stubborn (pid ${pid})`;
    const graph = await appd("graph", "stubborn");
    expect(graph.stdout).toMatch(
      /^stubborn \(Application\) started\n└─ all \(MultiService\) started\n {3}├─ TCPServer started \[::\]:\d+\n {3}└─ heart \(Heart\) started\n$/,
    );
    const tree = JSON.parse((await appd("graph", "stubborn", "--json")).stdout) as { children: unknown[] };
    expect(tree).toMatchObject({ name: "stubborn", state: "started" });
    expect((await appd("logs", "stubborn", "--lines", "1")).stdout).toContain('"msg":"beating"');

    renameSync(place("it.log"), place("old.log"));
    expect(await appd("reopen", "stubborn")).toMatchObject({
      status: 0,
      stdout: `${who}: the log is opened anew\n`,
    });
    expect(await appd("reload", "stubborn")).toMatchObject({
      status: 0,
      stdout: `${who}: the log is opened anew; there is nothing else to reload\n`,
    });
    expect(readFileSync(place("it.log"), "utf8")).toContain("told to open the log anew");

    expect(await appd("stop", "stubborn")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`${who} stopped`) as string,
      stderr: "",
    });
    expect(left()).toEqual([]);
    expect((await appd("logs", "stubborn")).stdout).toContain("asked by appd stop, stopping");
  });

  it("W-33: restart starts the same again, in the same folder and with the same settings", async () => {
    const [port = 0] = await freePorts(1);
    await project.appd(
      ["-D", "--logfile", "it.log", "--project", project.folder, "stubborn", "-p", String(port)],
      { ...how(), cwd: place(), env: { ...how().env, APPD_LOG_LEVEL: "debug" } },
    );
    const before = await one();
    const { status, stdout, stderr } = await appd("restart", "stubborn");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining(`stubborn (pid ${before.pid}) stopped`) as string,
    });
    const after = await one();
    expect(stderr).toBe(`appd: stubborn runs as process ${after.pid}; its log is ${place("it.log")}\n`);
    expect(after.pid).not.toBe(before.pid);
    expect(after).toMatchObject({ ports: [`[::]:${port}`], log: place("it.log") });
    const settings = readFileSync(`/proc/${after.pid}/environ`, "utf8").split("\0");
    expect(settings).toContain("APPD_LOG_LEVEL=debug");
  });

  it("W-33: a restart that fails shows all that a start does, and has its status", async () => {
    await daemon();
    project.write({ "not-today": "" });
    const { status, stderr } = await appd("restart", "stubborn");
    expect({ status, stderr }).toEqual({
      status: 70,
      stderr: expect.stringContaining("not today") as string,
    });
    expect(await shown()).toEqual([]);
    expect(left()).toEqual([]);
  });

  it("W-33: what can't be started again, because its folder is gone, is not stopped by a restart", async () => {
    mkdirSync(place("gone"), { mode: 0o777 });
    chmodSync(place("gone"), 0o777);
    await project.appd(["-D", "--logfile", place("it.log"), "--project", project.folder, "stubborn"], {
      ...how(),
      cwd: place("gone"),
    });
    rmSync(place("gone"), { recursive: true });
    const { pid } = await one();
    const { status, stderr } = await appd("restart", "stubborn");
    expect({ status, stderr }).toEqual({
      status: 69,
      stderr: expect.stringContaining(
        `the folder ${place("gone")}, in which it was started, is gone`,
      ) as string,
    });
    expect((await one()).pid).toBe(pid);
  });

  it("W-33: what does not run is said, with what was meant, and 69", async () => {
    await daemon(["--name", "dog"]);
    for (const command of ["status", "stop", "restart", "reload", "reopen", "graph"]) {
      const { status, stdout, stderr } = await appd(command, "dgo");
      expect({ command, status, stdout, stderr }).toEqual({
        command,
        status: 69,
        stdout: "",
        stderr: 'appd: dgo does not run (did you mean "dog"?); appd status lists what runs for this user\n',
      });
    }
    const logs = await appd("logs", "dgo");
    expect(logs).toMatchObject({ status: 69, stdout: "" });
    expect(logs.stderr).toMatch(
      /^appd: dgo does not run, and its log \S+dgo\.log is not there \(did you mean "dog"\?\); appd status lists .+\n$/,
    );
    expect(await appd("stop")).toMatchObject({
      status: 64,
      stderr: "appd: stop: which one? appd status lists what runs\n",
    });
  });

  it("W-13: two of one name are told apart by --pid", async () => {
    await daemon();
    await daemon(["--pidfile", place("second.pid"), "--logfile", place("second.log")]);
    const [first, second] = await shown("stubborn");
    const { status, stderr } = await appd("stop", "stubborn");
    expect(status).toBe(64);
    expect(stderr).toContain(`pid ${first?.pid} (since `);
    expect(stderr).toContain(`${place("second.pid")}); --pid says which`);
    expect(await appd("stop", "stubborn", "--pid", "1")).toMatchObject({ status: 69 });
    expect(await appd("stop", "stubborn", "--pid", String(second?.pid))).toMatchObject({ status: 0 });
    expect(await one()).toMatchObject({ pid: first?.pid });
    expect(await appd("stop", "stubborn")).toMatchObject({ status: 0 });
  });

  it("W-33: a stop that never ends comes to its own deadline", async () => {
    await daemon(["--stop-timeout", "0.5"], ["--what", "never stop"]);
    const { status, stdout } = await appd("stop", "stubborn");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(
        /^stubborn \(pid \d+\) stopped after [\d.]+ s, with exit status 70: its log says why\n$/,
      ) as string,
    });
    expect(left()).toEqual([]);
  });

  it.each([
    ["a stop that never ends", "never stop", "started"],
    ["an event loop that is blocked by the stop", "block at the end", "started"],
    ["an event loop that is blocked", "block", "not answering"],
  ])("W-33: %s is killed at the deadline, and that is said, with 75", async (_name, what, state) => {
    await daemon([], ["--what", what]);
    const { pid } = await one();
    await project.until(state, async () => (await one()).state === state);
    const { status, stdout, stderr } = await appd("stop", "stubborn", "--timeout", "1");
    expect({ status, stdout }).toEqual({ status: 75, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(`^appd: stubborn \\(pid ${pid}\\) did not stop within [\\d.]+ s and was killed\n$`, "m"),
    );
    expect(project.processes).toEqual([]);
    expect(await shown()).toEqual([]);
    expect(left()).toEqual([]);
  });

  it("TL-10: fifty signals in a row leave nothing behind", async () => {
    await daemon([], ["--what", "never stop"]);
    const { pid } = await one();
    for (let count = 0; count < 50; count += 1) kill(pid, count % 2 ? "SIGINT" : "SIGTERM");
    await project.untilOver();
    expect(left()).toEqual([]);
    expect(await appd("stop", "stubborn")).toMatchObject({ status: 69 });
  });

  it("W-13: one that was killed runs no longer, and its log can still be read", async () => {
    await daemon();
    const { pid } = await one();
    expect(left().length).toBe(3);
    kill(pid, "SIGKILL");
    await project.untilOver();
    expect(await shown()).toEqual([]);
    expect(left()).toEqual(["stubborn.pid"]);
    expect(await appd("status", "stubborn")).toMatchObject({ status: 69 });
    expect((await appd("logs", "stubborn")).stdout).toContain("beating");
    expect(await daemon()).toMatchObject({ status: 0 });
  });

  it("W-33: a log is followed from file to file, and beyond the end of the run", async () => {
    await daemon();
    const follows = project.start(["logs", "stubborn", "--follow", "--lines", "1"], how());
    await follows.says(/beating/);
    appendFileSync(place("it.log"), "here\n");
    await follows.says(/here/);
    renameSync(place("it.log"), place("it.log.1"));
    await appd("reopen", "stubborn");
    await follows.says(/told to open the log anew/);
    const { pid } = await one();
    kill(pid, "SIGKILL");
    await project.until("gone", () => !project.processes.includes(pid));
    await daemon();
    await follows.says(/beating[^]*beating/);
    const { signal, stdout } = await follows.stop("SIGINT");
    expect(signal).toBe("SIGINT");
    expect(stdout.match(/told to open the log anew/g)).toHaveLength(1);
    expect(stdout.match(/beating/g)).toHaveLength(2);
  });

  it("W-33: garbage on the socket harms nobody", async () => {
    await daemon();
    const socket = place(`run/${left().find((name) => name.endsWith(".sock")) ?? ""}`);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    for (const garbage of [
      "\0\xff\n",
      "x".repeat(1_000_000),
      '{"__proto__":{"command":"stop"}}\n',
      "[[[[\n",
      "",
    ])
      expect(await said(socket, garbage)).not.toContain("answer");
    expect(await one()).toMatchObject({ state: "started" });
    expect(await appd("stop", "stubborn")).toMatchObject({ status: 0 });
  });

  it("W-33: a client that is slow, or sleeps, keeps no stop from its end", async () => {
    await daemon();
    const socket = place(`run/${left().find((name) => name.endsWith(".sock")) ?? ""}`);
    const clients = Array.from({ length: 20 }, () => connect(socket).on("error", () => undefined));
    for (const client of clients) client.pause().write('{"command":"graph"}\n'.repeat(2_000));
    const { status } = await appd("stop", "stubborn", "--timeout", "10");
    clients.forEach((client) => client.destroy());
    expect(status).toBe(0);
  });

  it("W-33: a run in the foreground has a control socket when it has a name, and is not restarted", async () => {
    const running = project.start(["--name", "front", "stubborn"], how());
    await running.port();
    await project.until("started", async () => (await shown()).length === 1);
    expect(await one()).toMatchObject({
      name: "front",
      pid: running.pid,
      daemon: false,
      pidfile: null,
      log: null,
    });
    expect(await appd("logs", "front")).toMatchObject({
      status: 69,
      stderr: expect.stringContaining("logs to no file") as string,
    });
    expect(await appd("restart", "front")).toMatchObject({ status: 69 });
    expect(await appd("stop", "front")).toMatchObject({ status: 0 });
    expect(await running.ended).toMatchObject({ status: 0 });
  });

  it("W-33: with --max-restarts the number is the master's, and a stop is meant for all", async () => {
    await daemon(["--max-restarts", "5"]);
    const { pid, worker } = await one();
    expect(project.processes).toEqual([pid, worker]);
    kill(worker ?? 0, "SIGKILL");
    expect(["restarting", "starting", "started"]).toContain((await one()).state);
    await project.until("started again", async () => (await one()).state === "started");
    expect(await one()).toMatchObject({ pid });
    expect(await appd("stop", "stubborn")).toMatchObject({ status: 0 });
    expect(project.processes).toEqual([]);
    expect(left()).toEqual([]);
  });

  // Whose they are makes no difference to how many.
  if (user === undefined)
    it("W-33: fifty are shown at once", async () => {
      const names = Array.from({ length: 50 }, (__, at) => `n${10 + at}`);
      // Its plugin is known from then on.
      await appd("--help");
      const all = names.map((name) => project.start(["--name", name, "stubborn"], how()));
      await Promise.all(all.map((running) => running.port()));
      await project.until("all started", async () =>
        (await shown()).every(({ state }) => state === "started"),
      );
      expect((await shown()).map(({ name }) => name)).toEqual(names);
    });
});

const asRoot = isRoot ? describe : describe.skip;
if (!isRoot) process.stderr.write("skipped: what only root may see, because this is not root\n");

asRoot("what is root's", () => {
  const how = (user?: number): How =>
    project.marked({ ...(user !== undefined && { user }), env: { APPD_RUNTIME_DIR: project.path("run") } });
  const daemon = (...globals: string[]): Promise<Ended> =>
    project.appd(["-D", "--logfile", project.path("it.log"), ...globals, "stubborn"], how());
  const pids = async (): Promise<number[]> =>
    (JSON.parse((await project.appd(["status", "--json"], how())).stdout) as Shown[]).map(({ pid }) => pid);
  afterEach(async () => {
    await project.end();
    project.discard("run", "it.log");
  });

  it("W-33, rule 19: is nobody else's to see or to tell", async () => {
    await daemon();
    const files = readdirSync(project.path("run"));
    expect(statSync(project.path("run")).mode & 0o777).toBe(0o700);
    expect(files.map((name) => statSync(project.path(`run/${name}`)).mode & 0o077 & ~0o044)).toEqual(
      files.map(() => 0),
    );
    const socket = project.path(`run/${files.find((name) => name.endsWith(".sock")) ?? ""}`);
    const knocks = `require("net").connect(${JSON.stringify(socket)}).on("error", (e) => console.log(e.code))`;
    expect((await project.node(["-e", knocks], { user: NOBODY })).stdout).toBe("EACCES\n");
    for (const command of [["status"], ["stop", "stubborn"]])
      expect(await project.appd(command, how(NOBODY))).toMatchObject({
        status: 78,
        stderr: expect.stringContaining("owned by someone else") as string,
      });
    expect(await pids()).toHaveLength(1);
  });

  it("TL-08: stays root's to tell when it has become another user, and what it leaves is dropped", async () => {
    writeFileSync(project.path("it.log"), "");
    chownSync(project.path("it.log"), NOBODY, NOBODY);
    await daemon("--uid", String(NOBODY), "--gid", String(NOBODY), "--stop-timeout", "7");
    const [pid = 0] = await pids();
    expect(statSync(`/proc/${pid}`).uid).toBe(NOBODY);
    expect(await project.appd(["reopen", "stubborn"], how())).toMatchObject({ status: 0 });
    expect(await project.appd(["restart", "stubborn"], how())).toMatchObject({ status: 0 });
    const [after = 0] = await pids();
    expect(statSync(`/proc/${after}`).uid).toBe(NOBODY);
    expect(await project.appd(["stop", "stubborn"], how())).toMatchObject({ status: 0 });
    expect(await pids()).toEqual([]);
    expect(readdirSync(project.path("run")).filter((name) => /\.(sock|json)$/.test(name))).toEqual([]);
  });

  it("SV-17: starts an application again that itself wants to be another user", async () => {
    const wish = `{ uid: ${NOBODY}, gid: ${NOBODY} }`;
    project.write({
      "own.cjs": `exports.application = new (require("appd").Application)("own", ${wish});`,
    });
    const log = project.path("it.log");
    expect(await project.appd(["-D", "--logfile", log, "-y", "own.cjs"], how())).toMatchObject({ status: 0 });
    const [before = 0] = await pids();
    expect(await project.appd(["restart", "own"], how())).toMatchObject({ status: 0 });
    const [after = 0] = await pids();
    expect(after).not.toBe(before);
    expect(statSync(`/proc/${after}`).uid).toBe(NOBODY);
  });

  it("W-33: is told from what somebody has put in its place", async () => {
    await daemon();
    const sleeper = spawn("sleep", ["1000"]);
    const write = (name: string, content: object): void =>
      writeFileSync(project.path(`run/${name}.json`), JSON.stringify(content), { mode: 0o600 });
    const record = { name: "odd", since: new Date().toISOString(), daemon: true, stopTimeout: 100 };
    // The number of another process than the one that it is about, everybody's number, and no number.
    write("other", { ...record, pid: sleeper.pid, began: "1" });
    write("all", { ...record, pid: -1 });
    write("none", { ...record, pid: "1; rm" });
    writeFileSync(project.path("run/broken.json"), "}{");
    mkdirSync(project.path("run/folder.sock"));
    expect(await pids()).toHaveLength(1);
    expect(await project.appd(["stop", "odd"], how())).toMatchObject({ status: 69 });
    expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull();
    sleeper.kill("SIGKILL");
    expect(await project.appd(["stop", "stubborn"], how())).toMatchObject({ status: 0 });
  });
});

describe("whoever asks for none of it", () => {
  it("W-33: loads none of it", async () => {
    const written = `require("node:fs").writeFileSync(process.env.LOADED, Object.keys(require.cache).join("\\n"))`;
    project.write({ "witness.cjs": `process.once("exit", () => ${written});` });
    const LOADED = project.path("loaded.txt");
    const env = { LOADED, NODE_OPTIONS: `--require ${project.path("witness.cjs")}` };
    const loaded = (): string[] => readFileSync(LOADED, "utf8").match(/\bcontrol[\w-]*\.js$/gm) ?? [];
    await project.appd(["--help"], { env });
    expect(loaded()).toEqual([]);
    const running = project.start(["stubborn"], { env });
    await running.port();
    await running.stop();
    expect(loaded()).toEqual([]);
    await project.appd(["status"], { env: { ...env, APPD_RUNTIME_DIR: project.path("run") } });
    expect(loaded()).toEqual(["control.js"]);
    expect(readFileSync(LOADED, "utf8")).not.toContain("runtime.js");
  });
});

describe("docs/control-socket.md", () => {
  const blocks = blocksOf(readFileSync(join(__dirname, "../../docs/control-socket.md"), "utf8"));
  const block = (language: string): string => blocks.find((found) => found.language === language)?.text ?? "";
  const how = (): How =>
    project.marked({ env: { APPD_RUNTIME_DIR: project.path("run"), HOME: project.folder } });
  beforeAll(() =>
    project.write({
      "plugins/myproject.ts": `
        import { TCPServer, describeMaker } from "appd";
        export const myproject = describeMaker({ tapname: "myproject", description: "Serves.", options: {},
          makeService: () => new TCPServer("tcp:0:interface=127.0.0.1", (socket) => socket.end()) });`,
    }),
  );
  beforeEach(async () => {
    const started = await project.appd(["-D", "--logfile", project.path("it.log"), "myproject"], how());
    expect(started).toMatchObject({ status: 0 });
  });
  afterEach(async () => {
    await project.end();
    project.discard("run", "it.log");
  });

  it("W-33: shows what is answered to each request", async () => {
    const name = readdirSync(project.path("run")).find((file) => file.endsWith(".sock")) ?? "";
    const lines = block("jsonl").trim().split("\n");
    const requests = lines.filter((_, at) => at % 2 === 0);
    const answers = (await said(project.path(`run/${name}`), `${requests.join("\n")}\n`)).trim().split("\n");
    const outline = (line: string): unknown => outlineOf(JSON.parse(line));
    expect(requests.length).toBeGreaterThan(6);
    expect(answers.map(outline)).toEqual(lines.filter((_, at) => at % 2 === 1).map(outline));
    await project.untilOver();
  });

  it("W-33: has a program that asks", async () => {
    project.write({ "ask.cjs": block("js") });
    expect(await project.node(["ask.cjs"], how())).toMatchObject({
      stdout: "myproject is started\n",
      stderr: "",
    });
  });
});

/** Its keys, and what its values are. */
function outlineOf(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map((one) => outlineOf(one));
  if (typeof value !== "object" || value === null)
    return ["message", "done", "code"].includes(key) ? value : typeof value;
  if (key === "variables") return "variables";
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, outlineOf(one, name)]));
}

/** All that is answered before the other end hangs up, or has answered. */
function said(path: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(path, () => socket.end(text));
    socket.setEncoding("utf8");
    socket.on("data", (more: string) => (heard += more));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(heard));
  });
}
