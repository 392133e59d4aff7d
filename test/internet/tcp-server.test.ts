import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import {
  Application,
  EndpointError,
  ListenError,
  NoPermissionError,
  TCPServer,
  UsageError,
  type ConnectionHandler,
  type TCPServerOptions,
} from "../../src/index";
import { listenError } from "../../src/endpoint/listen-error";
import { TCPServerEndpoint } from "../../src/endpoint/tcp-server-endpoint";
import type { IStreamServerEndpoint } from "../../src/endpoint/i-stream-server-endpoint";
import { type ConnectionListener } from "../../src/endpoint/i-stream-server-endpoint";
import { FakeClock, LineLogger, settled } from "../service/harness";
import { temporaryFolder } from "../temporary-folder";

const LOCAL = "tcp:0:interface=127.0.0.1";

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let server: TCPServer;
let peers: Socket[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  peers = [];
});

afterEach(async () => {
  for (const peer of peers) peer.destroy();
  await app.stop();
});

async function serve(handler: ConnectionHandler, options?: TCPServerOptions): Promise<void> {
  server = new TCPServer(LOCAL, handler, options);
  server.setName("echo");
  server.setServiceParent(app);
  await app.start();
}

const port = (): number => (server.address as AddressInfo).port;

async function dial(): Promise<Socket> {
  const peer = connect(port(), "127.0.0.1");
  peers.push(peer);
  peer.on("error", () => undefined);
  await once(peer, "connect");
  return peer;
}

