import fc from "fast-check";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import {
  Application,
  ClientService,
  ConnectError,
  ConnectionCancelled,
  ConnectionLost,
  HostnameEndpoint,
  LineReceiver,
  type ClientServiceOptions,
} from "../../src/index";
import { FakeClock, Gate, LineLogger, settled } from "../service/harness";
import { FakeEndpoint, type FakeSocket } from "./fake-endpoint";

class Protocol {
  constructor(readonly socket: Socket) {}
}

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let endpoint: FakeEndpoint;
let client: ClientService<Protocol>;

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  endpoint = new FakeEndpoint();
});

afterEach(async () => {
  const stop = app.stop();
  await clock.pass(60_000);
  await stop;
});

type Options = ClientServiceOptions<Protocol>;
const PATIENT: Options = { retryPolicy: (failures) => failures * 1_000 };

async function start(options: Options = {}, make = (socket: Socket) => new Protocol(socket)): Promise<void> {
  client = new ClientService(endpoint, make, { ...PATIENT, ...options });
  client.setName("queue");
  client.setServiceParent(app);
  await app.start();
}

async function connected(options?: Options): Promise<FakeSocket> {
  await start(options);
  const socket = endpoint.last.connected();
  await settled();
  return socket;
}

/** What has become of a promise, as far as it is known now. */
function outcome<T>(promise: Promise<T>): { readonly value?: T; readonly error?: Error } {
  const seen: { value?: T; error?: Error } = {};
  promise.then(
    (value) => (seen.value = value),
    (error: unknown) => (seen.error = error as Error),
  );
  return seen;
}

describe("ClientService: life", () => {
  it("IN-11: connects when it starts, and does not wait for it", async () => {
    client = new ClientService(endpoint, (socket) => new Protocol(socket));
    expect(client.connectionState).toBe("init");
    client.setServiceParent(app);
    await app.start();
    expect(client.connectionState).toBe("connecting");
    endpoint.last.connected();
    await settled();
    expect(client.connectionState).toBe("connected");
  });

  it("IN-11: connects again when the connection is lost, and when an attempt fails", async () => {
    const socket = await connected();
    socket.hangUp();
    await settled();
    expect(client.connectionState).toBe("waiting");
    await clock.pass(1_000);
    expect(client.connectionState).toBe("connecting");
    endpoint.last.refused();
    await settled();
    expect(client.connectionState).toBe("waiting");
    await clock.pass(1_999);
    expect(endpoint.attempts).toHaveLength(2);
    await clock.pass(1);
    endpoint.last.connected();
    await settled();
    expect(client.connectionState).toBe("connected");
    expect(endpoint.attempts).toHaveLength(3);
  });

  it("IN-12: asks its policy with the number of failures in a row, and starts anew once connected", async () => {
    const asked: number[] = [];
    await start({ retryPolicy: (failures) => asked.push(failures) * 0 });
    for (let round = 0; round < 3; round += 1) {
      endpoint.last.refused();
      await clock.pass(0);
    }
    const socket = endpoint.last.connected();
    await settled();
    socket.hangUp();
    await clock.pass(0);
    endpoint.last.refused();
    await settled();
    expect(asked).toEqual([1, 2, 3, 1, 2]);
  });

  it("IN-12: says why, and when it tries again", async () => {
    await start();
    endpoint.last.refused();
    await clock.pass(1_000);
    endpoint.last.connected().hangUp();
    await settled();
    expect(logger.lines).toEqual([
      "warn demo/queue: can't connect to the queue: refused; scheduling retry 1 to connect in 1 seconds",
      "info demo/queue: connected to the queue",
      "info demo/queue: the connection to the queue is lost; scheduling retry 1 to connect in 1 seconds",
    ]);
  });

  it("IN-12: goes on by the default policy where its own fails, and stays down where that is told", async () => {
    const delays = [NaN, -1];
    await start({
      retryPolicy: () => {
        const delay = delays.shift();
        if (delay === undefined) throw new Error("no more delays");
        return delay;
      },
    });
    for (let round = 1; round <= 3; round += 1) {
      endpoint.last.refused();
      await clock.pass(10_000);
      expect(endpoint.attempts).toHaveLength(round + 1);
    }
    expect(logger.grave.filter((line) => line.startsWith("error"))).toEqual([
      "error demo/queue: the retry policy gave a delay of NaN; going by the default one",
      "error demo/queue: the retry policy gave a delay of -1; going by the default one",
      "error demo/queue: the retry policy failed: no more delays; going by the default one",
    ]);
  });

  it("IN-12: a policy may say that there is no other attempt", async () => {
    await start({ retryPolicy: () => Infinity });
    endpoint.last.refused();
    await clock.pass(1e9);
    expect(endpoint.attempts).toHaveLength(1);
    expect(logger.grave[0]).toContain("there will be no other attempt");
  });

  it("IN-15: a second start does nothing but warn", async () => {
    await connected();
    await client.startService();
    expect(endpoint.attempts).toHaveLength(1);
    expect(logger.grave).toEqual([
      'warn demo/queue: Duplicate ClientService.startService ClientService "demo/queue"',
    ]);
  });

  it("IN-15: whoever adds it to what runs may ask what came of its start", async () => {
    await app.start();
    client = new ClientService(endpoint, (socket) => new Protocol(socket));
    app.addService(client);
    await client.startService();
    expect(logger.grave).toEqual([]);
  });
});

