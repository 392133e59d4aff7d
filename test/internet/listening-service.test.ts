import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectSecurely } from "node:tls";
import {
  Application,
  HTTPServer,
  Service,
  StreamServerEndpointService,
  TCPServer,
  TCPServerEndpoint,
  TLSServer,
  UNIXServer,
  type ConnectionListener,
  type IStreamServerEndpoint,
  type ListeningPort,
  type ListeningService,
  type TCPServerOptions,
  type TLSServerSettings,
} from "../../src/index";
import { Authority } from "../endpoint/certificates";
import { FakeClock, Gate, LineLogger, settled } from "../service/harness";
import { temporaryFolder } from "../temporary-folder";

const LOCAL = "tcp:0:interface=127.0.0.1";

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let server: ListeningService;
let peers: Peer[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  peers = [];
});

afterEach(async () => {
  for (const { socket } of peers) socket.destroy();
  const stop = app.stop();
  await clock.pass(10_000);
  await stop;
  await server.stopService();
});

/** TLS needs some certificate. */
function certified(): TLSServerSettings {
  const authority = new Authority();
  try {
    const { certificate, key } = authority.issue();
    return { certificate, privateKey: key };
  } finally {
    authority.remove();
  }
}

const port = (): number => (server.address as AddressInfo).port;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

/** A connection, and what has come in on it. */
class Peer {
  text = "";
  closed = false;
  error: string | undefined;

  constructor(readonly socket: Socket) {
    peers.push(this);
    socket.on("error", ({ code }: NodeJS.ErrnoException) => (this.error = code));
    socket.on("close", () => (this.closed = true));
    socket.setEncoding("utf8").on("data", (chunk: string) => (this.text += chunk));
  }

  static async dial(where = port()): Promise<Peer> {
    const peer = new Peer(connect(where, "127.0.0.1"));
    await once(peer.socket, "connect");
    return peer;
  }

  receives(text: string): Promise<void> {
    return until(() => this.text.includes(text));
  }

  closes(): Promise<void> {
    return until(() => this.closed);
  }
}

function serve(handler: (socket: Socket) => unknown, options?: TCPServerOptions): Promise<void> {
  server = new TCPServer(LOCAL, handler, options);
  server.setName("echo");
  server.setServiceParent(app);
  return app.start();
}

describe("a server between the privileged pass and the start", () => {
  const echo = (socket: Socket): unknown => socket.pipe(socket);

  it("SV-21, IN-01: listens already, and hands over what came in once it is started, unread until then", async () => {
    const seen: Socket[] = [];
    server = new TCPServer(LOCAL, (socket) => {
      seen.push(socket);
      return echo(socket);
    });
    await server.privilegedStartService();
    const early = await Peer.dial();
    early.socket.write("early");
    await settled();
    expect(seen).toEqual([]);
    await server.startService();
    await early.receives("early");
    expect(seen[0]?.bytesRead).toBe(5);
    const late = await Peer.dial();
    late.socket.write("late");
    await late.receives("late");
  });

  it("IN-01: resets what came in if a service that comes later fails to start", async () => {
    server = new TCPServer(LOCAL, echo);
    let peer: Peer | undefined;
    class Fails extends Service {
      override async privilegedStartService(): Promise<void> {
        peer = await Peer.dial();
        peer.socket.write("early");
        await settled();
        throw new Error("no");
      }
    }
    app.addService(server);
    app.addService(new Fails());
    await expect(app.start()).rejects.toThrow("no");
    await peer?.closes();
    expect(peer).toMatchObject({ error: "ECONNRESET", text: "" });
    expect(server.address).toBeUndefined();
  });

  it("lets no more wait than may be connected at once", async () => {
    server = new TCPServer(LOCAL, echo, { maxConnections: 1 });
    await server.privilegedStartService();
    const [first, second] = [await Peer.dial(), await Peer.dial()];
    await second.closes();
    expect(server.shed).toEqual({ connections: 1, address: 0, descriptors: 0 });
    await server.startService();
    first.socket.write("first");
    await first.receives("first");
  });

  it("answers requests over HTTP that came in", async () => {
    server = new HTTPServer(LOCAL, (_, response) => response.end("hello"));
    await server.privilegedStartService();
    const peer = await Peer.dial();
    peer.socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await settled();
    await server.startService();
    await peer.receives("hello");
    await peer.closes();
  });

  it("serves although a subclass has a start of its own, and forgets the one of its base", async () => {
    class Forgets extends TCPServer {
      override startService(): void {
        // Something else.
      }
    }
    server = new Forgets(LOCAL, (socket) => socket.end("hello"));
    await server.startService();
    await (await Peer.dial()).receives("hello");
  });

  it("lets no handshake begin", async () => {
    server = new TLSServer(LOCAL, echo, certified());
    await server.privilegedStartService();
    const peer = await Peer.dial();
    peer.socket.write("this is no TLS");
    await settled();
    expect(peer.closed).toBe(false);
    await server.startService();
    await peer.closes();
  });
});

