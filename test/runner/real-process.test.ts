import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder";

const SOURCE = ["esbuild-register", join(__dirname, "fixtures/program.ts")]
  .map((name) => `require(${JSON.stringify(require.resolve(name))});`)
  .join(" ");

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const children = new Set<ChildProcess>();
afterEach(() => children.forEach((child) => child.kill("SIGKILL")));

/** A program of fixtures/program.ts in a process of its own. */
class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";
  #wake = (): void => {};

  constructor(...words: string[]) {
    const environment = { ...process.env, npm_lifecycle_event: undefined, NODE_EXTRA_CA_CERTS: undefined };
    this.process = spawn(process.execPath, ["-e", SOURCE, "program", ...words], { env: environment });
    children.add(this.process);
    this.process.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    this.ended = new Promise((resolve) =>
      this.process.on("close", (status, signal) => {
        children.delete(this.process);
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr });
      }),
    );
  }

  async says(text: string): Promise<this> {
    while (!this.stderr.includes(text)) {
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), this.ended]);
      if (this.process.exitCode !== null && !this.stderr.includes(text)) throw new Error(this.stderr);
    }
    return this;
  }
  send(signal: NodeJS.Signals): this {
    this.process.kill(signal);
    return this;
  }
}

const opensPort = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

describe("a real process", () => {
  it("TL-12: ends with 0 after SIGTERM and dies by SIGINT after Ctrl-C", async () => {
    const [terminated, interrupted] = [new Child("serve"), new Child("serve")];
    (await terminated.says("started")).send("SIGTERM");
    (await interrupted.says("started")).send("SIGINT");
    expect(await terminated.ended).toMatchObject({ status: 0, signal: null });
    expect(await interrupted.ended).toMatchObject({ status: null, signal: "SIGINT" });
    expect(interrupted.stderr).toContain('"msg":"stopped"');
  });

  it("TL-10: ends with 1 at the second signal, of whichever kind", async () => {
    const child = await new Child("stubborn").says("started");
    await child.send("SIGTERM").says("received SIGTERM");
    child.send("SIGINT");
    expect(await child.ended).toMatchObject({ status: 1, signal: null });
  });

  it("W-20: ends with 0 when SIGTERM comes while the application is being made", async () => {
    const child = await new Child("waits").says("making");
    child.send("SIGTERM");
    expect(await child.ended).toMatchObject({ status: 0, signal: null });
  });

  it("outlives SIGHUP, and SIGUSR1 opens no inspector", async () => {
    const child = await new Child("serve").says("started");
    await child.send("SIGUSR1").says("received SIGUSR1");
    await child.send("SIGHUP").says("received SIGHUP");
    expect(await opensPort(9229)).toBe(false);
    child.send("SIGTERM");
    expect((await child.ended).status).toBe(0);
    expect(child.stderr).not.toContain("Debugger listening");
  });

  it("ends with 70 after an error that nothing caught, once it has stopped", async () => {
    const [throws, rejects] = [new Child("throws"), new Child("rejects")];
    for (const child of [throws, rejects]) {
      expect(await child.ended).toMatchObject({ status: 70, signal: null });
      expect(child.stderr).toContain('"msg":"stopped"');
    }
    expect(throws.stderr).toContain("an error was thrown and nothing caught it: thrown in a timer");
    expect(rejects.stderr).toContain("a promise was rejected and nothing caught it: left behind");
  });

  it("loses no line of its log when it ends, however slow its reader", async () => {
    const child = new Child("chatty");
    child.process.stderr?.pause();
    setTimeout(() => child.process.stderr?.resume(), 300);
    const { status, stderr } = await child.ended;
    expect(status).toBe(0);
    expect(stderr.match(/"msg":"line \d+"/g)).toHaveLength(20_000);
    expect(stderr).toContain('"msg":"stopped"');
  });

  it("says who ended it when the application calls process.exit", async () => {
    const { status, stderr } = await new Child("exits").ended;
    expect(status).toBe(3);
    expect(stderr).toContain("process.exit was called in the application, status 3");
  });

  it("is quiet when nobody reads what it prints", async () => {
    const child = new Child("prints");
    child.process.stdout?.destroy();
    expect(await child.ended).toMatchObject({ status: 0, stderr: "" });
  });

  it("serves on when nobody reads what its services print", async () => {
    const child = await new Child("prints while it serves").says("started");
    child.process.stdout?.destroy();
    await child.says("nobody reads any more");
    child.send("SIGTERM");
    expect(await child.ended).toMatchObject({ status: 0, signal: null });
  });

  it("goes on when nobody reads its log any more", async () => {
    const child = await new Child("serve").says("started");
    child.process.stderr?.destroy();
    child.send("SIGHUP").send("SIGTERM");
    expect(await child.ended).toMatchObject({ status: 0, signal: null });
  });

  it("appends its log to a file, and leaves standard error alone", async () => {
    const file = join(temporaryFolder(), "appd.log");
    const child = new Child("exits", file);
    expect(await child.ended).toMatchObject({ status: 3, stderr: "" });
    await new Child("exits", file).ended;
    expect(readFileSync(file, "utf8").match(/"msg":"started"/g)).toHaveLength(2);
  });

  it("ends with 73 and the reason when its log file can't be opened", async () => {
    const { status, stderr } = await new Child("serve", "/nowhere/appd.log").ended;
    expect(status).toBe(73);
    expect(stderr).toBe(
      'appd: can\'t write the log to "/nowhere/appd.log": its folder does not exist (ENOENT)\n',
    );
  });

  it("serves on with a full disk under its log", async () => {
    const child = new Child("serve", "/dev/full");
    child.process.stdout?.on("data", () => child.send("SIGTERM"));
    expect(await child.ended).toMatchObject({ status: 0, stderr: "" });
  });

  it("survives a plugin that calls process.exit or leaves a rejection behind while it is imported", async () => {
    const [exits, rejects] = [new Child("exit at import"), new Child("rejection at import")];
    expect((await exits.ended).stderr).toMatch(/^appd: it ends the process.*\n$/);
    expect((await rejects.ended).stderr).toMatch(/^appd: .*left at import.*\n$/);
    expect(exits.process.exitCode).toBe(70);
    expect(rejects.process.exitCode).toBe(70);
  });

  it("asks whether a pipe is a terminal without a trace: links are resolved after it as before", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file.js"), "");
    symlinkSync(join(folder, "file.js"), join(folder, "link.js"));
    const { stdout } = await new Child("resolves a link", "-", join(folder, "file"), join(folder, "link"))
      .ended;
    expect(stdout).toBe(`false ${join(folder, "file.js")}`);
  });
});