describe("ClientService: whenConnected", () => {
  it("IN-13: gives the factory's product, at once if connected, else the next one", async () => {
    await start();
    const next = outcome(client.whenConnected());
    const socket = endpoint.last.connected();
    await settled();
    expect(next.value).toBeInstanceOf(Protocol);
    expect(next.value?.socket).toBe(socket.asSocket());
    expect(await client.whenConnected()).toBe(next.value);
    socket.hangUp();
    await settled();
    const after = outcome(client.whenConnected());
    await clock.pass(1_000);
    endpoint.last.connected();
    await settled();
    expect(after.value).toBeInstanceOf(Protocol);
    expect(after.value).not.toBe(next.value);
  });

  it("IN-13: may be asked before the start", async () => {
    client = new ClientService(endpoint, (socket) => new Protocol(socket));
    const early = outcome(client.whenConnected());
    app.addService(client);
    await app.start();
    endpoint.last.connected();
    await settled();
    expect(early.value).toBeInstanceOf(Protocol);
  });

  it("IN-13: gives up after so many failures from now on, with the last one's error", async () => {
    await start({ retryPolicy: () => 0 });
    endpoint.last.refused();
    await clock.pass(0);
    const [one, two, ever] = [1, 2, undefined].map((failures) => outcome(client.whenConnected(failures)));
    endpoint.last.refused();
    await clock.pass(0);
    expect(one?.error).toBeInstanceOf(ConnectError);
    expect(two?.error).toBeUndefined();
    endpoint.last.refused();
    await clock.pass(0);
    expect(two?.error?.message).toBe("can't connect to the queue: refused");
    for (let round = 0; round < 20; round += 1) {
      endpoint.last.refused();
      await clock.pass(0);
    }
    endpoint.last.connected();
    await settled();
    expect(ever?.value).toBeInstanceOf(Protocol);
  });

  it("IN-13: is cancelled when the service is stopped, and where it was", async () => {
    await start();
    const waiting = outcome(client.whenConnected());
    await client.stopService();
    await settled();
    expect(waiting.error).toBeInstanceOf(ConnectionCancelled);
    expect(waiting.error?.message).toBe('ClientService "demo/queue" is stopped, and connects no more');
    await expect(client.whenConnected()).rejects.toBeInstanceOf(ConnectionCancelled);
  });

  it("IN-13: is cancelled when the service is stopped before it ever started", async () => {
    client = new ClientService(endpoint, (socket) => new Protocol(socket));
    const waiting = outcome(client.whenConnected());
    await client.stopService();
    await settled();
    expect(waiting.error).toBeInstanceOf(ConnectionCancelled);
    await expect(client.whenConnected()).rejects.toBeInstanceOf(ConnectionCancelled);
    await client.startService();
    expect(client.connectionState).toBe("connecting");
  });

  it("IN-13: is cancelled while it disconnects", async () => {
    const socket = await connected();
    const stop = client.stopService();
    const asked = outcome(client.whenConnected());
    await settled();
    expect(asked.error).toBeUndefined();
    socket.hangUp();
    await stop;
    await settled();
    expect(asked.error).toBeInstanceOf(ConnectionCancelled);
  });
});