describe("a server's life", () => {
  const nothing = (): void => undefined;

  it("IN-01: binds when it is started, if there was no privileged pass; a second start does nothing", async () => {
    server = new TCPServer(LOCAL, nothing);
    await server.startService();
    const where = port();
    await server.startService();
    await server.privilegedStartService();
    expect(port()).toBe(where);
  });

  it("IN-01, W-15: starts again after a stop, and a stop before the start does nothing", async () => {
    server = new StreamServerEndpointService(new TCPServerEndpoint({ port: 0 }), (socket) =>
      socket.end("hello"),
    );
    await server.stopService();
    for (let round = 0; round < 3; round += 1) {
      await server.startService();
      const peer = await Peer.dial();
      await peer.receives("hello");
      peer.socket.destroy();
      await server.stopService();
      await server.stopService();
      expect(server.address).toBeUndefined();
    }
  });

  it("starts again at the same port at once", async () => {
    await serve((socket) => socket.write("hello"));
    const where = port();
    const peer = await Peer.dial();
    await peer.receives("hello");
    await app.stop();
    app = new Application("demo", { clock });
    server = new TCPServer(`tcp:${where}:interface=127.0.0.1`, (socket) => socket.end("again"));
    app.addService(server);
    await app.start();
    await (await Peer.dial()).receives("again");
  });

  it("W-04: fails to start where it can't bind, by a name as well, and leaves nothing behind", async () => {
    const taken = createServer().listen(0, "127.0.0.1").unref();
    await once(taken, "listening");
    server = new TCPServer(`tcp:${(taken.address() as AddressInfo).port}:interface=localhost`, nothing);
    app.addService(server);
    await expect(app.start()).rejects.toThrow(
      "it is in use already, by another service of this very process",
    );
    expect(await app.finished).toMatchObject({ exitCode: 69 });
    taken.close();
    await once(taken, "close");
    await server.startService();
    expect(server.address).toMatchObject({ address: "127.0.0.1" });
  });
});

/** An endpoint that listens when it is told to. */
class SlowEndpoint implements IStreamServerEndpoint {
  readonly description = "far away";
  readonly gate = new Gate();
  listener: ConnectionListener | undefined;
  stopped = 0;
  heedsSignal = false;

  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    this.listener = listener;
    const aborted = new Promise<never>((_, reject) => {
      if (this.heedsSignal)
        listener.signal.addEventListener("abort", () => reject(listener.signal.reason as Error));
    });
    await Promise.race([this.gate.passed, aborted]);
    return {
      address: undefined,
      stopListening: () => {
        this.stopped += 1;
        return Promise.resolve();
      },
    };
  }
}

describe("a server whose endpoint takes its time", () => {
  let endpoint: SlowEndpoint;

  beforeEach(() => {
    endpoint = new SlowEndpoint();
    server = new StreamServerEndpointService(endpoint, () => undefined);
  });

  it.each([true, false])(
    "IN-09: a stop calls a listen off that is pending, which heeds that: %p",
    async (heeds) => {
      endpoint.heedsSignal = heeds;
      const start = server.startService();
      await settled();
      const stop = server.stopService();
      await expect(start).rejects.toThrow("was told to stop before it had started");
      await stop;
      expect(endpoint.listener?.signal.aborted).toBe(true);
      endpoint.gate.open();
      await settled();
      expect(endpoint.stopped).toBe(heeds ? 0 : 1);
    },
  );

  it("IN-09: a start after that waits until what came too late is closed", async () => {
    const start = server.startService();
    await settled();
    const stop = server.stopService();
    await expect(start).rejects.toThrow();
    await stop;
    const again = server.startService();
    await settled();
    expect(endpoint.stopped).toBe(0);
    endpoint.gate.open();
    await again;
    expect([endpoint.stopped, server.state]).toEqual([1, "started"]);
  });

  it("is given up when the application's time for the start is over", async () => {
    app.addService(server);
    endpoint.heedsSignal = true;
    const start = app.start();
    const failed = expect(start).rejects.toThrow("has not started within 60 s");
    await clock.pass(60_000);
    await failed;
    expect(endpoint.listener?.signal.aborted).toBe(true);
  });

  it("says what it listens on where there is no address", async () => {
    endpoint.gate.open();
    app.addService(server);
    await app.start();
    expect(logger.lines).toEqual([expect.stringMatching(/listening on far away$/)]);
  });
});

