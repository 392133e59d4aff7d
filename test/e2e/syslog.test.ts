/** `--syslog`, with a real rsyslogd at a /dev/log that only the tests see. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { resolve } from "node:path";
import { describeWith } from "../programs";
import { DaemonProject } from "./daemons";
import type { Ended } from "./harness";

const SERVICES = `
import { Parameter, Service, ServiceMaker, type IService } from "appd";

class Talker extends Service {
  constructor(private readonly options: { what: string; lines: number }) {
    super();
  }
  override async startService(): Promise<void> {
    await super.startService();
    const { what, lines } = this.options;
    if (what === "levels") {
      this.log.error({ err: new Error("no such table") }, "can't serve");
      this.log.warn("careful, \\n<0>kernel: \\u001b[2J");
      this.log.debug("finely");
    }
    for (let line = 1; line <= lines; line += 1) this.log.info("line %d.", line);
    if (what === "slowly") {
      let line = lines;
      setInterval(() => this.log.info("line %d.", ++line), 20);
    }
    if (what === "killed") setImmediate(() => {
      this.log.info("the last word");
      process.kill(process.pid, "SIGKILL");
    });
    if (what === "throws") setTimeout(() => { throw new Error("nobody catches me"); }, 50);
    if (what === "prints") {
      console.log("printed");
      console.error("complained");
    }
  }
}

@ServiceMaker("talk", "Writes to its log.")
export class Talk {
  @Parameter("What to do besides.") what = "";
  @Parameter("How many lines to write at once.") lines = 0;
  makeService(): IService {
    return new Talker(this);
  }
}
`;

/** Runs a scenario where /dev is of its own, with no log but ours. */
const SCENE = `
set -e
mkdir dev
mount -t tmpfs none dev
cp -a /dev/null /dev/zero /dev/full /dev/urandom /dev/random /dev/tty dev/
mkdir dev/shm
ln -s /proc/self/fd dev/fd
mount --move dev /dev
cat > rsyslog.conf <<CONF
module(load="imuxsock" SysSock.Name="/dev/log" SysSock.RateLimit.Interval="0")
template(name="t" type="string" string="%syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg%\\n")
*.* action(type="omfile" file="$PWD/received" template="t")
CONF
touch received
chmod 755 /dev
syslogd() {
  rsyslogd -n -f rsyslog.conf -i $PWD/rsyslog.pid &
  SYSLOGD=$!
  until [ -S /dev/log ]; do sleep 0.02; done
}
syslogd_ends() {
  kill $SYSLOGD
  wait $SYSLOGD || true
}
received() { # received PATTERN: waits until a line has it
  for try in $(seq 1000); do
    grep -q -- "$1" received && return
    sleep 0.02
  done
  echo "never received: $1" >&2
}
appd="node node_modules/appd/dist/cli.js"
set +e
. ./scenario.sh
sleep 0.1
kill $SYSLOGD
wait
`;

const MODULES = resolve(__dirname, "../../node_modules");

interface Heard extends Ended {
  /** Lines as rsyslogd has written them, without its own: `user.info talk[12]: …`. */
  readonly lines: readonly string[];
}

/** Whether there may be another /dev than the machine's. */
function describeApart(...programs: readonly string[]): jest.Describe {
  const describe = describeWith("unshare", ...programs);
  if (describe === globalThis.describe.skip || spawnSync("unshare", ["--mount", "true"]).status === 0)
    return describe;
  process.stderr.write("skipped: what needs a /dev of its own, which only root may have\n");
  return globalThis.describe.skip;
}

