import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTLS } from "node:tls";
import {
  Application,
  carryAddresses,
  EndpointError,
  HAProxyServerEndpoint,
  HTTPServer,
  IStreamServerEndpoint,
  serverFromString,
  TCPServer,
  TCPServerEndpoint,
  UNIXServerEndpoint,
  verifyObject,
  type ConnectionHandler,
  type HAProxyServerSettings,
  type TCPServerOptions,
} from "../../src/index";
import { FakeClock, LineLogger, settled } from "../service/harness";
import { Authority } from "./certificates";
import { binaryHeader, INET, INET6, LOCAL, UNIX } from "./proxy-headers";
import { temporaryFolder } from "../temporary-folder";

const LINE = "PROXY TCP4 192.0.2.1 198.51.100.9 56324 443\r\n";
const inner = new TCPServerEndpoint({ port: 0, interface: "127.0.0.1" });

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let endpoint: HAProxyServerEndpoint;
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

interface Serving extends HAProxyServerSettings {
  readonly options?: TCPServerOptions;
}

async function serve(handler: ConnectionHandler, { options, ...settings }: Serving = {}): Promise<void> {
  endpoint = new HAProxyServerEndpoint(inner, settings);
  server = new TCPServer(endpoint, handler, options);
  app.addService(server);
  await app.start();
}

function proxy(...words: readonly (string | Buffer)[]): Socket {
  const peer = connect((server.address as AddressInfo).port, "127.0.0.1");
  peers.push(peer.on("error", () => undefined));
  for (const word of words) peer.write(word);
  return peer;
}

