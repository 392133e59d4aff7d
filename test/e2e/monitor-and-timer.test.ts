/** Services that run other programs or call again and again, under the command: what is left when it ends. */
import { Project, type Running } from "./harness";

const MAKERS = `
import { MultiService, Option, ProcessMonitor, Service, ServiceMaker, TCPServer, TimerService, type IService } from "appd";

class Broken extends Service {
  override async startService(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    throw new Error("no database");
  }
}

@ServiceMaker("boss", "Runs what will not stop.")
export class Boss {
  @Option("Fail to start.") broken = false;
  @Option("Milliseconds to wait.") patience = 300;

  makeService(): IService {
    const monitor = new ProcessMonitor({ name: "monitor", killTime: this.patience });
    monitor.addProcess("stubborn", ["sh", "-c", "trap 'echo no' TERM; echo here $$; while :; do sleep 0.1; done"]);
    const all = new MultiService();
    all.addService(monitor);
    all.addService(this.broken ? new Broken() : new TCPServer(0, () => undefined));
    return all;
  }
}

@ServiceMaker("nightly", "Calls at night.")
export class Nightly {
  makeService(): IService {
    return new TimerService("0 3 * * *", () => undefined);
  }
}
`;

let project: Project;
beforeAll(() => (project = new Project({ "plugins/makers.ts": MAKERS })));
afterAll(() => project.remove());

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const childOf = async (running: Running): Promise<number> =>
  Number((await running.says(/\[stubborn\] here (\d+)/))[1]);

describe("a ProcessMonitor under the command", () => {
  it("RN-05, W-17: is stopped when its processes are gone, those too that ignore SIGTERM", async () => {
    const running = project.start(["boss"]);
    const pid = await childOf(running);
    await running.port();
    expect(isThere(pid)).toBe(true);
    const { status, stderr } = await running.stop();
    expect(isThere(pid)).toBe(false);
    expect(status).toBe(0);
    expect(stderr).toContain("[stubborn] no");
    expect(stderr).toMatch(/process \\?"stubborn\\?" is still there 0\.3 s after SIGTERM: SIGKILL/);
  });

  it("W-17: leaves nobody behind when it is told a second time to end, and does so at once", async () => {
    const running = project.start(["boss", "--patience", "60000"]);
    const pid = await childOf(running);
    await running.port();
    running.kill("SIGTERM");
    await running.says(/\[stubborn\] no/);
    const { status } = await running.stop("SIGINT");
    expect(status).toBe(1);
    // Whoever inherits it has to ask how it ended, until when its number stays.
    for (const end = Date.now() + 10_000; isThere(pid) && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isThere(pid)).toBe(false);
  });

  it("W-17: leaves nobody behind when the start fails", async () => {
    const running = project.start(["boss", "--broken"]);
    const pid = await childOf(running);
    const { status, stderr } = await running.ended;
    expect({ status, stderr }).toEqual({
      status: 70,
      stderr: expect.stringContaining("no database") as string,
    });
    expect(isThere(pid)).toBe(false);
  });
});

describe("a TimerService under the command", () => {
  it("IN-07: says what to install for a cron expression", async () => {
    expect(await project.appd(["nightly"])).toMatchObject({
      status: 78,
      stdout: "",
      stderr: expect.stringMatching(
        /^appd: .*the cron expression "0 3 \* \* \*" needs a library that is not here: npm install croner\n$/,
      ) as string,
    });
  });
});
