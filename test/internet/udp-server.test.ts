import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  Application,
  EndpointError,
  ListenError,
  MulticastError,
  MulticastServer,
  SendError,
  UDPServer,
  type DatagramHandler,
  type UDPServerOptions,
  type UDPWhere,
} from "../../src/index";
import { FakeClock, Gate, LineLogger, settled } from "../service/harness";

const LOCAL = "udp:0:interface=127.0.0.1";

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let server: UDPServer;
let peers: Socket[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  peers = [];
});

afterEach(async () => {
  for (const peer of peers) peer.close();
  const stop = app.stop();
  await clock.pass(10_000);
  await stop;
});

const echo: DatagramHandler = (datagram, from, service) => service.send(datagram, from);

async function serve(handler: DatagramHandler, options?: UDPServerOptions, where: UDPWhere = LOCAL) {
  server = new UDPServer(where, handler, options);
  server.setName("dns");
  app.addService(server);
  await app.start();
}

const portOf = ({ address }: UDPServer): number => address?.port ?? 0;
const port = (): number => portOf(server);

function peer(): Socket {
  const made = createSocket("udp4");
  peers.push(made);
  return made;
}

/** What the server answers. */
async function ask(text: string, to = port()): Promise<string> {
  const socket = peer();
  socket.send(text, to, "127.0.0.1");
  const [answer] = (await once(socket, "message")) as [Buffer, RemoteInfo];
  return String(answer);
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${String(condition)}`);
    await settled();
  }
}

describe("UDPServer", () => {
  it("IN-05: calls its handler with each datagram and whom it is from, and sends", async () => {
    await serve((datagram, from, service) => service.send(`${String(datagram)} from ${from.address}`, from));
    expect(await ask("hello")).toBe("hello from 127.0.0.1");
    expect(server.address).toMatchObject({ address: "127.0.0.1", family: "IPv4" });
    expect(logger.lines).toEqual([`info demo/dns: listening on 127.0.0.1:${port()} (UDP)`]);
  });

  it.each([0, "0", "udp:0", { port: 0 }, { port: 0, interface: "127.0.0.1" }])(
    "IN-05: takes %j",
    async (where) => {
      await serve(echo, {}, where);
      expect(await ask("hello")).toBe("hello");
    },
  );

  it("IN-05: receives by IPv6 as well where it is told to", async () => {
    await serve(echo, {}, "udp:0:interface=\\:\\:");
    expect(await ask("hello")).toBe("hello");
    const six = createSocket("udp6");
    peers.push(six);
    six.send("hello", port(), "::1");
    const [answer] = (await once(six, "message")) as [Buffer];
    expect(String(answer)).toBe("hello");
  });

  it.each([
    ["tcp:53", '"tcp" is no kind of endpoint'],
    [":53", 'did you mean "udp:53"'],
    ["udp:70000", "port must be a whole number from 0 to 65535"],
    [-1, "a port must be a whole number"],
    [{} as UDPWhere, "where to receive datagrams must be"],
  ])("refuses %j when it is made", (where, message) => {
    expect(() => new UDPServer(where, echo)).toThrow(EndpointError);
    expect(() => new UDPServer(where, echo)).toThrow(message);
  });

  it("IN-05: binds in the privileged pass, and delivers from its start on what has come since", async () => {
    const seen: string[] = [];
    server = new UDPServer(LOCAL, (datagram) => seen.push(String(datagram)));
    await server.privilegedStartService();
    for (const text of ["one", "two"]) peer().send(text, port(), "127.0.0.1");
    for (let turn = 0; turn < 20; turn += 1) await settled();
    expect(seen).toEqual([]);
    await server.startService();
    expect(seen.sort()).toEqual(["one", "two"]);
    await server.stopService();
    expect(server.address).toBeUndefined();
  });

  it("IN-05: keeps no more than some of what comes before it starts", async () => {
    let seen = 0;
    server = new UDPServer(LOCAL, () => (seen += 1));
    await server.privilegedStartService();
    const sender = peer();
    for (let sent = 0; sent < 1_100; sent += 1) {
      sender.send("x", port(), "127.0.0.1");
      // The system's own buffer is smaller than ours.
      if (sent % 50 === 0) await settled();
    }
    await until(() => server.dropped.early > 0);
    await server.startService();
    expect(seen).toBe(1_000);
    await server.stopService();
  });

  it("W-04: fails to start where the port is in use, and says by whom", async () => {
    await serve(echo);
    const second = new Application("second", { clock });
    second.addService(new UDPServer(`udp:${port()}:interface=127.0.0.1`, echo));
    const start = second.start();
    await expect(start).rejects.toBeInstanceOf(ListenError);
    await expect(start).rejects.toThrow(
      `can't listen on UDP port ${port()} on 127.0.0.1: it is in use already, by another service of this very process; stop that, or choose another`,
    );
    expect(await second.finished).toMatchObject({ exitCode: 69 });
  });

  it("W-04: fails to start at standard input, and not at some other port", async () => {
    const server = new UDPServer("fd:0", () => undefined);
    app.addService(server);
    await expect(app.start()).rejects.toThrow(
      "can't listen on file descriptor 0: no UDP socket is open there",
    );
    expect(server.address).toBeUndefined();
  });

  it("W-04: fails to start where this machine has no such address", async () => {
    await expect(serve(echo, {}, "udp:0:interface=198.51.100.9")).rejects.toThrow(
      'can\'t listen on UDP port 0 on 198.51.100.9: this machine has no address "198.51.100.9"',
    );
  });

  it.each([
    ["throws", () => fail(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops"))],
  ])("IN-05: a handler that %s costs the datagram, and a line once a second", async (_, handler) => {
    await serve((datagram, from, service) =>
      String(datagram) === "bad" ? handler() : service.send(datagram, from),
    );
    const bad = peer();
    for (let round = 0; round < 3; round += 1) bad.send("bad", port(), "127.0.0.1");
    expect(await ask("good")).toBe("good");
    expect(logger.grave).toHaveLength(1);
    expect(logger.grave[0]).toMatch(/^error demo\/dns: a datagram from 127\.0\.0\.1:\d+ failed: oops$/);
    expect(logger.lines.filter((line) => line.startsWith("debug"))).toHaveLength(2);
    await clock.pass(1_000);
    bad.send("bad", port(), "127.0.0.1");
    await ask("good");
    expect(logger.grave).toHaveLength(2);
  });

  it("IN-05: what can't be sent ends nothing, and is told to who waits for it", async () => {
    await serve((_, from, service) => service.send("hello", { ...from, port: 0 }));
    peer().send("x", port(), "127.0.0.1");
    await until(() =>
      logger.lines.some((line) => line.includes("can't send a datagram to 127.0.0.1, port 0")),
    );
    await expect(server.send("x".repeat(70_000), { address: "127.0.0.1", port: 9 })).rejects.toBeInstanceOf(
      SendError,
    );
    void server.send("x", { address: "127.0.0.1", port: -1 });
    await settled();
    expect(logger.grave).toEqual([]);
    await app.stop();
    await expect(server.send("x", { address: "127.0.0.1", port: 9 })).rejects.toThrow("does not run");
  });

  it("IN-05: drops what is longer than it wants, and counts it", async () => {
    await serve(echo, { maxPacketSize: 5 });
    peer().send("longer", port(), "127.0.0.1");
    expect(await ask("short")).toBe("short");
    expect(server.dropped).toEqual({ size: 1, pending: 0, early: 0 });
  });

  it("IN-05: drops what comes while its handler has its hands full, and counts it", async () => {
    const gate = new Gate();
    await serve(() => gate.passed, { maxPending: 2 });
    for (let round = 0; round < 5; round += 1) peer().send("x", port(), "127.0.0.1");
    await until(() => server.dropped.pending === 3);
    gate.open();
  });

  it("waits for its handler when it stops, which may still answer", async () => {
    const gate = new Gate();
    await serve(async (datagram, from, service) => {
      await gate.passed;
      await service.send(datagram, from);
    });
    const answered = ask("hello");
    await until(() => server.running);
    for (let turn = 0; turn < 20; turn += 1) await settled();
    const stop = app.stop();
    await settled();
    expect(app.state).toBe("stopping");
    gate.open();
    expect(await answered).toBe("hello");
    await stop;
    expect(clock.pending).toBe(0);
  });

  it("does not wait for it for ever", async () => {
    let called = false;
    await serve(() => {
      called = true;
      return new Gate().passed;
    });
    peer().send("x", port(), "127.0.0.1");
    await until(() => called);
    const stop = app.stop();
    await clock.pass(4_999);
    expect(app.state).toBe("stopping");
    await clock.pass(1);
    await stop;
    expect(server.address).toBeUndefined();
  });

  it("W-15: starts again after a stop", async () => {
    await serve(echo);
    await app.stop();
    await app.start();
    expect(await ask("hello")).toBe("hello");
  });
});