async function readAll(peer: Socket): Promise<string> {
  let text = "";
  for await (const chunk of peer) text += String(chunk);
  return text;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

describe("TCPServer", () => {
  it("calls its handler with each connection, and says where it listens", async () => {
    await serve((socket) => socket.end("hello"));
    expect(await readAll(await dial())).toBe("hello");
    expect(server.address).toMatchObject({ address: "127.0.0.1", family: "IPv4" });
    expect(logger.lines).toEqual([`info demo/echo: listening on 127.0.0.1:${port()}`]);
  });

  it("listens in the privileged pass, before any service is started", async () => {
    server = new TCPServer(LOCAL, () => undefined);
    await server.privilegedStartService();
    expect(port()).toBeGreaterThan(0);
    await server.stopService();
    expect(server.address).toBeUndefined();
  });

  it("takes a bare port, and listens as Node does", async () => {
    server = new TCPServer(0, (socket) => socket.end("hello"));
    server.setServiceParent(app);
    await app.start();
    expect(await readAll(await dial())).toBe("hello");
  });

  it("listens on a UNIX socket", async () => {
    const path = join(temporaryFolder(), "x.sock");
    server = new TCPServer(`unix:${path}`, (socket) => socket.end("hello"));
    server.setServiceParent(app);
    await app.start();
    expect(server.address).toBe(path);
    expect(await readAll(connect(path))).toBe("hello");
  });

  it("W-15: starts again after a stop", async () => {
    await serve((socket) => socket.end("hello"));
    await app.stop();
    expect(server.address).toBeUndefined();
    await app.start();
    expect(await readAll(await dial())).toBe("hello");
  });

  it.each([70_000, -1, 1.5, NaN])("refuses the port %p when it is made", (given) => {
    expect(() => new TCPServer(given, () => undefined)).toThrow(EndpointError);
    expect(() => new TCPServer(given, () => undefined)).toThrow(
      `a port must be a whole number from 0 to 65535, got "${given}"`,
    );
    expect(new EndpointError("x")).toBeInstanceOf(UsageError);
  });

  it("W-04: says in a line that the port is in use and by whom, and ends with 69", async () => {
    await serve(() => undefined);
    const second = new Application("second", { clock });
    second.addService(new TCPServer(`tcp:${port()}:interface=127.0.0.1`, () => undefined));
    await expect(second.start()).rejects.toThrow(
      `can't listen on port ${port()} on 127.0.0.1: it is in use already, by another service of this very process; stop that, or choose another`,
    );
    expect(await second.finished).toMatchObject({ exitCode: 69 });
  });

  it("says in a line that this machine has no such address", async () => {
    const elsewhere = new TCPServer("tcp:0:interface=192.0.2.1", () => undefined);
    await expect(elsewhere.startService()).rejects.toThrow(
      'can\'t listen on port 0 on 192.0.2.1: this machine has no address "192.0.2.1"',
    );
    await expect(elsewhere.startService()).rejects.toBeInstanceOf(ListenError);
  });

  it("says in a line that the folder of the socket is not there", async () => {
    const elsewhere = new TCPServer("unix:/nowhere/x.sock", () => undefined);
    await expect(elsewhere.startService()).rejects.toThrow("can't listen on the socket /nowhere/x.sock");
  });

  it("says in a line that a low port takes privileges", async () => {
    const error = await listenError(
      Object.assign(new Error("denied"), { code: "EACCES" }),
      new TCPServerEndpoint({ port: 80 }),
    );
    expect(error).toBeInstanceOf(NoPermissionError);
    expect(error.message).toBe(
      "can't listen on port 80: ports below 1024 take privileges that this process has not; choose a higher one",
    );
  });

  it("SV-11: leaves no port open when a subclass fails after it was bound", async () => {
    class Picky extends TCPServer {
      override async privilegedStartService(): Promise<void> {
        await super.privilegedStartService();
        throw new Error(`don't like ${JSON.stringify(this.address)}`);
      }
    }
    server = new Picky(LOCAL, () => undefined);
    await expect(server.startService()).rejects.toThrow("don't like");
    expect(server.address).toBeUndefined();
  });
});

describe("TCPServer: peers and handlers", () => {
  it.each([
    ["throws", () => fail(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops"))],
    ["throws what is no Error", () => fail("oops")],
  ])("a handler that %s costs its own connection and a line", async (_, handler) => {
    let calls = 0;
    await serve((socket) => {
      calls += 1;
      return calls === 1 ? handler() : socket.end("hello");
    });
    expect(await readAll(await dial())).toBe("");
    expect(await readAll(await dial())).toBe("hello");
    expect(logger.grave).toHaveLength(1);
    expect(logger.grave[0]).toMatch(/^error demo\/echo: the connection from 127\.0\.0\.1:\d+ failed: oops$/);
  });

  it.each([
    ["throws", () => fail(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops"))],
  ])("a listener of its connection that %s costs its own connection and a line", async (_, listener) => {
    await serve((socket) => {
      const onData = (data: unknown): unknown => (String(data) === "bad" ? listener() : socket.end("hello"));
      socket.on("data", onData as () => void);
    });
    const bad = await dial();
    bad.write("bad");
    expect(await readAll(bad)).toBe("");
    const good = await dial();
    good.write("good");
    expect(await readAll(good)).toBe("hello");
    expect(logger.grave).toHaveLength(1);
    expect(logger.grave[0]).toMatch(/^error demo\/echo: the connection from 127\.0\.0\.1:\d+ failed: oops$/);
  });

  it("a peer that resets its connection at any moment ends nothing but that", async () => {
    const sockets: Socket[] = [];
    await serve((socket) => {
      sockets.push(socket);
      socket.write("x".repeat(1_000_000));
      socket.on("data", () => socket.write("y".repeat(1_000_000)));
    });
    const hasty = connect(port(), "127.0.0.1");
    hasty.on("error", () => undefined).resetAndDestroy();
    (await dial()).resetAndDestroy();
    const peer = await dial();
    await once(peer, "data");
    peer.write("more");
    peer.resetAndDestroy();
    await until(() => sockets.length >= 2 && sockets.every((socket) => socket.destroyed));
    expect(logger.grave).toEqual([]);
    expect((await dial()).destroyed).toBe(false);
  });

  it("a peer that resets while its handler reads is no error of the handler", async () => {
    let ended = false;
    await serve(async (socket) => {
      try {
        for await (const chunk of socket) expect(String(chunk)).toBe("one");
      } finally {
        ended = true;
      }
    });
    const peer = await dial();
    peer.write("one");
    await settled();
    peer.resetAndDestroy();
    await until(() => ended);
    await settled();
    expect(logger.grave).toEqual([]);
  });

  it("says once a second at the most that it can't accept", async () => {
    let listener: ConnectionListener | undefined;
    const endpoint: IStreamServerEndpoint = {
      description: "nowhere",
      listen(given) {
        listener = given;
        return Promise.resolve({ address: undefined, stopListening: () => Promise.resolve() });
      },
    };
    server = new TCPServer(endpoint, () => undefined);
    app.addService(server);
    await app.start();
    for (let i = 0; i < 3; i += 1) listener?.acceptFailed(new Error("EMFILE"));
    await clock.pass(1_000);
    listener?.acceptFailed(new Error("EMFILE"));
    expect(logger.grave).toEqual(Array(2).fill("warn demo: could not accept a connection: EMFILE"));
    expect(server.shed).toEqual({ connections: 0, address: 0, descriptors: 4 });
  });

  it("closes connections beyond its limit", async () => {
    await serve((socket) => socket.write("in"), { maxConnections: 1 });
    await once(await dial(), "data");
    expect(await readAll(await dial())).toBe("");
  });
});

describe("TCPServer: stop", () => {
  it("ends every connection at once, and waits until the last has closed", async () => {
    await serve((socket) => socket.write("hello"));
    const peer = await dial();
    await once(peer, "data");
    const ended = once(peer, "end");
    const stop = app.stop();
    await ended;
    await stop;
    expect(await app.finished).toEqual({ exitCode: 0 });
  });

  it("sends what was written before", async () => {
    await serve((socket) => socket.write("x".repeat(3_000_000)));
    const peer = await dial();
    const text = readAll(peer);
    await settled();
    await app.stop();
    expect((await text).length).toBe(3_000_000);
  });

  it("accepts no more", async () => {
    await serve((socket) => socket.pipe(socket));
    await dial();
    const where = port();
    void app.stop();
    await until(() => server.address === undefined);
    const late = connect(where, "127.0.0.1");
    await expect(once(late, "connect")).rejects.toThrow("ECONNREFUSED");
    for (const peer of peers) peer.destroy();
  });

  it("sees a peer off whose data nobody reads", async () => {
    let accepted: Socket | undefined;
    await serve((socket) => void (accepted = socket));
    (await dial()).write("unread");
    await until(() => accepted !== undefined && accepted.readableLength > 0);
    await app.stop();
    expect(app.state).toBe("stopped");
  });

  it("destroys all at once when there is no time at all", async () => {
    await serve((socket) => socket.resume());
    const peer = connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true });
    peers.push(peer.on("error", () => undefined).resume());
    await once(peer, "connect");
    await settled();
    await server.stopService(AbortSignal.abort());
    expect(server.address).toBeUndefined();
  });

  it("destroys after 5 s what has not closed", async () => {
    await serve((socket) => socket.resume());
    const peer = connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true });
    peers.push(peer.on("error", () => undefined).resume());
    await once(peer, "connect");
    await settled();
    const stop = app.stop();
    await clock.pass(4_999);
    expect(app.state).toBe("stopping");
    await clock.pass(1);
    await stop;
    expect(logger.grave).toEqual([]);
  });

  it("destroys at the deadline, if that comes first", async () => {
    await serve((socket) => socket.resume(), { drain: 60_000 });
    const peer = connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true });
    peers.push(peer.on("error", () => undefined).resume());
    await once(peer, "connect");
    await settled();
    const stop = app.stop();
    await clock.pass(30_000);
    await stop;
    expect(await app.finished).toEqual({ exitCode: 0 });
  });

  it("survives a reset while it stops, and a handler that goes on writing", async () => {
    let socket: Socket | undefined;
    await serve((accepted) => void (socket = accepted));
    const peer = await dial();
    await until(() => socket !== undefined);
    const stop = app.stop();
    await settled();
    socket?.write("too late");
    peer.resetAndDestroy();
    await stop;
    expect(logger.grave).toEqual([]);
  });
});

function fail(error: unknown): never {
  throw error;
}
