import { once } from "node:events";
import { Agent, request as ask, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import {
  Application,
  fetchHandler,
  HTTPServer,
  ListenerError,
  nodeHandler,
  type HTTPServerOptions,
  type Listener,
  type NodeHandler,
} from "../../src/index";
import { FakeClock, Gate, LineLogger, settled } from "../service/harness";

const LOCAL = "tcp:0:interface=127.0.0.1";
const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let server: HTTPServer;
let peers: Socket[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  peers = [];
});

afterEach(async () => {
  for (const peer of peers) peer.destroy();
  const stop = app.stop();
  await clock.pass(1_500);
  await stop;
});

async function serve(listener: Listener, options?: HTTPServerOptions): Promise<void> {
  server = new HTTPServer(LOCAL, listener, options);
  server.setName("web");
  server.setServiceParent(app);
  await app.start();
}

const port = (): number => (server.address as AddressInfo).port;
const url = (path = "/"): string => `http://127.0.0.1:${port()}${path}`;

/** A raw connection, and what has come in on it. */
class Peer {
  text = "";
  closed = false;

  private constructor(readonly socket: Socket) {
    peers.push(socket);
    socket.on("error", () => undefined).on("close", () => (this.closed = true));
    socket.setEncoding("utf8").on("data", (chunk: string) => (this.text += chunk));
  }

  static async dial(): Promise<Peer> {
    const peer = new Peer(connect(port(), "127.0.0.1"));
    await once(peer.socket, "connect");
    return peer;
  }

  async receives(text: string): Promise<void> {
    await until(() => this.text.includes(text));
  }