describe("MulticastServer", () => {
  const GROUP = "239.255.77.77";
  const AT = { address: GROUP, interface: "127.0.0.1" };

  it("IN-05: gets what is sent to its groups, as does every other member at the same port", async () => {
    const seen: string[] = [];
    const options = {
      listenMultiple: true,
      groups: [AT],
      outgoingInterface: "127.0.0.1",
      ttl: 1,
      loopback: true,
    };
    const one = new MulticastServer(0, (datagram) => seen.push(`one ${String(datagram)}`), options);
    app.addService(one);
    await app.start();
    const shared = portOf(one);
    const two = new MulticastServer(shared, (datagram) => seen.push(`two ${String(datagram)}`), options);
    app.addService(two);
    await two.startService();
    await one.send("hello", { address: GROUP, port: shared });
    await until(() => seen.length === 2);
    expect(seen.sort()).toEqual(["one hello", "two hello"]);
  });

  it("IN-05: joins and leaves while it runs, and only then", async () => {
    const member = new MulticastServer(0, () => undefined);
    expect(() => member.join(GROUP)).toThrow(`can't join the group ${GROUP}: it does not run`);
    app.addService(member);
    await app.start();
    member.join(AT);
    member.leave(AT);
    expect(() => member.leave(AT)).toThrow(MulticastError);
    expect(() => member.join("10.0.0.1")).toThrow("can't join the group 10.0.0.1");
  });

  it("W-04: fails to start where it can't join, and leaves no port open", async () => {
    const member = new MulticastServer(0, () => undefined, { groups: ["10.0.0.1"] });
    await expect(member.startService()).rejects.toBeInstanceOf(MulticastError);
    expect(member.address).toBeUndefined();
  });

  it("IN-05: does not share its port unless it is told to", async () => {
    const one = new MulticastServer(LOCAL, () => undefined);
    app.addService(one);
    await app.start();
    const two = new MulticastServer({ port: portOf(one), interface: "127.0.0.1" }, () => undefined);
    await expect(two.startService()).rejects.toBeInstanceOf(ListenError);
  });
});

function fail(error: unknown): never {
  throw error;
}
