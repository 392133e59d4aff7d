/** What a service manager is told: by one that writes it down, and by a real systemd that acts on it. */
import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeWith } from "../programs";
import { everything, Project, site, until, type Running } from "./harness";
import { boot, describeBooted, nodeBinary, type Booted } from "./nspawn";

const SERVICES = `
import { execFileSync } from "node:child_process";
import { existsSync, writeSync } from "node:fs";
import { Parameter, Service, ServiceMaker, TCPServer, type IService } from "appd";

@ServiceMaker("web", "Tells its environment to whoever connects.")
export class Web {
  @Parameter("The port to listen on.") port = 0;
  makeService(): IService {
    return new TCPServer("tcp:" + this.port + ":interface=127.0.0.1", (socket) => {
      socket.end(execFileSync("env", { encoding: "utf8" }));
    });
  }
}

class Blocked extends Service {
  constructor(private readonly file: string) {
    super();
  }
  override async startService(): Promise<void> {
    await super.startService();
    setInterval(() => {
      if (!existsSync(this.file)) return;
      writeSync(2, "blocking\\n");
      for (;;);
    }, 1_000);
  }
}

@ServiceMaker("blocked", "Blocks its event loop when there is a file, but not in the first second.")
export class Blocks {
  @Parameter("The file.") when = "";
  makeService(): IService {
    return new Blocked(this.when);
  }
}
`;

/** Writes down each datagram as JSON: its text, the process that it came from, and what else came with it. */
const RECEIVER = `
import array, json, os, socket, struct, sys
path, keeps = sys.argv[1], len(sys.argv) > 2
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\\0" + path[1:] if path.startswith("@") else path)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
print("receiving", flush=True)
while True:
    text, ancillary, _, _ = receiver.recvmsg(65536, 1024)
    descriptors, pid = array.array("i"), None
    for _, kind, data in ancillary:
        if kind == socket.SCM_RIGHTS: descriptors.frombytes(data)
        if kind == socket.SCM_CREDENTIALS: pid = struct.unpack("iii", data)[0]
    print(json.dumps({"text": text.decode(), "pid": pid}), flush=True)
    if not keeps:
        for descriptor in descriptors: os.close(descriptor)
`;

const MODULES = resolve(__dirname, "../../node_modules");

/** What was told, without what only waits for the rest to be taken note of. */
function told({ stdout }: Running): { text: string; pid: number }[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { text: string; pid: number })
    .map(({ text, pid }) => ({ text: text.trim(), pid }))
    .filter(({ text }) => text !== "BARRIER=1");
}

/** A project whose `peers` folder has koffi: NODE_PATH names it for those tests that are to have it. */
function projectWithPeers(): Project {
  const project = new Project({ "plugins/services.ts": SERVICES, "receiver.py": RECEIVER });
  mkdirSync(project.path("peers"));
  symlinkSync(realpathSync(resolve(MODULES, "koffi")), project.path("peers/koffi"));
  return project;
}