describe("ClientService: prepareConnection", () => {
  it("IN-14: comes before anyone gets the product, and its value is nobody's", async () => {
    const gate = new Gate();
    await start({ prepareConnection: () => gate.passed });
    endpoint.last.connected();
    const waiting = outcome(client.whenConnected());
    await settled();
    expect(client.connectionState).toBe("connecting");
    expect(waiting.value).toBeUndefined();
    gate.open();
    await settled();
    expect(waiting.value).toBeInstanceOf(Protocol);
  });

  it.each([
    ["throws", () => fail(new Error("wrong password"))],
    ["rejects", () => Promise.reject(new Error("wrong password"))],
  ])("IN-14: that it %s counts as a failure to connect", async (_, prepareConnection) => {
    await start({ prepareConnection });
    const waiting = outcome(client.whenConnected(1));
    const socket = endpoint.last.connected();
    await settled();
    expect(waiting.error?.message).toBe("wrong password");
    expect(socket.destroyed).toBe(true);
    expect(client.connectionState).toBe("waiting");
    expect(logger.grave).toEqual([
      "warn demo/queue: the connection to the queue failed: wrong password; scheduling retry 1 to connect in 1 seconds",
    ]);
  });

  it("IN-14: so does a factory that throws, and a peer that leaves before all is prepared", async () => {
    await start({ retryPolicy: () => 0, prepareConnection: () => new Gate().passed });
    const waiting = outcome(client.whenConnected(1));
    endpoint.last.connected().hangUp();
    await clock.pass(0);
    expect(waiting.error).toBeInstanceOf(ConnectionLost);
    expect(waiting.error?.message).toBe("the connection to the queue was closed before it was ready");
    await client.stopService();

    const broken = new ClientService(endpoint, () => fail(new Error("no protocol")), PATIENT);
    app.addService(broken);
    await settled();
    const asked = outcome(broken.whenConnected(1));
    endpoint.last.connected();
    await settled();
    expect(asked.error?.message).toBe("no protocol");
    expect(broken.connectionState).toBe("waiting");
  });

  it("IN-14: a factory may take its time", async () => {
    const slow = new ClientService(endpoint, async (socket) => {
      await settled();
      return new Protocol(socket);
    });
    app.addService(slow);
    await app.start();
    endpoint.last.connected();
    const protocol: Protocol = await slow.whenConnected();
    expect(protocol).toBeInstanceOf(Protocol);
  });
});

