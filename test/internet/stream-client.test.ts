import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTLSServer } from "node:tls";
import {
  Application,
  ConnectError,
  EndpointError,
  HostnameEndpoint,
  StartCancelled,
  TCPClient,
  TLSClient,
  UNIXClient,
  UNIXClientEndpoint,
  type ConnectionHandler,
  type StreamClientOptions,
} from "../../src/index";
import { Authority } from "../endpoint/certificates";
import { FakeClock, LineLogger, settled } from "../service/harness";
import { FakeEndpoint } from "./fake-endpoint";
import { temporaryFolder } from "../temporary-folder";

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let endpoint: FakeEndpoint;
let client: TCPClient;
let servers: Server[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  endpoint = new FakeEndpoint();
  servers = [];
});

afterEach(async () => {
  const stop = app.stop();
  await clock.pass(60_000);
  await stop;
  for (const server of servers) server.close();
});

function add(handler: ConnectionHandler = (socket) => socket.resume(), options?: StreamClientOptions): void {
  client = new TCPClient(endpoint, handler, options);
  client.setName("feed");
  app.addService(client);
}

async function listening(server: Server, where: string | number = 0): Promise<number> {
  servers.push(server);
  await once(
    typeof where === "string" ? server.listen(where) : server.listen(where, "127.0.0.1"),
    "listening",
  );
  const address = server.address();
  return typeof address === "string" ? 0 : (address?.port ?? 0);
}

const hello = (socket: Socket): void => void socket.on("error", () => undefined).end("hello");

/** What a client is told, and the service that it is told by. */
async function told(make: (handler: ConnectionHandler) => TCPClient): Promise<string> {
  const heard = new Promise<string>((resolve) => {
    app.addService(make((socket) => socket.once("data", (data) => resolve(String(data)))));
  });
  await app.start();
  return heard;
}