async function answer(peer: Socket): Promise<string> {
  let text = "";
  try {
    for await (const chunk of peer) text += String(chunk);
  } catch {
    text += "(reset)";
  }
  return text;
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${String(condition)}`);
    await settled();
  }
}

/** Answers with who talks to whom, and with what the client said. */
function repeat(socket: Socket): void {
  const { remoteAddress, remotePort, remoteFamily, localAddress, localPort } = socket;
  socket.write(`${[remoteAddress, remotePort, remoteFamily, localAddress, localPort].join(" ")}|`);
  socket.pipe(socket);
}

describe("HAProxyServerEndpoint", () => {
  it("provides IStreamServerEndpoint", () => {
    endpoint = new HAProxyServerEndpoint(inner);
    expect(() => verifyObject(endpoint, IStreamServerEndpoint)).not.toThrow();
    expect(endpoint.description).toBe("port 0 on 127.0.0.1, behind a proxy");
  });

  it.each([
    ["1", LINE, "192.0.2.1 56324 IPv4 198.51.100.9 443|hello"],
    ["2", binaryHeader(INET), "192.0.2.1 56324 IPv4 198.51.100.9 443|hello"],
    ["2 with IPv6", binaryHeader(INET6), "2001:db8::1 56324 IPv6 ::1 443|hello"],
    ["2 with UNIX sockets", binaryHeader(UNIX), "  UNIX /run/proxy.sock |hello"],
  ])("EP-07: a connection has the addresses of the client, version %s", async (_, header, expected) => {
    await serve(repeat);
    const together = proxy(Buffer.concat([Buffer.from(header), Buffer.from("hello")]));
    expect(await answer(together.end())).toBe(expected);
    const apart = proxy();
    await once(apart, "connect");
    apart.setNoDelay(true);
    for (const byte of Buffer.from(header)) {
      apart.write(Buffer.from([byte]));
      await settled();
    }
    expect(await answer(apart.end("hello"))).toBe(expected);
  });

  it.each([binaryHeader(LOCAL), "PROXY UNKNOWN\r\n"])(
    "EP-07: it keeps its own where the proxy names none",
    async (header) => {
      await serve((socket) => socket.end(`${socket.remoteAddress ?? ""} ${socket.localPort ?? ""}`));
      const { port } = server.address as AddressInfo;
      expect(await answer(proxy(header))).toBe(`127.0.0.1 ${port}`);
    },
  );

  it("EP-07: a handler gets what stands behind the header however it reads", async () => {
    const readers: ConnectionHandler[] = [
      (socket) => socket.on("data", (data) => socket.end(data)),
      (socket) => socket.once("readable", () => socket.end(socket.read() as Buffer)),
      (socket) => socket.pipe(socket),
      async (socket) => {
        for await (const chunk of socket) socket.write(chunk as Buffer);
        socket.end();
      },
      async (socket) => {
        await settled();
        socket.on("data", (data) => socket.end(data));
      },
    ];
    let next = 0;
    await serve((socket) => readers[next++]?.(socket));
    while (next < readers.length) expect(await answer(proxy(`${LINE}hello`).end())).toBe("hello");
  });

  it("EP-07: all of a large request gets through that begins with the header", async () => {
    await serve((socket) => socket.pipe(socket));
    const text = "x".repeat(3_000_000);
    expect((await answer(proxy(LINE + text).end())).length).toBe(text.length);
  });

  it("EP-07: a peer that hangs up right behind the header is seen to", async () => {
    const ended: string[] = [];
    await serve((socket) => {
      socket.on("end", () => ended.push("end")).resume();
    });
    proxy(LINE).end();
    await until(() => ended.length === 1);
  });

  it("EP-07: an HTTP server sees the client, also when the request comes along with the header", async () => {
    endpoint = new HAProxyServerEndpoint(inner);
    const web = new HTTPServer(endpoint, (request, response) => {
      response.end(`${request.method ?? ""} ${request.socket.remoteAddress ?? ""}`);
    });
    app.addService(web);
    await app.start();
    const peer = connect((web.address as AddressInfo).port, "127.0.0.1");
    peers.push(peer);
    peer.write(`${LINE}GET / HTTP/1.1\r\nhost: x\r\n\r\n`);
    await once(peer, "data").then(([data]) => expect(String(data)).toContain("GET 192.0.2.1"));
    peer.write("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    expect(await answer(peer)).toContain("POST 192.0.2.1");
  });

  it("EP-07: on a UNIX socket everybody is trusted whom its file lets in", async () => {
    const path = join(temporaryFolder(), "x.sock");
    server = new TCPServer(
      new HAProxyServerEndpoint(new UNIXServerEndpoint({ address: path }), { trust: ["10.0.0.1"] }),
      repeat,
    );
    app.addService(server);
    await app.start();
    const peer = connect(path);
    peers.push(peer);
    expect(await answer(peer.end(`${LINE}hello`))).toBe("192.0.2.1 56324 IPv4 198.51.100.9 443|hello");
  });

  it("EP-07: in front of TLS the header comes first, and the secure connection has the client's addresses", async () => {
    const authority = new Authority();
    const { certificate, key } = authority.issue();
    const pem = join(temporaryFolder(), "server.pem");
    writeFileSync(pem, certificate + key, { mode: 0o600 });
    const where = `haproxy:ssl:0:interface=127.0.0.1:privateKey=${pem}`;
    server = new TCPServer(where, repeat);
    app.addService(server);
    await app.start();
    expect(server.endpoint.description).toBe("port 0 on 127.0.0.1, behind a proxy, with TLS");
    const raw = proxy(LINE);
    const peer = connectTLS({ socket: raw, servername: "localhost", ca: authority.certificate });
    await once(peer, "secureConnect");
    expect(await answer(peer.end("hello"))).toBe("192.0.2.1 56324 IPv4 198.51.100.9 443|hello");
    authority.remove();
  });

  it.each([
    ["haproxy:tcp:0:interface=127.0.0.1", "127.0.0.0/8,::1"],
    ["haproxy:trust=10.0.0.0/8,::1:tcp:0:interface=127.0.0.1", "10.0.0.0/8,::1"],
    ["haproxy:trust=*:tcp:0:interface=127.0.0.1", "*"],
  ])("EP-07: is written %s", (text, trust) => {
    const read = serverFromString(text);
    if (!(read instanceof HAProxyServerEndpoint)) throw new Error("something else was read");
    expect(read.trust).toBe(trust);
    expect(read.description).toBe("port 0 on 127.0.0.1, behind a proxy");
  });

  it("carries the addresses to the socket of a layer above, and nothing where there is none", async () => {
    const seen: unknown[] = [];
    await serve((socket) => {
      const above = { remoteAddress: "127.0.0.1" } as Socket;
      carryAddresses(socket, above);
      seen.push(above.remoteAddress, above.remotePort);
      socket.destroy();
    });
    await answer(proxy(LINE));
    await answer(proxy(binaryHeader(LOCAL)));
    expect(seen).toEqual(["192.0.2.1", 56_324, "127.0.0.1", undefined]);
  });
});

describe("HAProxyServerEndpoint: whom it believes", () => {
  const trusted = async (trust: HAProxyServerSettings["trust"]): Promise<boolean> => {
    await serve((socket) => socket.end("in"), { trust });
    const said = await answer(proxy(LINE));
    await app.stop();
    return said === "in";
  };

  it.each([
    [undefined, true],
    ["*", true],
    [["10.0.0.0/8", "127.0.0.1"], true],
    [["0.0.0.0/0"], true],
    [["::1", "10.0.0.0/8"], false],
    [[], false],
  ] as const)("EP-07: trust %j: %p", async (trust, expected) => {
    expect(await trusted(trust)).toBe(expected);
  });

  it("EP-07: counts whom it closes, and says once a minute that there are such", async () => {
    await serve((socket) => socket.end("in"), { trust: ["10.0.0.0/8"] });
    for (let round = 0; round < 3; round += 1) expect(await answer(proxy(LINE))).not.toBe("in");
    expect(endpoint.unbelieved).toEqual({ untrusted: 3, malformed: 0, late: 0 });
    expect(logger.grave).toEqual([
      "warn demo: closed a connection from 127.0.0.1: it is none of the proxies that are trusted (10.0.0.0/8)",
    ]);
    await clock.pass(60_000);
    await answer(proxy(LINE));
    expect(logger.grave).toHaveLength(2);
  });

  it.each(["10.0.0.0/33", "10.0.0", "10.0.0.0/8/8", "proxy.example.com", "", "fe80::1%eth0"])(
    "refuses to trust %j",
    (entry) => {
      expect(() => new HAProxyServerEndpoint(inner, { trust: [entry] })).toThrow(EndpointError);
    },
  );

  it("EP-07: closes what does not begin with a header, and hands nothing of it on", async () => {
    let handed = 0;
    await serve(() => (handed += 1));
    for (const bad of [
      "GET / HTTP/1.1\r\n\r\n",
      "PROXY TCP4 1.2.3.4 x\r\n",
      "\r\n\r\n\0\r\nQUIT\n0123456789",
    ])
      await answer(proxy(bad));
    expect(handed).toBe(0);
    expect(endpoint.unbelieved).toEqual({ untrusted: 0, malformed: 3, late: 0 });
    expect(logger.lines.slice(1)).toEqual([
      "warn demo: closed a connection from 127.0.0.1: it does not begin with a PROXY header",
      "debug demo: closed a connection from 127.0.0.1: the line of the PROXY header is wrong",
      "debug demo: closed a connection from 127.0.0.1: 0x30 is no version and command of a PROXY header",
    ]);
  });

  it("EP-07: closes those whose header does not come in time", async () => {
    let handed = 0;
    await serve(() => (handed += 1));
    const peer = proxy("PROXY TCP4");
    const said = answer(peer);
    await until(() => clock.pending > 0 && peer.bytesWritten === 10);
    await clock.pass(4_999);
    expect(endpoint.unbelieved.late).toBe(0);
    await clock.pass(1);
    await said;
    expect(endpoint.unbelieved.late).toBe(1);
    expect(handed).toBe(0);
  });

  it("EP-07: a peer that leaves before its header has come leaves nothing behind", async () => {
    await serve(() => undefined);
    const before = clock.pending;
    for (const leave of [(peer: Socket) => peer.end(), (peer: Socket) => peer.resetAndDestroy()]) {
      const peer = proxy("PROXY");
      await until(() => clock.pending > before);
      leave(peer);
      await until(() => clock.pending === before);
    }
    expect(endpoint.unbelieved).toEqual({ untrusted: 0, malformed: 0, late: 0 });
  });

  it("W-49: counts connections for the client's address, not for the proxy's", async () => {
    await serve((socket) => socket.write("in"), { options: { maxConnectionsPerAddress: 1 } });
    const [one, two] = [proxy(LINE), proxy(binaryHeader(INET6))];
    expect(
      await Promise.all([one, two].map((peer) => once(peer, "data").then((data) => String(data)))),
    ).toEqual(["in", "in"]);
    expect(await answer(proxy(LINE))).not.toContain("in");
    expect(server.shed.address).toBe(1);
    one.destroy();
    await settled();
    const again = proxy(LINE);
    expect(String(await once(again, "data"))).toBe("in");
  });

  it("stops while a header is awaited", async () => {
    await serve(() => undefined);
    const before = clock.pending;
    proxy("PROXY");
    await until(() => clock.pending > before);
    await app.stop();
    expect(clock.pending).toBe(0);
  });
});