describeApart("rsyslogd", "logger")("the system's log", () => {
  let project: DaemonProject;

  beforeEach(() => {
    project = new DaemonProject({ "plugins/services.ts": SERVICES, "scene.sh": SCENE });
    mkdirSync(project.path("peers"));
    symlinkSync(realpathSync(resolve(MODULES, "koffi")), project.path("peers/koffi"));
  });
  afterEach(async () => {
    await project.end();
    project.remove();
  });

  async function heard(scenario: string, { way = "logger" } = {}): Promise<Heard> {
    project.write({ "scenario.sh": scenario });
    const env = way === "koffi" ? { NODE_PATH: project.path("peers") } : {};
    // It ends all that the scene has left running.
    const words = ["--signal=KILL", "60", "unshare", "--mount", "--propagation", "private", "sh", "scene.sh"];
    const ended = await project.run("timeout", words, project.marked({ env }));
    const received = readFileSync(project.path("received"), "utf8");
    return {
      ...ended,
      lines: received.split("\n").filter((line) => line !== "" && !line.includes("rsyslogd")),
    };
  }
  const numbers = ({ lines }: Heard): number[] =>
    lines.flatMap((line) => /line (\d+)\./.exec(line)?.[1] ?? []).map(Number);
  /** Those of the first so many that are missing. */
  const missing = (result: Heard, count: number): number[] => {
    const there = new Set(numbers(result));
    return Array.from({ length: count }, (_, at) => at + 1).filter((number) => !there.has(number));
  };

  const ways = [["logger"], ["koffi"]];

  it.each(ways)(
    "TD-04, TD-05: has each line by its severity, facility, prefix and process, by way of %s",
    async (way) => {
      const { lines } = await heard(
        `syslogd
       $appd --syslog --syslog-facility local3 --prefix shop --log-level debug talk --what levels & APP=$!
       received finely
       kill $APP; wait $APP
       echo "$APP" > pid`,
        { way },
      );
      const pid = readFileSync(project.path("pid"), "utf8").trim();
      expect(lines.slice(0, 2)).toEqual([
        `local3.err shop[${pid}]: talk: can't serve`,
        `local3.err shop[${pid}]:     Error: no such table`,
      ]);
      expect(lines[2]).toMatch(/^local3\.err shop\[\d+\]: {9}at /);
      expect(lines).toContain(`local3.warning shop[${pid}]: talk: careful, \\n<0>kernel: \\u001b[2J`);
      expect(lines).toContain(`local3.debug shop[${pid}]: talk: finely`);
      expect(lines).toContain(`local3.info shop[${pid}]: received SIGTERM, stopping`);
    },
  );

  it.each(ways)("loses nothing when the process is killed, by way of %s", async (way) => {
    const result = await heard(
      `syslogd
       $appd --syslog talk --what killed --lines 3000
       echo "status $?"
       received "the last word"`,
      { way },
    );
    expect(result.stdout).toContain("status 137");
    expect(missing(result, 3_000)).toEqual([]);
    expect(result.lines.at(-1)).toContain("the last word");
  });

  it.each(ways)("has the stack of an error that nothing caught as critical, by way of %s", async (way) => {
    const { stdout, lines } = await heard(
      `syslogd
       $appd --syslog talk --what throws
       echo "status $?"`,
      { way },
    );
    expect(stdout).toContain("status 70");
    expect(lines.join("\n")).toMatch(
      /user\.crit talk\[\d+\]: .*nothing caught it: nobody catches me\n(user\.crit .*\n)*user\.crit talk\[\d+\]: +at /,
    );
  });

  it.each(ways)("loses nothing while rsyslogd is away for a second, by way of %s", async (way) => {
    const result = await heard(
      `syslogd
       $appd --syslog talk --what slowly --lines 10 & APP=$!
       received "line 20."
       syslogd_ends
       sleep 1
       syslogd
       sleep 1
       kill $APP; wait $APP
       received "SIGTERM, stopping"`,
      { way },
    );
    expect(missing(result, 60)).toEqual([]);
    expect(missing(result, Math.max(...numbers(result)))).toEqual([]);
    expect(result.stderr).toContain("appd: the system's log takes no lines now");
  });

  it("loses nothing when its logger(1) is killed", async () => {
    const result = await heard(`
      syslogd
      $appd --syslog talk --what slowly --lines 10 & APP=$!
      received "line 20."
      kill -9 $(cat /proc/$APP/task/*/children)
      received "line 60."
      kill $APP; wait $APP
      received "SIGTERM, stopping"
    `);
    expect(missing(result, 60)).toEqual([]);
  });

  it("has the last lines although its logger(1) gets the same signals", async () => {
    const { lines } = await heard(`
      syslogd
      $appd --syslog talk --lines 1 & APP=$!
      received "line 1."
      CHILDREN=$(cat /proc/$APP/task/*/children)
      kill -TERM $APP $CHILDREN; wait $APP
      received "SIGTERM, stopping"
    `);
    expect(lines.at(-1)).toMatch(/received SIGTERM, stopping$/);
  });

  it("takes 20,000 lines at once, and none is lost", async () => {
    const result = await heard(`
      syslogd
      $appd --syslog talk --lines 20000 & APP=$!
      received "line 20000."
      kill $APP; wait $APP
    `);
    expect(missing(result, 20_000)).toEqual([]);
    expect(numbers(result)).toHaveLength(20_000);
  });

  it.each(ways)("goes on when the privileges are gone, by way of %s", async (way) => {
    const { lines } = await heard(
      `syslogd
       $appd --syslog --uid nobody talk --lines 1 & APP=$!
       received "line 1."
       grep '^Uid' /proc/$APP/status
       kill $APP; wait $APP
       received "SIGTERM, stopping"`,
      { way },
    );
    expect(lines.at(-1)).toMatch(/received SIGTERM, stopping$/);
  });

  it("goes on in another root, which knows no /dev/log", async () => {
    const { lines, stderr } = await heard(
      `syslogd
       mkdir root
       $appd --syslog --chroot root --uid nobody talk --lines 1 & APP=$!
       received "line 1."
       kill $APP; wait $APP
       received "SIGTERM, stopping"`,
      { way: "koffi" },
    );
    expect(stderr).toBe("");
    expect(lines.at(-1)).toMatch(/received SIGTERM, stopping$/);
  });

  it("of a daemon has what is printed in it, too", async () => {
    const { lines, stdout, stderr } = await heard(`
      syslogd
      $appd --daemon --syslog --pidfile $PWD/pid talk --what prints
      echo "status $?"
      received complained
      kill $(head -n 1 pid)
      received "SIGTERM, stopping"
    `);
    expect(stderr).toMatch(/^appd: talk runs as process \d+$/m);
    expect(stdout).toContain("status 0");
    expect(lines.join("\n")).toMatch(/talk\[\d+\]: printed/);
    expect(lines.join("\n")).toMatch(/talk\[\d+\]: complained/);
  });

  it("may begin after the service, which says so", async () => {
    const result = await heard(`
      $appd --syslog talk --lines 3 & APP=$!
      sleep 0.6
      syslogd
      received "line 3."
      kill $APP; wait $APP
    `);
    expect(numbers(result)).toEqual([1, 2, 3]);
    expect(result.stderr).toMatch(/^appd: the system's log takes no lines now, .*\/dev\/log/);
  });

  it("is JSON where that is asked for", async () => {
    const { lines } = await heard(`
      syslogd
      $appd --syslog --log-format json talk --lines 1 & APP=$!
      received "line 1."
      kill $APP; wait $APP
    `);
    const line = lines.find((one) => one.includes("line 1.")) ?? "";
    expect(JSON.parse(line.replace(/^user\.info talk\[\d+\]: ?/, ""))).toMatchObject({ msg: "line 1." });
  });

  it("is refused where there is no way to it", async () => {
    const { stdout, stderr } = await heard(`
      syslogd
      mount --bind /dev/null $(readlink -f /usr/bin/logger)
      $appd --syslog talk
      echo "status $?"
    `);
    expect(stdout).toContain("status 78");
    expect(stderr).toBe(
      "appd: --syslog needs logger(1) of util-linux, which is not here: install it (Debian: bsdutils), or npm install koffi\n",
    );
  });
});