describeWith("python3", "systemd-notify")("a service manager that writes down what it is told", () => {
  let project: Project;
  const ways = [["systemd-notify"], ["koffi"]];

  beforeEach(() => (project = projectWithPeers()));
  afterEach(() => project.remove());

  async function receiverAt(path: string, ...words: string[]): Promise<Running> {
    const receiver = project.spawn("python3", [project.path("receiver.py"), path, ...words]);
    await receiver.says(/receiving/);
    return receiver;
  }
  const appd = (way: string, words: readonly string[], env: Record<string, string>): Running =>
    project.start(words, { env: { ...env, ...(way === "koffi" && { NODE_PATH: project.path("peers") }) } });

  it.each(ways)("W-35: hears in turn of start, reload and stop, by way of %s", async (way) => {
    const receiver = await receiverAt(project.path("notify"));
    const web = appd(way, ["web"], { NOTIFY_SOCKET: project.path("notify") });
    const port = await web.port();
    await until("told", () => told(receiver).length >= 2);
    expect(await everything(port)).not.toContain("NOTIFY_SOCKET");
    web.kill("SIGHUP");
    await until("told", () => told(receiver).length >= 4);
    const { status } = await web.stop();
    await until("told", () => told(receiver).length >= 5);

    expect(status).toBe(0);
    const listening = `STATUS=listening on 127.0.0.1:${port}`;
    expect(told(receiver).map(({ text }) => text.replace(/(?<=USEC=)\d+/, "…").split("\n"))).toEqual([
      ["STATUS=starting"],
      ["READY=1", `MAINPID=${web.pid}`, listening],
      ["RELOADING=1", "MONOTONIC_USEC=…", "STATUS=reloading"],
      ["READY=1", listening],
      ["STOPPING=1", "STATUS=stopping: SIGTERM"],
    ]);
  });

  it("W-35: hears it from the process itself where koffi is installed", async () => {
    const receiver = await receiverAt("@appd-test-" + String(process.pid));
    const web = appd("koffi", ["web"], { NOTIFY_SOCKET: "@appd-test-" + String(process.pid) });
    await web.port();
    await until("told", () => told(receiver).length >= 2);

    expect(told(receiver).map(({ pid }) => pid)).toEqual([web.pid, web.pid]);
  });

  it.each(ways)("W-35: hears why a start failed, by way of %s", async (way) => {
    const receiver = await receiverAt(project.path("notify"));
    const first = project.start(["web"]);
    const port = String(await first.port());
    const second = appd(way, ["web", "--port", port], { NOTIFY_SOCKET: project.path("notify") });
    const { status } = await second.ended;
    await until("told", () => told(receiver).some(({ text }) => text.includes("in use")));

    expect(status).toBe(69);
    expect(told(receiver).at(-1)?.text).toMatch(new RegExp(`^STATUS=.*${port}.*in use`));
  });

  it("W-35: can't hold up a start by not letting go of what waits for it", async () => {
    const receiver = await receiverAt(project.path("notify"), "keeps");
    const web = appd("systemd-notify", ["web"], { NOTIFY_SOCKET: project.path("notify") });
    const port = await web.port();
    expect(await everything(port)).toContain("PATH=");
    const { status } = await web.stop();

    expect(status).toBe(0);
    expect(told(receiver)[0]?.text).toBe("STATUS=starting");
  });

  it.each(ways)("costs one warning and nothing else where it is not there, by way of %s", async (way) => {
    const web = appd(way, ["web"], { NOTIFY_SOCKET: project.path("nowhere"), WATCHDOG_USEC: "300000" });
    const port = await web.port();
    await web.says(/could not be told/);
    expect(await everything(port)).toContain("PATH=");
    const { status, stderr } = await web.stop();

    expect(status).toBe(0);
    expect(stderr.match(/could not be told/g)).toHaveLength(1);
  });

  it.each(ways)("W-35: has signs of life until the event loop is blocked, by way of %s", async (way) => {
    const receiver = await receiverAt(project.path("notify"));
    const blocked = appd(way, ["blocked", "--when", "now"], {
      NOTIFY_SOCKET: project.path("notify"),
      WATCHDOG_USEC: "600000",
    });
    const pings = (): number => told(receiver).filter(({ text }) => text.includes("WATCHDOG=1")).length;
    await until("alive", () => pings() >= 3);
    project.write({ now: "" });
    await blocked.says(/blocking/);
    // What was on its way arrives.
    await sleep(1_500);
    const before = pings();
    await sleep(600);
    expect(pings()).toBe(before);
    blocked.kill("SIGKILL");
    await blocked.ended;
  });

  it("is looked for by nobody where nothing names one", async () => {
    const web = project.start(["web"], { env: { NODE_DEBUG: "module" } });
    await web.port();
    const { stderr } = await web.stop();

    expect(stderr).toMatch(/load.*runtime/);
    expect(stderr).not.toMatch(/load.*(service-manager|syslog|koffi)/);
  });
});