  async closes(): Promise<void> {
    await until(() => this.closed);
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

/** Stops, and waits until the port is closed. */
async function beginStop(): Promise<Promise<void>> {
  const stop = app.stop();
  await until(() => server.address === undefined);
  return stop;
}

describe("HTTPServer", () => {
  it("serves, says where it listens, and stops", async () => {
    await serve((request, response) => response.end(`you asked for ${request.url ?? ""}`));
    expect(await (await fetch(url("/dogs"))).text()).toBe("you asked for /dogs");
    expect(logger.lines).toEqual([`info demo/web: listening on 127.0.0.1:${port()}`]);
  });

  it("serves a fetch handler, known by its one parameter", async () => {
    server = new HTTPServer(LOCAL, (request: Request) => new Response(new URL(request.url).pathname));
    server.setServiceParent(app);
    await app.start();
    expect(await (await fetch(url("/dogs"))).text()).toBe("/dogs");
  });

  it("serves a framework's app", async () => {
    await serve(new Hono().get("/dogs", (context) => context.text("woof")));
    expect(await (await fetch(url("/dogs"))).text()).toBe("woof");
  });

  it("refuses what is no listener when it is made", () => {
    expect(() => new HTTPServer(0, {} as Listener)).toThrow(ListenerError);
  });

  it("W-15: starts again after a stop", async () => {
    await serve((_, response) => response.end("hello"));
    const stop = app.stop();
    await clock.pass(1_500);
    await stop;
    await app.start();
    expect(await (await fetch(url())).text()).toBe("hello");
  });

  it("leaves a Fastify app closed when it has stopped", async () => {
    const closed = jest.fn();
    await serve(fastify().addHook("onClose", closed));
    await app.stop();
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it("passes Node's own options on", async () => {
    await serve((_, response) => response.end("hello"), { maxHeaderSize: 200 });
    expect((await fetch(url(`/?${"x".repeat(300)}`))).status).toBe(431);
  });
});

describe("HTTPServer: peers and handlers", () => {
  it.each([
    ["throws", () => fail(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops"))],
  ])("a handler that %s costs a 500, its connection and a line without the query", async (_, handler) => {
    await serve((request, response) => {
      response.setHeader("Content-Length", 1000);
      return request.url === "/" ? response.end() : handler();
    });
    const response = await fetch(url("/dogs?token=secret"));
    expect([response.status, response.headers.get("connection"), await response.text()]).toEqual([
      500,
      "close",
      "",
    ]);
    expect(logger.grave).toEqual(["error demo/web: GET /dogs failed: oops"]);
  });

  it.each([
    ["throws", () => fail(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops"))],
  ])("a listener of its request that %s costs a 500, its connection and a line", async (_, listener) => {
    const onEnd: () => unknown = listener;
    const plain: NodeHandler = (request) => void request.resume().on("end", onEnd);
    const app_ = express();
    app_.use((request: IncomingMessage) => void request.resume().on("end", onEnd));
    for (const each of [plain, app_ as NodeHandler]) {
      logger = new LineLogger();
      app = new Application("demo", { clock, logger });
      await serve(nodeHandler(each));
      const response = await fetch(url(), { method: "POST", body: "{" });
      expect([response.status, response.headers.get("connection")]).toEqual([500, "close"]);
      expect(logger.grave).toEqual(["error demo/web: POST / failed: oops"]);
      await app.stop();
    }
  });

  it("a listener of its response, or of its socket, that throws costs a line", async () => {
    await serve((request, response) => {
      if (request.url === "/socket") request.socket.once("close", () => fail(new Error("socket")));
      else response.on("finish", () => fail(new Error("response")));
      response.setHeader("Connection", "close").end("fine");
    });
    for (const path of ["/response", "/socket"]) expect(await (await fetch(url(path))).text()).toBe("fine");
    await until(() => logger.grave.length === 2);
    expect(logger.grave).toEqual([
      "error demo/web: GET /response failed: response",
      "error demo/web: GET /socket failed: socket",
    ]);
  });

  it.each([
    ["node", nodeHandler(async (request: IncomingMessage) => await new Response(request as never).text())],
    ["fetch", fetchHandler(async (request) => new Response(await request.text()))],
  ])("a peer that resets in the middle of its body is no error of a %s handler", async (_, listener) => {
    await serve(listener);
    const peer = await Peer.dial();
    peer.socket.write("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    await settled();
    peer.socket.resetAndDestroy();
    await until(() => logger.lines.some((line) => line.includes("POST /body failed")));
    expect(logger.grave).toEqual([]);
  });

  it("a handler that throws after the head was sent has its connection cut", async () => {
    const gate = new Gate();
    await serve(async (_, response) => {
      response.write("half");
      await gate.passed;
    });
    const peer = await Peer.dial();
    peer.socket.write(GET);
    await peer.receives("half");
    gate.fail(new Error("oops"));
    await peer.closes();
    expect(logger.grave).toEqual(["error demo/web: GET / failed: oops"]);
  });

  it("a handler that rejects after it has answered costs a line alone", async () => {
    await serve((_, response) => {
      response.end("fine");
      return Promise.reject(new Error("afterthought"));
    });
    expect(await (await fetch(url())).text()).toBe("fine");
    expect(logger.grave).toEqual(["error demo/web: GET / failed: afterthought"]);
  });

  it("a peer that resets its connection at any moment ends nothing but that", async () => {
    let handled = 0;
    await serve((request, response) => {
      handled += 1;
      request.resume();
      response.write("x".repeat(1_000_000));
    });
    (await Peer.dial()).socket.resetAndDestroy();
    for (const sent of ["GET / HT", GET, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"]) {
      const peer = await Peer.dial();
      peer.socket.write(sent);
      if (sent !== "GET / HT") await peer.receives("xxx");
      peer.socket.resetAndDestroy();
    }
    await until(() => handled === 2);
    await settled();
    expect(logger.grave).toEqual([]);
    const peer = await Peer.dial();
    peer.socket.write(GET);
    await peer.receives("200 OK");
  });

  it("a peer that leaves a stream of a fetch handler writes nothing anywhere", async () => {
    const console_ = [jest.spyOn(console, "info"), jest.spyOn(console, "error")];
    let cancelled = false;
    await serve(
      fetchHandler(
        () =>
          new Response(
            new ReadableStream({
              pull: (controller) => controller.enqueue(Buffer.from("x".repeat(100_000))),
              cancel: () => void (cancelled = true),
            }),
          ),
      ),
    );
    const peer = await Peer.dial();
    peer.socket.write(GET);
    await peer.receives("xxx");
    peer.socket.resetAndDestroy();
    await until(() => cancelled);
    await settled();
    for (const spy of console_) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});

describe("HTTPServer: a fetch handler whose body fails", () => {
  it.each([0, 2])("costs its connection and a line, after %d pieces", async (pieces) => {
    let sent = 0;
    const quiet = jest.spyOn(console, "error").mockReturnValue();
    const stream = (): ReadableStream =>
      new ReadableStream({
        async pull(controller) {
          await settled();
          if (sent++ === pieces) fail(new Error("oops"));
          controller.enqueue(Buffer.from("piece"));
        },
      });
    await serve(fetchHandler(() => new Response(stream())));
    const peer = await Peer.dial();
    peer.socket.write(GET);
    await peer.closes();
    expect(peer.text.match(/piece/g) ?? []).toHaveLength(pieces);
    expect(peer.text).not.toContain("oops");
    expect(logger.grave).toEqual(["error demo/web: GET / failed: oops"]);
    quiet.mockRestore();
  });
});

describe("HTTPServer: stop", () => {
  let gate: Gate;
  const waiting: Listener = async (request, response) => {
    if (request.url === "/slow") await gate.passed;
    response.end("done");
  };

  beforeEach(() => (gate = new Gate()));

  it("lets requests in flight finish, and answers them with Connection: close", async () => {
    await serve(waiting);
    const answer = fetch(url("/slow"));
    await settled();
    const stop = app.stop();
    await settled();
    await clock.pass(5_000);
    expect(app.state).toBe("stopping");
    gate.open();
    const response = await answer;
    expect([await response.text(), response.headers.get("connection")]).toEqual(["done", "close"]);
    await stop;
    expect(await app.finished).toEqual({ exitCode: 0 });
  });

  it("closes the port at once", async () => {
    await serve(waiting);
    const slow = fetch(url("/slow"));
    const where = port();
    await settled();
    const stop = beginStop();
    await settled();
    await expect(once(connect(where, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    gate.open();
    await Promise.all([slow, stop]);
  });

  it("answers once more on an idle connection, with Connection: close", async () => {
    await serve(waiting);
    const peer = await Peer.dial();
    peer.socket.write(GET);
    await peer.receives("keep-alive");
    const stop = app.stop();
    await settled();
    await clock.pass(1_499);
    peer.text = "";
    peer.socket.write(GET);
    await peer.closes();
    expect(peer.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n[^]*done/);
    await stop;
  });

  it("closes connections after 1.5 s that are idle, silent, or have sent half a head", async () => {
    await serve(waiting);
    const [idle, silent, half] = [await Peer.dial(), await Peer.dial(), await Peer.dial()];
    idle.socket.write(GET);
    half.socket.write("GET / HTTP/1.1\r\nHost");
    await idle.receives("done");
    const stop = app.stop();
    await settled();
    await clock.pass(1_499);
    expect([idle.closed, silent.closed, half.closed]).toEqual([false, false, false]);
    await clock.pass(1);
    await stop;
    await Promise.all([idle.closes(), silent.closes(), half.closes()]);
  });

  it("rule 23: still cuts off who takes too long for a head, while a request is in flight", async () => {
    await serve(waiting, { grace: 60_000, headersTimeout: 60, connectionsCheckingInterval: 20 });
    const [slow, half] = [await Peer.dial(), await Peer.dial()];
    slow.socket.write(GET.replace("/", "/slow"));
    half.socket.write("GET / HTTP/1.1\r\nHost");
    await settled();
    const stop = beginStop();
    await half.closes();
    expect(half.text).toMatch(/^HTTP\/1\.1 408 /);
    expect(slow.closed).toBe(false);
    gate.open();
    await Promise.all([slow.closes(), stop]);
  });

  it("closes a connection after its response, whose head was sent before the stop", async () => {
    await serve(async (_, response) => {
      response.write("half");
      await gate.passed;
      response.end("whole");
    });
    const peer = await Peer.dial();
    peer.socket.write(GET);
    await peer.receives("half");
    const stop = app.stop();
    await settled();
    await clock.pass(1_500);
    gate.open();
    await peer.closes();
    expect(peer.text).toContain("whole");
    await stop;
  });

  it("answers all the requests that were sent ahead", async () => {
    await serve(waiting);
    const peer = await Peer.dial();
    peer.socket.write(GET.replace("/", "/slow") + GET + GET);
    await settled();
    const stop = app.stop();
    await clock.pass(1_500);
    gate.open();
    await peer.closes();
    expect(peer.text.match(/200 OK/g)).toHaveLength(3);
    await stop;
  });

  it("destroys at the deadline what has not finished", async () => {
    await serve(waiting);
    const peer = await Peer.dial();
    peer.socket.write(GET.replace("/", "/slow"));
    await settled();
    const stop = app.stop();
    await clock.pass(30_000);
    await stop;
    await peer.closes();
    expect(logger.grave).toEqual(['warn demo/web: HTTPServer "demo/web" is still stopping after 30 s']);
    expect(await app.finished).toEqual({ exitCode: 0 });
  });

  it("loses no request of clients that keep their connections", async () => {
    await serve(async (_, response) => {
      await settled();
      response.end("done");
    });
    const clients = Array.from({ length: 16 }, () => askUntilClosed());
    await until(() => answered > 200);
    const stop = app.stop();
    await Promise.all(clients);
    await clock.pass(1_500);
    await stop;
  });
});

let answered = 0;

/** Asks again and again on one connection, until an answer says that it is the last. */
async function askUntilClosed(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let last = false; !last; answered += 1) {
    const [response] = (await once(ask({ port: port(), host: "127.0.0.1", agent }).end(), "response")) as [
      IncomingMessage,
    ];
    last = response.headers.connection === "close";
    let text = "";
    for await (const chunk of response) text += String(chunk);
    expect([response.statusCode, text]).toEqual([200, "done"]);
  }
  agent.destroy();
}

describe("HTTPServer: upgraded connections", () => {
  const UPGRADE = "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n";
  const upgrade: HTTPServerOptions["upgrade"] = (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching\r\n\r\n");
    socket.on("data", (chunk) => socket.write(chunk));
  };
  const plain: Listener = (_, response) => response.end("plain");

  async function upgraded(): Promise<Peer> {
    const peer = await Peer.dial();
    peer.socket.write(UPGRADE);
    await peer.receives("101");
    return peer;
  }

  it("are handed to whoever takes them; without one the request is answered", async () => {
    await serve(plain, { upgrade });
    const peer = await upgraded();
    peer.socket.write("hi");
    await peer.receives("hi");
    await app.stop();
    app = new Application("demo", { clock, logger });
    await serve(plain);
    const other = await Peer.dial();
    other.socket.write(UPGRADE);
    await other.receives("plain");
  });

  it("are ended at once when it stops, and destroyed after 5 s", async () => {
    await serve(plain, { upgrade });
    const polite = await upgraded();
    const stuck = connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true });
    peers.push(stuck);
    stuck.write(UPGRADE);
    await once(stuck, "data");
    const stop = app.stop();
    await polite.closes();
    await clock.pass(4_999);
    expect(app.state).toBe("stopping");
    await clock.pass(1);
    await stop;
  });

  it("may be reset at any moment", async () => {
    await serve(plain, { upgrade });
    (await upgraded()).socket.resetAndDestroy();
    await settled();
    expect((await fetch(url())).status).toBe(200);
    expect(logger.grave).toEqual([]);
  });

  it.each([
    ["throws", () => fail(new Error("no"))],
    ["rejects", () => Promise.reject(new Error("no"))],
  ])("cost themselves and a line when a listener of theirs %s", async (_, listener) => {
    await serve(plain, {
      upgrade: (_request, socket) => void socket.on("data", listener as () => void).write("101"),
    });
    const peer = await upgraded();
    peer.socket.write("hi");
    await peer.closes();
    expect(logger.grave).toEqual(["error demo/web: GET /chat failed: no"]);
  });

  it("cost themselves and a line when whoever takes them throws", async () => {
    await serve(plain, { upgrade: () => fail(new Error("no")) });
    const peer = await Peer.dial();
    peer.socket.write(UPGRADE);
    await peer.closes();
    expect(logger.grave).toEqual(["error demo/web: GET /chat failed: no"]);
  });
});

function fail(error: unknown): never {
  throw error;
}