describe("a server's limits", () => {
  const greet = (socket: Socket): unknown => socket.write("in");

  it("W-49: counts those it refuses, and says so once a second at the most", async () => {
    await serve(greet, { maxConnections: 2 });
    const inside = [await Peer.dial(), await Peer.dial()];
    for (const peer of inside) await peer.receives("in");
    const outside = await Promise.all([Peer.dial(), Peer.dial(), Peer.dial()]);
    for (const peer of outside) await peer.closes();
    await clock.pass(1_000);
    await (await Peer.dial()).closes();
    expect(server.shed).toEqual({ connections: 4, address: 0, descriptors: 0 });
    expect(logger.grave).toEqual([
      expect.stringMatching(
        /^warn demo\/echo: refused a connection from 127\.0\.0\.1:\d+: 2 are open, as many as may be/,
      ),
      expect.stringMatching(
        /^warn demo\/echo: refused 3 connections, the last from 127\.0\.0\.1:\d+: 2 are open/,
      ),
    ]);
    inside[0]?.socket.destroy();
    await until(() => server.shed.connections === 4 && peers.filter(({ closed }) => closed).length === 5);
    await settled();
    await (await Peer.dial()).receives("in");
  });

  it("W-49: keeps one address from taking it all", async () => {
    await serve(greet, { maxConnectionsPerAddress: 1 });
    await (await Peer.dial()).receives("in");
    await (await Peer.dial()).closes();
    expect(server.shed).toEqual({ connections: 0, address: 1, descriptors: 0 });
    expect(logger.grave[0]).toContain("1 from its address is open, as many as may be");
    const other = new Peer(connect({ port: port(), host: "127.0.0.1", localAddress: "127.0.0.2" }));
    await other.receives("in");
  });

  it("does not count a proxy on this machine as one address, unless it is told to", async () => {
    await serve(greet, { maxConnections: 4 });
    for (let i = 0; i < 4; i += 1) await (await Peer.dial()).receives("in");
    expect(server.shed.address).toBe(0);
  });

  it("closes connections that are idle, if it is told to", async () => {
    await serve(greet, { idleTimeout: 20 });
    const peer = await Peer.dial();
    await peer.closes();
    expect(peer.text).toBe("in");
  });

  it("W-49: over HTTP answers those it refuses with 503, and when to come again", async () => {
    server = new HTTPServer(LOCAL, (_, response) => response.end("hello"), { maxConnections: 1 });
    app.addService(server);
    await app.start();
    const inside = await Peer.dial();
    const outside = await Peer.dial();
    outside.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await outside.closes();
    expect(outside.text).toBe(
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    );
    expect([inside.closed, outside.error]).toEqual([false, undefined]);
  });

  it("sees those off in a second whom it has told so, and a flood of them at once", async () => {
    server = new HTTPServer(LOCAL, (_, response) => response.end("hello"), { maxConnections: 1 });
    app.addService(server);
    await app.start();
    const stubborn = (): Peer => new Peer(connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true }));
    await Peer.dial();
    const told = Array.from({ length: 8 }, stubborn);
    for (const peer of told) await peer.receives("503");
    const more = await Peer.dial();
    await more.closes();
    expect(more.text).toBe("");
    expect(told.some(({ closed }) => closed)).toBe(false);
    await clock.pass(1_000);
    for (const peer of told)
      await until(() => {
        peer.socket.write("is anyone there?");
        return peer.closed;
      });
  });

  it("counts what is in a handshake, and tells it nothing in clear", async () => {
    server = new TLSServer(LOCAL, greet, { ...certified(), maxConnections: 1 });
    await server.startService();
    const silent = await Peer.dial();
    const second = await Peer.dial();
    await second.closes();
    expect([silent.closed, second.text]).toEqual([false, ""]);
    await server.stopService();
    await silent.closes();
  });
});