describe("ClientService: stop", () => {
  it("IN-16: hangs up, and waits until the connection is gone", async () => {
    const socket = await connected();
    const stop = client.stopService();
    await settled();
    expect(socket.saidGoodbye).toBe(true);
    expect(client.connectionState).toBe("disconnecting");
    expect(client.state).toBe("stopping");
    socket.hangUp();
    await stop;
    expect(client.connectionState).toBe("stopped");
    expect(clock.pending).toBe(0);
  });

  it("IN-16: destroys a connection that the peer does not end", async () => {
    const socket = await connected();
    const stop = client.stopService();
    await clock.pass(4_999);
    expect(socket.destroyed).toBe(false);
    await clock.pass(1);
    await stop;
    expect(socket.destroyed).toBe(true);
    expect(logger.grave).toEqual([]);
  });

  it("IN-16: destroys it at the deadline, if that comes first", async () => {
    await connected({ drain: 60_000 });
    await client.stopService(AbortSignal.abort());
    expect(client.connectionState).toBe("stopped");
  });

  it("IN-16: calls the attempt off, and what is being prepared", async () => {
    await start();
    await client.stopService();
    expect(endpoint.last.signal?.aborted).toBe(true);
    expect(client.connectionState).toBe("stopped");

    const unprepared = new ClientService(endpoint, (socket) => socket, {
      prepareConnection: () => new Gate().passed,
    });
    app.addService(unprepared);
    await settled();
    const socket = endpoint.last.connected();
    await settled();
    await unprepared.stopService();
    expect(socket.destroyed).toBe(true);
    expect(logger.grave).toEqual([]);
  });

  it("IN-16: a connection that comes too late is closed", async () => {
    await start();
    const attempt = endpoint.last;
    const stop = client.stopService();
    const late = attempt.connected();
    await stop;
    await settled();
    expect(late.destroyed || attempt.signal?.aborted).toBe(true);
    expect(client.connectionState).toBe("stopped");
  });

  it("IN-16: calls the next attempt off", async () => {
    await start();
    endpoint.last.refused();
    await settled();
    expect(clock.pending).toBe(1);
    await client.stopService();
    expect(clock.pending).toBe(0);
    await clock.pass(60_000);
    expect(endpoint.attempts).toHaveLength(1);
  });

  it("IN-16: is idempotent, and nothing to wait for before the start", async () => {
    client = new ClientService(endpoint, (socket) => new Protocol(socket));
    await client.stopService();
    await client.startService();
    await Promise.all([client.stopService(), client.stopService()]);
    expect(client.connectionState).toBe("stopped");
  });

  it("IN-16: started while it disconnects, it waits for the old connection to close, then connects", async () => {
    const socket = await connected();
    const stop = client.stopService();
    await settled();
    const again = client.startService();
    expect(client.connectionState).toBe("restarting");
    const waiting = outcome(client.whenConnected());
    await settled();
    expect(endpoint.attempts).toHaveLength(1);
    socket.hangUp();
    await Promise.all([stop, again]);
    expect(client.connectionState).toBe("connecting");
    expect(client.state).toBe("started");
    endpoint.last.connected();
    await settled();
    expect(waiting.value).toBeInstanceOf(Protocol);
    expect(endpoint.attempts).toHaveLength(2);
    expect(logger.grave).toEqual([]);
  });

  it("IN-16: stopped while it restarts, it does not connect", async () => {
    const socket = await connected();
    const stop = client.stopService();
    const again = outcome(Promise.resolve(client.startService()));
    const last = client.stopService();
    expect(client.connectionState).toBe("disconnecting");
    socket.hangUp();
    await Promise.all([stop, last]);
    await settled();
    expect(client.connectionState).toBe("stopped");
    expect(endpoint.attempts).toHaveLength(1);
    expect(again.error?.message).toContain("was told to stop");
  });

  it("IN-11: starts again after a stop, with no failures counted", async () => {
    await start();
    endpoint.last.refused();
    await settled();
    await app.stop();
    await app.start();
    endpoint.last.refused();
    await settled();
    expect(logger.grave.at(-1)).toContain("scheduling retry 1 ");
  });
});