describe("TCPClient", () => {
  it("IN-06: connects when it starts, and has started once it is connected", async () => {
    const seen: Socket[] = [];
    add((socket) => seen.push(socket.resume()));
    const start = app.start();
    await settled();
    expect(client.state).toBe("starting");
    const socket = endpoint.last.connected();
    await start;
    expect(client.state).toBe("started");
    expect(seen).toEqual([socket]);
    expect(client.connection).toBe(socket);
    expect(logger.lines).toEqual(["info demo/feed: connected to the queue"]);
  });

  it("IN-06: fails to start where it can't connect", async () => {
    add();
    const start = app.start();
    await settled();
    endpoint.last.refused();
    await expect(start).rejects.toBeInstanceOf(ConnectError);
    expect(await app.finished).toMatchObject({ exitCode: 69 });
  });

  it("IN-06: where it needs no connection it starts without, and says so if none can be made", async () => {
    add(undefined, { required: false });
    await app.start();
    expect(client.state).toBe("started");
    endpoint.last.refused();
    await settled();
    expect(client.connection).toBeUndefined();
    expect(logger.grave).toEqual(["warn demo/feed: can't connect to the queue: refused"]);
    await app.stop();
    await app.start();
    const socket = endpoint.last.connected();
    await settled();
    expect(client.connection).toBe(socket);
    socket.hangUp();
  });

  it("IN-06: where it needs no connection an attempt is called off by the stop", async () => {
    add(undefined, { required: false });
    await app.start();
    await app.stop();
    expect(endpoint.last.signal?.aborted).toBe(true);
    expect(logger.grave).toEqual([]);
  });

  it("IN-06: does not connect again", async () => {
    add();
    const start = app.start();
    await settled();
    const socket = endpoint.last.connected();
    await start;
    socket.hangUp();
    await clock.pass(1e9);
    expect(endpoint.attempts).toHaveLength(1);
    expect(client).toMatchObject({ connection: undefined, state: "started" });
    expect(logger.lines.at(-1)).toBe("info demo/feed: the connection to the queue is lost");
  });

  it("IN-06: ends the connection when it stops, and waits until it has closed", async () => {
    add();
    const start = app.start();
    await settled();
    const socket = endpoint.last.connected();
    await start;
    const stop = app.stop();
    await settled();
    expect(socket.saidGoodbye).toBe(true);
    expect(app.state).toBe("stopping");
    socket.hangUp();
    await stop;
    expect(clock.pending).toBe(0);
    expect(logger.lines).toHaveLength(1);
  });

  it("IN-06: destroys what does not close in time", async () => {
    add();
    const start = app.start();
    await settled();
    const socket = endpoint.last.connected();
    await start;
    const stop = app.stop();
    await clock.pass(5_000);
    await stop;
    expect(socket.destroyed).toBe(true);
  });

  it("IN-06: calls the attempt off when it is stopped meanwhile", async () => {
    add();
    const start = app.start();
    await settled();
    await Promise.all([expect(start).rejects.toBeInstanceOf(StartCancelled), app.stop()]);
    expect(endpoint.last.signal?.aborted).toBe(true);
    expect(logger.grave).toEqual([]);
  });

  it("W-15: starts again after a stop", async () => {
    for (let round = 1; round <= 2; round += 1) {
      if (round === 1) add();
      const start = app.start();
      await settled();
      const socket = endpoint.last.connected();
      await start;
      const stop = app.stop();
      socket.hangUp();
      await stop;
      expect(endpoint.attempts).toHaveLength(round);
    }
  });

  it.each([
    ["throws", () => fail(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops"))],
    ["adds a listener that throws", (socket: Socket) => socket.on("data", () => fail(new Error("oops")))],
  ])("a handler that %s costs the connection and a line", async (_, handler) => {
    add(handler);
    const start = app.start();
    await settled();
    const socket = endpoint.last.connected();
    await start;
    socket.push("hello");
    await settled();
    expect(socket.destroyed).toBe(true);
    expect(logger.grave).toEqual(["error demo/feed: the connection to the queue failed: oops"]);
    expect(client.state).toBe("started");
  });

  it("takes a host and a port, an endpoint string, or an endpoint", async () => {
    const port = await listening(createServer(hello));
    const places = [
      { host: "127.0.0.1", port },
      `tcp:127.0.0.1:${port}`,
      new HostnameEndpoint({ host: "127.0.0.1", port }),
    ];
    for (const where of places) {
      app = new Application("demo", { clock, logger });
      expect(await told((handler) => new TCPClient(where, handler))).toBe("hello");
      await app.stop();
    }
  });

  it("refuses what is no place to connect to", () => {
    expect(() => new TCPClient("tcp:localhost", hello)).toThrow(EndpointError);
    expect(() => new TCPClient({ host: "localhost", port: 0 }, hello)).toThrow(EndpointError);
  });
});

describe("UNIXClient", () => {
  it("IN-06: takes a path, an endpoint string, settings, or an endpoint", async () => {
    const path = join(temporaryFolder(), "x.sock");
    await listening(createServer(hello), path);
    for (const where of [path, `unix:${path}`, { path }, new UNIXClientEndpoint({ path })]) {
      app = new Application("demo", { clock, logger });
      expect(await told((handler) => new UNIXClient(where, handler))).toBe("hello");
      await app.stop();
    }
  });

  it("knows a path that begins with neither a slash nor a dot", () => {
    expect(new UNIXClient("run/x.sock", hello).endpoint.description).toBe("the socket run/x.sock");
  });

  it("IN-06: fails to start where nobody listens", async () => {
    app.addService(new UNIXClient("/nowhere/x.sock", hello));
    await expect(app.start()).rejects.toThrow(
      "can't connect to the socket /nowhere/x.sock: there is no such socket; is the server running?",
    );
  });
});

describe("TLSClient", () => {
  let authority: Authority;
  let port: number;

  beforeEach(async () => {
    authority = new Authority();
    const { certificate: cert, key } = authority.issue();
    port = await listening(createTLSServer({ cert, key }, hello));
  });

  afterEach(() => authority.remove());

  it("IN-06: connects to a server whose certificate is good, and to no other", async () => {
    const trustRoots = authority.certificate;
    expect(await told((handler) => new TLSClient({ host: "localhost", port, trustRoots }, handler))).toBe(
      "hello",
    );
    await app.stop();
    app = new Application("demo", { clock, logger });
    app.addService(new TLSClient({ host: "localhost", port }, hello));
    await expect(app.start()).rejects.toBeInstanceOf(ConnectError);
  });

  it("IN-06: makes TLS of plain TCP, and refuses what has none", async () => {
    app.addService(new TLSClient(`tcp:localhost:${port}`, hello));
    await expect(app.start()).rejects.toThrow("certificate");
    expect(() => new TLSClient("unix:/run/x.sock", hello)).toThrow("the socket /run/x.sock has no TLS");
  });
});

function fail(error: unknown): never {
  throw error;
}
