/** Whom a run is once its ports are bound, and that it is nobody else; another root. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { resolve } from "node:path";
import { describeAsRoot } from "../as-root";
import { describeWith } from "../programs";
import { DaemonProject } from "./daemons";
import { privilegedPort } from "./free-ports";
import { isRoot, Project, tarball, type Files, type Running } from "./harness";
import { SystemAccount } from "./system-account";

const WEB: Files = {
  "plugins/web.ts": `import { HTTPServer, Parameter, ServiceMaker, type IService } from "appd";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";

const bind = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().once("error", (error) => resolve(String(error)));
    server.listen(port, () => server.close(() => resolve("bound")));
  });

@ServiceMaker("web", "Shows what whoever runs it may.")
export class Web {
  @Parameter("Where to listen.", { short: "p" }) port = "80";

  async makeService(): Promise<IService> {
    // Threads that are there before privileges are given up.
    await Promise.all(Array.from({ length: 8 }, () => readFile("/proc/self/status")));
    return new HTTPServer(this.port, async (asked: Request) => {
      const { pathname, searchParams } = new URL(asked.url);
      const name = searchParams.get("of") ?? "";
      try {
        if (pathname === "/read") return new Response(await readFile(name, "utf8"));
        if (pathname === "/bind") return new Response(await bind(Number(name)));
        if (pathname === "/fail") throw new Error("asked to fail");
        writeFileSync(name, "made");
        return new Response(process.cwd());
      } catch (error) {
        return new Response(String(error), { status: 500 });
      }
    });
  }
}
`,
};

/** Asks a server, at its port or at its socket. */
async function ask(where: number | string, path: string): Promise<string> {
  const at = typeof where === "number" ? { port: where, host: "127.0.0.1" } : { socketPath: where };
  const sent = request({ ...at, path, agent: false }).end();
  const [response] = (await once(sent, "response")) as [AsyncIterable<Buffer>];
  let said = "";
  for await (const bytes of response) said += String(bytes);
  return said;
}

