import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "../../../src/runner/control/control-client";
import { ControlServer, type ControlServerOptions } from "../../../src/runner/control/control-server";
import { LONGEST_REQUEST } from "../../../src/runner/control/protocol";
import { systemClock } from "../../../src/service/clock";
import { FakeClock } from "../fake-world";

const folder = mkdtempSync(join(tmpdir(), "appd-control-"));
afterAll(() => rmSync(folder, { recursive: true }));

const STATUS = {
  name: "web",
  pid: 4711,
  state: "started",
  since: "2026-01-01T00:00:00.000Z",
  uptime: 1,
  ports: [],
  rss: 1,
  protocol: 1,
} as const;
const heard: string[] = [];
const ANSWERS = {
  status: () => STATUS,
  stop: () => (heard.push("stop"), { state: "started", timeout: 100 } as const),
  launch: (): never => {
    throw new Error("it is not known");
  },
  reload: () => ({ done: "reloaded" }),
  reopen: () => ({ done: "reopened" }),
  logs: () => ({ file: null }),
  graph: () => ({ tree: null }),
};

let server: ControlServer;
const open = new Set<Socket>();
async function serve(options?: ControlServerOptions): Promise<string> {
  server = new ControlServer(ANSWERS, options);
  await server.listen(folder, "web.sock");
  return join(folder, "web.sock");
}
afterEach(() => {
  server.destroy();
  open.forEach((socket) => socket.destroy());
  open.clear();
  heard.length = 0;
});

/** A client that says what it likes, and what it has heard. */
class Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  text = "";
  #wake = (): void => undefined;

  constructor(path: string, { reads = true } = {}) {
    this.socket = connect(path).setEncoding("utf8");
    open.add(this.socket);
    this.socket.on("error", () => undefined);
    if (reads)
      this.socket.on("data", (text: string) => {
        this.text += text;
        this.#wake();
      });
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
  }
  say(text: string): this {
    this.socket.write(text);
    return this;
  }
  async lines(count: number): Promise<Record<string, unknown>[]> {
    while (this.text.split("\n").length <= count)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.text
      .split("\n")
      .slice(0, count)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

describe("the control socket", () => {
  it("W-33: is its owner's alone, whatever the umask, and gone when it is closed", async () => {
    const before = process.umask(0);
    const path = await serve().finally(() => process.umask(before));
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    server.close();
    expect(existsSync(path)).toBe(false);
  });

  it("answers one line with one line, in their order", async () => {
    const client = new Client(await serve());
    client.say('{"command":"status"}\n{"command":"logs"}\n{"command":').say('"reopen","more":1}\n');
    expect(await client.lines(3)).toEqual([
      { answer: STATUS },
      { answer: { file: null } },
      { answer: { done: "reopened" } },
    ]);
  });

  it.each([
    ["garbage", "\0\xff}{", "this is no JSON"],
    ["an empty line", "", "this is no JSON"],
    ["no object", "[1]", 'a request is an object with a "command"'],
    ["a deep one", "[".repeat(30_000) + "]".repeat(30_000), 'a request is an object with a "command"'],
    ["null", "null", 'a request is an object with a "command"'],
    ["a prototype", '{"__proto__":{"command":"stop"}}', 'a request is an object with a "command"'],
    ["a command of every object", '{"command":"__proto__"}', "there is no such command"],
    ["another", '{"command":"constructor"}', "there is no such command"],
    ["one that is unknown", '{"command":"halt"}', "there is no such command; there are status, stop, ended"],
    ["one that is no text", '{"command":["stop"]}', "there is no such command"],
  ])("rule 33: says what is wrong with %s, and goes on", async (_, line, message) => {
    const client = new Client(await serve()).say(`${line}\n{"command":"status"}\n`);
    expect(await client.lines(2)).toEqual([
      { error: { code: "APPD_CONTROL_REQUEST", message: expect.stringContaining(message) as string } },
      { answer: STATUS },
    ]);
    expect(heard).toEqual([]);
  });

  it("rule 19: hangs up on a line without an end", async () => {
    const client = new Client(await serve()).say("x".repeat(1_000_000));
    expect(await client.lines(1)).toEqual([
      {
        error: { code: "APPD_CONTROL_REQUEST", message: `a request may have ${LONGEST_REQUEST} bytes` },
      },
    ]);
    await client.closed;
  });

  it("says what kept it from answering", async () => {
    const client = new Client(await serve()).say('{"command":"launch"}\n');
    expect(await client.lines(1)).toEqual([
      { error: { code: "APPD_CONTROL_FAILED", message: "it is not known" } },
    ]);
  });

  it("hangs up on who takes his time to ask", async () => {
    const clock = new FakeClock();
    const client = new Client(await serve({ clock, idle: 1_000 })).say('{"command":"status"}\n');
    await client.lines(1);
    client.say('{"comm');
    await clock.pass(1_001);
    await client.closed;
  });

  it("answers nobody who does not read, and others meanwhile", async () => {
    const path = await serve();
    const greedy = new Client(path, { reads: false });
    const asked = '{"command":"status"}\n'.repeat(100_000);
    greedy.socket.write(asked);
    expect(await ask(path, "status", { clock: systemClock, patience: 5_000 })).toEqual({
      kind: "answer",
      answer: STATUS,
    });
    expect(greedy.socket.writableLength).toBeGreaterThan(0);
  });

  it("takes only so many clients", async () => {
    const path = await serve({ clients: 2 });
    const clients = [new Client(path), new Client(path)].map((client) => client.say('{"command":"logs"}\n'));
    await Promise.all(clients.map((client) => client.lines(1)));
    const third = new Client(path);
    expect(await third.lines(1)).toMatchObject([
      { error: { message: "too many clients ask at once; try again" } },
    ]);
    await third.closed;
    clients[0]?.socket.destroy();
    await clients[0]?.closed;
    const fourth = await ask(path, "logs", { clock: systemClock, patience: 5_000 });
    expect(fourth).toEqual({ kind: "answer", answer: { file: null } });
  });

  it("says with which status it ends to all who asked for that, in its last breath", async () => {
    const path = await serve();
    const clients = [new Client(path), new Client(path)];
    for (const client of clients) client.say('{"command":"status"}\n{"command":"ended"}\n');
    await Promise.all(clients.map((client) => client.lines(1)));
    server.end(3);
    for (const client of clients) expect((await client.lines(2))[1]).toEqual({ answer: { status: 3 } });
  });
});

describe("who asks", () => {
  it("hears that nobody listens", async () => {
    const path = await serve();
    server.close();
    expect(await ask(path, "status", { clock: systemClock, patience: 5_000 })).toEqual({ kind: "nobody" });
  });

  it("waits no longer than he has patience", async () => {
    const path = await serve();
    const clock = new FakeClock();
    const asked = ask(path, "ended", { clock, patience: 2_000 });
    await clock.pass(2_001);
    expect(await asked).toEqual({ kind: "silent" });
  });

  it("reaches a socket whose path is too long for one", async () => {
    server = new ControlServer(ANSWERS);
    const long = mkdtempSync(join(folder, "x".repeat(200)));
    await server.listen(long, "web.sock");
    const path = join(long, "web.sock");
    expect(await ask(path, "logs", { clock: systemClock, patience: 5_000 })).toMatchObject({
      kind: "answer",
    });
  });
});