describeBooted("systemd-notify")("a real systemd", () => {
  let project: Project;
  let booted: Booted;

  const unit = (words: string, service: string): string => `[Unit]
Description=${words}
[Service]
Type=notify
ExecStart=${nodeBinary()} ${project.path("node_modules/appd/dist/cli.js")} --project ${project.folder} ${words}
ExecReload=/bin/kill -HUP $MAINPID
${service}
`;

  beforeAll(async () => {
    project = projectWithPeers();
    await project.appd(["--help"]);
    const koffi = `Environment=NODE_PATH=${project.path("peers")}\nNotifyAccess=main`;
    const folders = ["koffi", "@koromix"].map((name) => realpathSync(resolve(MODULES, name)));
    // Such a user has a /tmp of its own.
    const user = `DynamicUser=yes\nBindReadOnlyPaths=${[site(), dirname(nodeBinary()), ...folders].join(" ")}`;
    booted = await boot({
      folders,
      units: {
        "web.service": unit("web --port 8001", "NotifyAccess=all"),
        "dynamic.service": unit("web --port 8002", `NotifyAccess=all\n${user}`),
        "direct.service": unit("web --port 8003", `${koffi}\n${user}`),
        "taken.service": unit("web --port 8001", "NotifyAccess=all"),
        "blocked.service": unit(
          "blocked --when /",
          "NotifyAccess=all\nWatchdogSec=2\nRestart=on-failure\nRestartSec=100ms",
        ),
      },
      script: `
        systemctl start --no-block blocked
        for name in web dynamic direct; do
          timeout 20 systemctl start $name
          echo "$name started $?"
          systemctl show -p ActiveState,StatusText $name
          bash -c "cat < /dev/tcp/127.0.0.1/$(systemctl show -p StatusText --value $name | sed 's/.*://')" > /opt/out/$name.environment
          timeout 20 systemctl reload $name
          echo "$name reloaded $?"
        done
        timeout 20 systemctl start taken
        echo "taken started $?"
        systemctl show -p StatusText taken
        for name in web dynamic direct; do
          timeout 20 systemctl stop $name
          echo "$name stopped $?"
          systemctl show -p ActiveState,Result $name
        done
        for second in $(seq 20); do
          systemctl show -p NRestarts blocked | grep -v =0 && break
          sleep 1
        done
        journalctl --no-pager -u web -o json > /opt/out/web.journal
        journalctl --no-pager -u taken -p err -o cat > /opt/out/taken.journal
        journalctl --no-pager -o cat > /opt/out/journal
      `,
    });
  });
  afterAll(() => project.remove());

  it.each([
    ["web", 8001],
    ["dynamic", 8002],
    ["direct", 8003],
  ])("W-35: knows when %s is ready, where it listens, and when it is stopped", (name, port) => {
    expect(booted.stdout).toContain(
      `${name} started 0\nStatusText=listening on 127.0.0.1:${port}\nActiveState=active\n${name} reloaded 0\n`,
    );
    expect(booted.stdout).toContain(`${name} stopped 0\nResult=success\nActiveState=inactive\n`);
  });

  it("W-35: is not spoken to by what the service starts", () => {
    expect(booted.files["web.environment"]).toContain("INVOCATION_ID=");
    expect(booted.files["web.environment"]).not.toContain("NOTIFY_SOCKET");
  });

  it("W-35: has the reason of a start that failed, as status and as an error of the journal", () => {
    expect(booted.stdout).toMatch(/taken started 1\nStatusText=.*8001.*in use/);
    expect(booted.files["taken.journal"]).toMatch(/^appd: .*8001.*in use/m);
  });

  it("LG-14: has the severity of each line of the journal, and no sign of how it came there", () => {
    const lines = (booted.files["web.journal"] ?? "")
      .split("\n")
      .filter((line) => line.includes("listening on"))
      .map((line) => JSON.parse(line) as { PRIORITY: string; MESSAGE: string });
    expect(lines.map(({ PRIORITY }) => PRIORITY)).toContain("6");
    expect(lines.map(({ MESSAGE }) => MESSAGE).join()).not.toContain("<6>");
  });

  it("W-35: ends and starts again what blocks its event loop", () => {
    expect(booted.stdout).toMatch(/NRestarts=[1-9]/);
    expect(booted.files.journal).toContain("Watchdog timeout");
  });
});