/** What the kernel says of all threads: each line once. */
function threadsOf(pid: number): string[] {
  const lines = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/status`, "utf8")
      .split("\n")
      .filter((line) => /^(?:Uid|Gid|Groups|CapPrm|CapEff|CapAmb):/.test(line))
      .map((line) => line.replace(/\s+/g, " ").trim()),
  );
  return [...new Set(lines)].sort();
}

const NO_CAPABILITIES = ["CapAmb: 0000000000000000", "CapEff: 0000000000000000", "CapPrm: 0000000000000000"];
const threads = (uid: number, gid: number, groups: readonly number[]): string[] => [
  ...NO_CAPABILITIES,
  `Gid: ${gid} ${gid} ${gid} ${gid}`,
  ["Groups:", ...groups.toSorted((one, other) => one - other)].join(" "),
  `Uid: ${uid} ${uid} ${uid} ${uid}`,
];
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const messagesIn = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => (JSON.parse(line) as { readonly msg: string }).msg);

(isRoot ? describeWith("useradd", "prlimit", "setpriv") : describeAsRoot)("privileges", () => {
  let account: SystemAccount;
  let project: DaemonProject;
  beforeAll(() => (account = new SystemAccount()));
  afterAll(() => account.remove());
  beforeEach(() => (project = new DaemonProject(WEB)));
  afterEach(async () => {
    await project.end();
    project.remove();
  });

  /** A folder of the project that belongs to somebody. */
  const folderOf = (name: string, uid = 0, gid = uid): string => {
    mkdirSync(project.path(name));
    chmodSync(project.path(name), 0o755);
    chownSync(project.path(name), uid, gid);
    return project.path(name);
  };
  const started = async (words: readonly string[], pattern = /gave up root/): Promise<Running> => {
    const running = project.start([...words, "web", "-p", "unix:web.sock"]);
    await running.says(pattern);
    return running;
  };
  /** Waits for the end of a process that is not a child of this one. */
  const gone = (pid: number): Promise<void> =>
    project.until(`ended: ${pid}`, () => !existsSync(`/proc/${pid}`));
  const www = (database: string): number =>
    Number(execFileSync("getent", [database, "www-data"], { encoding: "utf8" }).split(":")[2]);

  it("TD-06, TD-07, TD-09, TD-10, TD-12, TL-01: binds as root, then runs as whom the command line says, where it says", async () => {
    const [uid, gid, port] = [www("passwd"), www("group"), await privilegedPort()];
    const [srv, run, log] = [folderOf("srv", uid, gid), folderOf("run"), folderOf("log")];
    const where = ["--rundir", "srv", "--pidfile", "run/x.pid", "--logfile", "log/x.log"];
    const who = ["-u", "www-data", "-g", "www-data", "--umask", "027"];
    const running = project.start([...who, ...where, "web", "-p", `tcp:${port}:interface=127.0.0.1`]);
    const lines = (): string[] => messagesIn(readFileSync(`${log}/x.log`, "utf8"));
    await running.until(
      "gave up root",
      () => existsSync(`${log}/x.log`) && lines().some((line) => line.startsWith("gave up root")),
    );

    expect(lines().slice(0, 2)).toEqual([
      `listening on 127.0.0.1:${port}`,
      `gave up root: runs as user www-data (${uid}), group www-data (${gid}), supplementary groups ${gid}`,
    ]);
    expect(threadsOf(running.pid)).toEqual(threads(uid, gid, [gid]));
    expect(readFileSync(`${run}/x.pid`, "utf8").split("\n")[0]).toBe(String(running.pid));

    expect(await ask(port, "/make?of=made")).toBe(srv);
    expect(modeOf(`${srv}/made`)).toBe("640");
    expect(statSync(`${srv}/made`)).toMatchObject({ uid, gid });
    expect(await ask(port, "/read?of=/etc/shadow")).toContain("EACCES");
    expect(await ask(port, `/bind?of=${await privilegedPort()}`)).toContain("EACCES");
    // Its owner may open it again; nobody else has more than before.
    expect(modeOf(`${log}/x.log`)).toBe("640");
    expect(statSync(`${log}/x.log`)).toMatchObject({ uid, gid });
    expect(statSync(`${run}/x.pid`).uid).toBe(0);

    expect(await running.stop()).toMatchObject({ status: 0, stderr: "" });
    // It may not be removed from root's folder any more: empty means that nobody has it.
    expect(readFileSync(`${run}/x.pid`, "utf8")).toBe("");
  });

  it("W-50: has the groups that the user is in, or those that are named, or none", async () => {
    const { name, uid, gid, others } = account;
    const groups = async (...words: readonly string[]): Promise<string[]> => {
      const running = await started(["-u", name, ...words]);
      const found = threadsOf(running.pid);
      expect((await running.stop()).status).toBe(0);
      return found;
    };
    expect(await groups()).toEqual(threads(uid, gid, [others.gid, gid]));
    expect(await groups("--groups", `daemon,${others.name}`)).toEqual(threads(uid, gid, [1, others.gid]));
    expect(await groups("--groups", "")).toEqual(threads(uid, gid, []));
    expect(await groups("-g", "daemon")).toEqual(threads(uid, 1, [1, others.gid]));
  });

  it("TD-09: runs as a number that has no account, without any groups", async () => {
    const running = await started(["-u", "54321", "-g", "54322"]);
    expect(threadsOf(running.pid)).toEqual(threads(54_321, 54_322, []));
    expect((await running.stop()).status).toBe(0);
    const { status, stderr } = await project.appd(["-u", "54321", "web"]);
    expect([status, stderr]).toEqual([
      64,
      "appd: user 54321 has no account that says its group: add --gid\n",
    ]);
  });

  it("goes on with the socket that it made as root, and makes it anew at the next start", async () => {
    for (let times = 0; times < 2; times += 1) {
      const running = await started(["-u", account.name]);
      expect(await ask(project.path("web.sock"), "/read?of=package.json")).toContain("myproject");
      expect((await running.stop()).status).toBe(0);
    }
  });

  it("opens its log again in a folder of that user's, and says where it could not", async () => {
    const { name, uid, gid } = account;
    const log = folderOf("log", uid, gid);
    const running = project.start(["-u", name, "--logfile", "log/x.log", "web", "-p", "unix:web.sock"]);
    const read = (file: string): string =>
      existsSync(`${log}/${file}`) ? readFileSync(`${log}/${file}`, "utf8") : "";
    const until = (file: string, text: string): Promise<void> =>
      running.until(`said in ${file}: ${text}`, () => read(file).includes(text));
    await until("x.log", "gave up root");
    expect(read("x.log")).not.toContain("may not");
    renameSync(`${log}/x.log`, `${log}/x.log.1`);
    running.kill("SIGUSR2");
    await until("x.log", "SIGUSR2");
    expect(statSync(`${log}/x.log`)).toMatchObject({ uid, gid });
    expect((await running.stop()).status).toBe(0);

    const other = project.start(["-u", name, "--logfile", "y.log", "web", "-p", "unix:web.sock"]);
    const second = project.path("y.log");
    await other.until(
      "said where",
      () => existsSync(second) && readFileSync(second, "utf8").includes("may not write"),
    );
    expect((await other.stop()).status).toBe(0);
  });

  it("never gives a log to the user that was linked there to be given", async () => {
    const { name, uid, gid } = account;
    folderOf("log", uid, gid);
    writeFileSync(project.path("roots"), "", { mode: 0o600 });
    symlinkSync(project.path("roots"), project.path("log/x.log"));
    const running = project.start(["-u", name, "--logfile", "log/x.log", "web", "-p", "unix:web.sock"]);
    await running.until("said so", () =>
      readFileSync(project.path("roots"), "utf8").includes("may not open"),
    );
    expect(statSync(project.path("roots")).uid).toBe(0);
    await running.stop();
  });

  it("W-50: sets how many files may be open", async () => {
    const running = await started(["-u", account.name, "--nofile", "4000"]);
    expect(readFileSync(`/proc/${running.pid}/limits`, "utf8")).toMatch(/^Max open files\s+4000\s+4000\s/m);
    await running.stop();
    const { status, stderr } = await project.appd(["--nofile", "999999999", "web"]);
    expect([status, stderr]).toEqual([
      77,
      expect.stringMatching(/^appd: --nofile 999999999 is not permitted: .*\n$/),
    ]);
    expect(await project.appd(["--nofile", "3", "web"])).toMatchObject({ status: 64 });
  });

  it("SV-17: runs an application as whom it wants to run as, unless the command line says another", async () => {
    project.write({
      "app.ts": `import { Application, HTTPServer } from "appd";
export const application = new Application("site", { uid: "daemon" });
new HTTPServer("unix:app.sock", (request: Request) => new Response(request.url)).setServiceParent(application);
`,
    });
    const uidOf = async (...words: readonly string[]): Promise<string | undefined> => {
      const running = project.start([...words, "-y", "app.ts"]);
      await running.says(/gave up root/);
      const found = threadsOf(running.pid).at(-1);
      await running.stop();
      return found;
    };
    expect(await uidOf()).toBe("Uid: 1 1 1 1");
    expect(await uidOf("-u", "bin")).toBe("Uid: 2 2 2 2");
  });

  it("TL-08: refuses what an ordinary user can't do, before anything is bound", async () => {
    chmodSync(project.folder, 0o777);
    const { status, stderr } = await project.appd(["-u", "www-data", "web", "-p", "unix:web.sock"], {
      user: account.uid,
    });
    expect(status).toBe(77);
    expect(stderr).toMatch(
      /^appd: only root can become user www-data .*: start it as root, or leave out .*\n$/,
    );
    expect(existsSync(project.path("web.sock"))).toBe(false);
  });

  it("TL-08: goes on as who it is already", async () => {
    chmodSync(project.folder, 0o777);
    const running = project.start(["-u", "54321", "-g", "54321", "web", "-p", "unix:web.sock"], {
      user: 54_321,
    });
    await running.says(
      /runs as user 54321, group 54321 from the start, supplementary groups none: nothing is left/,
    );
    expect((await running.stop()).status).toBe(0);
  });

  it("TL-08: says that root gives up nothing", async () => {
    const running = await started(
      ["-u", "root"],
      /runs as user root \(0\), as it did from the start: no privileges/,
    );
    expect(threadsOf(running.pid).at(-1)).toBe("Uid: 0 0 0 0");
    await running.stop();
  });

  it("HP-07: says which account there is not", async () => {
    expect(await project.appd(["-u", "no-such-user", "web"])).toMatchObject({
      status: 64,
      stderr: 'appd: this system has no user named "no-such-user"\n',
    });
  });

  /** Node 20 can't be sure that io_uring is off; later ones never use it for files. */
  const io = { env: { UV_USE_IO_URING: "1" } };
  if (process.version.startsWith("v20.")) {
    it("rule 11: refuses to run where Node would keep root for io_uring", async () => {
      const ended = await project.appd(["-u", "www-data", "web", "-p", "unix:web.sock"], io);
      expect(ended).toMatchObject({
        status: 78,
        stderr:
          "appd: Node gives up no privileges where UV_USE_IO_URING is set: start without that variable\n",
      });
      expect(existsSync(project.path("web.sock"))).toBe(false);
    });
  } else {
    it("rule 11: gives up root where Node is told to use io_uring", async () => {
      const { name, uid, gid, others } = account;
      const running = project.start(["-u", name, "web", "-p", "unix:web.sock"], io);
      await running.says(/gave up root/);
      expect(threadsOf(running.pid)).toEqual(threads(uid, gid, [others.gid, gid]));
      expect(await ask(project.path("web.sock"), "/read?of=/etc/shadow")).toContain("EACCES");
      await running.stop();
    });
  }

  it("W-02, W-50: ends with nothing left when the last step fails, in the foreground and for a daemon", async () => {
    const lacking = [
      "--bounding-set",
      "-setuid",
      process.execPath,
      project.path("node_modules/appd/dist/cli.js"),
    ];
    const words = ["-u", "www-data", "--pidfile", "x.pid", "--logfile", "x.log"];
    const maker = ["web", "-p", "unix:web.sock"];
    const failed =
      "appd: the process can't change to user 33 (EPERM), although it is root: a container may lack";
    for (const daemon of [[], ["--daemon"]]) {
      const { status, stderr } = await project.run(
        "setpriv",
        [...lacking, ...daemon, ...words, ...maker],
        project.marked(),
      );
      expect([status, stderr]).toEqual([77, expect.stringContaining(failed)]);
      expect(existsSync(project.path("x.pid")) && readFileSync(project.path("x.pid"), "utf8")).toBeFalsy();
      expect(existsSync(project.path("web.sock"))).toBe(false);
    }
  });

  it("TL-01: a daemon runs as that user, and is asked and stopped by root as any other", async () => {
    const { name, uid, gid, others } = account;
    const log = folderOf("log", uid, gid);
    const words = ["--daemon", "-u", name, "--pidfile", "x.pid", "--logfile", "log/x.log"];
    expect(await project.appd([...words, "web", "-p", "unix:web.sock"], project.marked())).toMatchObject({
      status: 0,
    });
    const pid = Number(readFileSync(project.path("x.pid"), "utf8").split("\n")[0]);
    expect(threadsOf(pid)).toEqual(threads(uid, gid, [others.gid, gid]));
    expect(readFileSync(`/proc/${pid}/limits`, "utf8")).toMatch(/^Max core file size\s+0\s/m);
    expect(messagesIn(readFileSync(`${log}/x.log`, "utf8"))).toContainEqual(
      expect.stringContaining("gave up root"),
    );
    expect((await project.appd(["status"], project.marked())).stdout).toContain(String(pid));
    expect(await project.appd(["stop", "web"], project.marked())).toMatchObject({ status: 0 });
    await gone(pid);
    expect(existsSync(project.path("x.pid"))).toBe(false);
    expect((await project.appd(["status"], project.marked())).stdout).not.toContain(String(pid));
  });

  it("W-50: a master that starts a run again keeps root for that alone: what it starts has none", async () => {
    const { name, uid, gid, others } = account;
    const port = await privilegedPort();
    const words = ["--daemon", "--max-restarts", "3", "-u", name, "--pidfile", "x.pid", "--logfile", "x.log"];
    const where = ["web", "-p", `tcp:${port}:interface=127.0.0.1`];
    expect(await project.appd([...words, ...where], project.marked())).toMatchObject({ status: 0 });
    const master = Number(readFileSync(project.path("x.pid"), "utf8").split("\n")[0]);
    const worker = async (): Promise<number> =>
      Number((await ask(port, "/read?of=/proc/self/stat")).split(" ")[0]);
    const first = await worker();
    expect(first).not.toBe(master);
    expect(threadsOf(master)).toContain("Uid: 0 0 0 0");
    process.kill(first, "SIGKILL");
    await gone(first);
    let second = first;
    await project.until("started again", async () => {
      second = await worker().catch(() => first);
      return second !== first;
    });
    expect(threadsOf(second)).toEqual(threads(uid, gid, [others.gid, gid]));
    process.kill(master, "SIGTERM");
    await gone(master);
    expect(existsSync(project.path("x.pid"))).toBe(false);
  });

  describe("TD-08: another root", () => {
    let withKoffi: Project;
    let jail: string;
    const port = "tcp:0:interface=127.0.0.1";

    beforeAll(async () => {
      withKoffi = new Project({}, { modules: null });
      await withKoffi.install(tarball());
      const koffi = realpathSync(resolve(__dirname, "../../node_modules/koffi"));
      symlinkSync(koffi, withKoffi.path("node_modules/koffi"));
    });
    afterAll(() => withKoffi.remove());
    beforeEach(() => {
      project.remove();
      project = new DaemonProject(WEB, { modules: withKoffi.path("node_modules") });
      jail = folderOf("jail");
      mkdirSync(`${jail}/srv`);
      mkdirSync(`${jail}/etc`);
      writeFileSync(`${jail}/etc/inside`, "inside");
      chownSync(`${jail}/srv`, account.uid, account.gid);
    });

    it("W-19: serves, logs, and stops within it, and its pidfile is nobody's afterwards", async () => {
      const { name, uid, gid, others } = account;
      const where = ["--chroot", "jail", "--rundir", "srv", "--umask", "027"];
      const running = project.start(["-u", name, ...where, "--pidfile", "x.pid", "web", "-p", port]);
      const at = await running.port();
      await running.says(/gave up root/);
      expect(threadsOf(running.pid)).toEqual(threads(uid, gid, [others.gid, gid]));
      expect(readlinkSync(`/proc/${running.pid}/root`)).toBe(jail);
      expect(readlinkSync(`/proc/${running.pid}/cwd`)).toBe(`${jail}/srv`);

      expect(await ask(at, "/make?of=made")).toBe("/srv");
      expect(modeOf(`${jail}/srv/made`)).toBe("640");
      expect(await ask(at, "/read?of=/etc/inside")).toBe("inside");
      expect(await ask(at, "/read?of=/etc/passwd")).toContain("ENOENT");
      expect(await ask(at, "/read?of=../../../../etc/passwd")).toContain("ENOENT");
      expect(await ask(at, "/fail")).toContain("asked to fail");

      // Whatever is kept of a start is kept by then, or never.
      await new Promise((wake) => setTimeout(wake, 1_500));
      expect(await running.stop()).toMatchObject({ status: 0 });
      expect(messagesIn(running.stderr).at(-1)).toBe("received SIGTERM, stopping");
      expect(readFileSync(project.path("x.pid"), "utf8")).toBe("");
      expect(readdirSync(jail).sort()).toEqual(["etc", "srv"]);
      expect(readdirSync(`${jail}/srv`)).toEqual(["made"]);
    });

    it("W-19: goes on with the log that it opened outside, and says why it can't open it again", async () => {
      const words = [
        "--daemon",
        "-u",
        account.name,
        "--chroot",
        "jail",
        "--pidfile",
        "x.pid",
        "--logfile",
        "x.log",
      ];
      expect(await project.appd([...words, "web", "-p", port], project.marked())).toMatchObject({
        status: 0,
      });
      const pid = Number(readFileSync(project.path("x.pid"), "utf8").split("\n")[0]);
      const lines = (): string[] => messagesIn(readFileSync(project.path("x.log.1"), "utf8"));
      renameSync(project.path("x.log"), project.path("x.log.1"));
      process.kill(pid, "SIGUSR2");
      await project.until("told", () => lines().some((line) => line.includes("SIGUSR2")));
      expect(await project.appd(["stop", "web"], project.marked())).toMatchObject({ status: 0 });
      await gone(pid);
      expect(lines()).toContainEqual(expect.stringMatching(/stopping$/));
      expect(existsSync(project.path("x.pid"))).toBe(false);
      expect(readdirSync(jail).sort()).toEqual(["etc", "srv"]);
    });

    it("W-19: keeps a log that is within it small, and opens it again there", async () => {
      const { name, uid, gid } = account;
      const log = `${jail}/log`;
      mkdirSync(log);
      chownSync(log, uid, gid);
      const where = ["--chroot", "jail", "--logfile", "jail/log/x.log", "--log-max-size", "1K"];
      const running = project.start(["-u", name, ...where, "--log-level", "debug", "web", "-p", port]);
      const read = (file: string): string =>
        existsSync(`${log}/${file}`) ? readFileSync(`${log}/${file}`, "utf8") : "";
      const until = (file: string, text: string): Promise<void> =>
        running.until(`said in ${file}: ${text}`, () => read(file).includes(text));
      await until("x.log", "gave up root");
      renameSync(`${log}/x.log`, `${log}/moved`);
      running.kill("SIGUSR2");
      await until("x.log", "SIGUSR2");
      expect(statSync(`${log}/x.log`)).toMatchObject({ uid, gid });
      for (let times = 0; times < 20; times += 1) running.kill("SIGUSR1");
      await running.until("rotated", () => {
        running.kill("SIGUSR1");
        return read("x.log.1") !== "";
      });
      expect(await running.stop()).toMatchObject({ status: 0 });
      expect(read("moved") + read("x.log.1")).not.toContain("may not");
      expect(messagesIn(read("x.log")).at(-1)).toMatch(/stopping|handles/);
    });

    it("gives up root where the user may not read what appd is made of", async () => {
      chmodSync(withKoffi.folder, 0o700);
      const running = project.start(["-u", account.name, "web", "-p", port]);
      const at = await running.port();
      await running.says(/gave up root/);
      expect(await ask(at, "/fail")).toContain("asked to fail");
      expect(await running.stop()).toMatchObject({ status: 0 });
      expect(messagesIn(running.stderr).at(-1)).toBe("received SIGTERM, stopping");
      chmodSync(withKoffi.folder, 0o755);
    });

    it("stays in the root folder, and warns of root, where nothing else is said", async () => {
      const running = project.start(["--chroot", "jail", "web", "-p", port]);
      await running.says(/runs as root, who can leave a new root again: add --uid to --chroot/);
      expect(readlinkSync(`/proc/${running.pid}/cwd`)).toBe(jail);
      expect((await running.stop()).status).toBe(0);
    });

    it("is refused with what to do instead", async () => {
      const refused = async (
        words: readonly string[],
        user?: number,
      ): Promise<[status: number | null, stderr: string]> => {
        const { status, stderr } = await project.appd([...words, "web"], user === undefined ? {} : { user });
        return [status, stderr];
      };
      expect(await refused(["--chroot", "jail"], account.uid)).toEqual([
        77,
        expect.stringMatching(/^appd: only root can use --chroot: .* bubblewrap .*\n$/),
      ]);
      expect(await refused(["--chroot", "nowhere"])).toEqual([
        66,
        `appd: --chroot ${project.path("nowhere")}: there is no such folder\n`,
      ]);
      expect(await refused(["--chroot", "package.json"])).toEqual([
        66,
        expect.stringContaining("it is no folder"),
      ]);
      expect(await refused(["--chroot", "jail", "--rundir", "nowhere"])).toEqual([
        66,
        expect.stringContaining("--rundir /nowhere: there is no such folder"),
      ]);
    });

    it("is refused without the library, with what does it from outside", async () => {
      project.remove();
      project = new DaemonProject(WEB);
      folderOf("jail");
      const { status, stderr } = await project.appd(["--chroot", "jail", "web"]);
      expect(status).toBe(78);
      expect(stderr).toMatch(
        /^appd: --chroot .*: npm install koffi; or let RootDirectory= .* bubblewrap .*\n$/,
      );
    });
  });
});