describe("TCPServer", () => {
  const greet = (socket: Socket): unknown => socket.end("hello");

  it("IN-02, IN-10: listens where its text says, at one address alone", async () => {
    server = new TCPServer("tcp:0:interface=127.0.0.2:backlog=7", greet);
    expect(server.endpoint).toMatchObject({ interface: "127.0.0.2", backlog: 7 });
    await server.startService();
    expect(server.address).toMatchObject({ address: "127.0.0.2" });
    await new Peer(connect(port(), "127.0.0.2")).receives("hello");
    const elsewhere = new Peer(connect(port(), "127.0.0.1"));
    await elsewhere.closes();
    expect(elsewhere.error).toBe("ECONNREFUSED");
  });
});

describe("TLSServer", () => {
  const greet = (socket: Socket): unknown => socket.end("hello");

  async function told(): Promise<string> {
    const socket = connectSecurely({ port: port(), host: "127.0.0.1", rejectUnauthorized: false });
    const peer = new Peer(socket);
    await peer.closes();
    return peer.text;
  }

  it.each([
    ["a port", 0],
    ["an endpoint string", LOCAL],
    ["an endpoint", new TCPServerEndpoint({ port: 0, interface: "127.0.0.1" })],
  ])("IN-03: speaks TLS at %s", async (_, where) => {
    server = new TLSServer(where, greet, certified());
    await server.startService();
    expect(await told()).toBe("hello");
  });

  it("W-15: starts again after a stop; a second start does nothing", async () => {
    server = new TLSServer(LOCAL, greet, certified());
    for (let round = 0; round < 2; round += 1) {
      await server.startService();
      await server.startService();
      expect(await told()).toBe("hello");
      await server.stopService();
      expect(server.address).toBeUndefined();
    }
  });

  it("IN-03: hands over nobody who speaks no TLS", async () => {
    const handler = jest.fn();
    server = new TLSServer(LOCAL, handler, certified());
    await server.startService();
    const plain = await Peer.dial();
    plain.socket.write("GET / HTTP/1.1\r\n\r\n");
    await plain.closes();
    expect(handler).not.toHaveBeenCalled();
  });
});

describe("UNIXServer", () => {
  it("IN-04: serves on a path, with what the endpoint can be told", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "x.sock");
    server = new UNIXServer(path, (socket) => socket.end("hello"), { mode: 0o600, lock: false });
    expect(server.endpoint).toMatchObject({ address: path, mode: 0o600, lock: false });
    await server.startService();
    expect([server.address, readdirSync(folder)]).toEqual([path, ["x.sock"]]);
    await new Peer(connect(path)).receives("hello");
  });

  it.each<[string, object]>([
    ["unix:/run/x.sock:mode=600", { address: "/run/x.sock", mode: 0o600 }],
    ["UNIX:/run/x.sock", { address: "/run/x.sock" }],
    ["systemd:name=admin", { socketName: "admin" }],
    ["haproxy:unix:/run/x.sock", { inner: { address: "/run/x.sock" } }],
    ["x.sock", { address: "x.sock" }],
    ["./a:b", { address: "./a:b" }],
  ])("knows an endpoint string from a path: %s", (where, endpoint) => {
    expect(new UNIXServer(where, () => undefined).endpoint).toMatchObject(endpoint);
  });

  it("W-15: starts again after a stop", async () => {
    const path = join(temporaryFolder(), "x.sock");
    server = new UNIXServer(path, (socket) => socket.end("hello"));
    for (let round = 0; round < 2; round += 1) {
      await server.startService();
      await new Peer(connect(path)).receives("hello");
      await server.stopService();
    }
  });
});

it.each([undefined, {}])("an endpoint that gives %j instead of a port is named", async (port) => {
  const endpoint = { description: "nowhere", listen: () => Promise.resolve(port) };
  server = new TCPServer(endpoint as unknown as IStreamServerEndpoint, () => undefined);
  server.setServiceParent(app);
  await expect(app.start()).rejects.toThrow(/listen\(\) of the endpoint "nowhere" gave .*stopListening$/);
});