describe("ClientService: peers and listeners", () => {
  it.each([
    ["throws", () => fail(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops"))],
  ])("a listener of its socket that %s costs the connection and a line", async (_, listener) => {
    const socket = await connected();
    socket.on("data", listener as () => void);
    socket.push("bad");
    await settled();
    expect(socket.destroyed).toBe(true);
    expect(client.connectionState).toBe("waiting");
    expect(logger.grave).toEqual(["error demo/queue: the connection to the queue failed: oops"]);
  });

  it("so does a protocol that tells that it failed", async () => {
    class Fussy extends LineReceiver {
      protected lineReceived(line: string): void {
        throw new Error(`don't like ${line}`);
      }
    }
    const server = createServer((socket) => socket.on("error", () => undefined).write("hello\r\n"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const there = new HostnameEndpoint({ host: "127.0.0.1", port });
    const fussy = new ClientService(there, (socket) => new Fussy(socket), { retryPolicy: () => Infinity });
    app.addService(fussy);
    await app.start();
    await (await fussy.whenConnected()).finished.catch(() => undefined);
    await settled();
    expect(logger.grave).toEqual([
      `error demo: the connection to 127.0.0.1, port ${port} failed: don't like hello`,
    ]);
    await once(server.close(), "close");
  });
});

describe("ClientService: whatever happens, in any order", () => {
  const happening = fc.constantFrom("start", "stop", "connected", "refused", "lost", "second", "ask", "turn");

  it("IN-11: has one connection at the most, and nothing at all once it is stopped", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 40 }), async (happenings) => {
        const time = new FakeClock();
        const place = new FakeEndpoint();
        const root = new Application("demo", { clock: time });
        const any = new ClientService(place, (socket) => new Protocol(socket), PATIENT);
        const sockets: FakeSocket[] = [];
        const asked: { value?: unknown; error?: Error }[] = [];
        const calls: unknown[] = [];
        root.addService(any);
        await root.start();
        const act: Record<string, () => unknown> = {
          start: () => calls.push(Promise.resolve(any.startService()).catch(() => undefined)),
          stop: () => calls.push(any.stopService()),
          connected: () => sockets.push(place.last.connected()),
          refused: () => place.last.refused(),
          lost: () => sockets.at(-1)?.hangUp(),
          second: () => time.pass(1_000),
          ask: () => asked.push(outcome(any.whenConnected(3))),
          turn: () => settled(),
        };
        for (const one of happenings) {
          await act[one]?.();
          const seen = sockets.filter((socket) => !socket.destroyed && socket.listenerCount("close") > 0);
          expect(seen.length).toBeLessThanOrEqual(1);
        }
        const stop = root.stop();
        await time.pass(60_000);
        await stop;
        await Promise.all(calls);
        await settled();
        expect(any.connectionState).toBe("stopped");
        expect(time.pending).toBe(0);
        expect(asked.filter(({ value, error }) => value === undefined && error === undefined)).toEqual([]);
        const heard = sockets.filter((socket) => socket.listenerCount("close") > 0 && !socket.destroyed);
        expect(heard).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("ClientService: a server that comes and goes", () => {
  const held = (): string[] =>
    process.getActiveResourcesInfo().filter((kind) => /^TCPSocket|Connect|Timeout|GetAddr/.test(kind));

  it("IN-11: after a hundred times it is connected, and has left no socket and no timer behind", async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    });
    const open = (port: number): Promise<unknown> => once(server.listen(port, "127.0.0.1"), "listening");
    await open(0);
    const { port } = server.address() as AddressInfo;
    await settled();
    const before = held();

    let made = 0;
    const there = new HostnameEndpoint({ host: "127.0.0.1", port });
    const comer = new ClientService(there, (socket) => [socket.resume(), (made += 1)], {
      retryPolicy: () => 1,
    });
    comer.setServiceParent((app = new Application("demo", { logger })));
    await app.start();
    for (let round = 1; round <= 100; round += 1) {
      await comer.whenConnected();
      // Reset, ended, and ended after some failures in between.
      const closed = once(server.close(), "close");
      for (const socket of sockets) {
        if (round % 3 === 0) socket.resetAndDestroy();
        else socket.end();
      }
      await closed;
      while (comer.connectionState === "connected") await settled();
      if (round % 2 === 0) await expect(comer.whenConnected(2)).rejects.toBeInstanceOf(ConnectError);
      await open(port);
    }
    await comer.whenConnected();
    expect(comer.connectionState).toBe("connected");
    expect(made).toBe(101);
    await app.stop();
    expect(comer.connectionState).toBe("stopped");
    await once(server.close(), "close");
    await settled();
    expect(held()).toEqual(before);
  });
});

function fail(error: unknown): never {
  throw error;
}
