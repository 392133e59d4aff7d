import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { WebSocket, type ClientOptions } from "ws";
import { Application, HTTPServer, type HTTPServerOptions, type WebSocketHandler } from "../../src/index";
import { isOwnOrigin } from "../../src/internet/origin";
import { FakeClock, LineLogger, settled } from "../service/harness";

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let server: HTTPServer;
let clients: WebSocket[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  const stopped = app.stop();
  await clock.pass(5_000);
  await stopped;
});

async function serve(webSocket: HTTPServerOptions["webSocket"], more: HTTPServerOptions = {}): Promise<void> {
  const options = { ...more, ...(webSocket && { webSocket }) };
  server = new HTTPServer("tcp:0:interface=127.0.0.1", (_, response) => response.end("plain"), options);
  server.setName("web");
  server.setServiceParent(app);
  await app.start();
}

const port = (): number => (server.address as AddressInfo).port;

function client(path = "/", options: ClientOptions = {}): WebSocket {
  const made = new WebSocket(`ws://127.0.0.1:${port()}${path}`, options);
  clients.push(made.on("error", () => undefined));
  return made;
}

async function dial(path?: string, options?: ClientOptions): Promise<WebSocket> {
  const made = client(path, options);
  await once(made, "open");
  return made;
}

/** The status with which a WebSocket is refused. */
async function refusal(path?: string, options?: ClientOptions): Promise<number | undefined> {
  const [, response] = (await once(client(path, options), "unexpected-response")) as [
    unknown,
    IncomingMessage,
  ];
  response.resume();
  return response.statusCode;
}

const closeCode = async (made: WebSocket): Promise<number> => ((await once(made, "close")) as [number])[0];

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

const echo: WebSocketHandler = (socket) =>
  socket.on("message", (data, isBinary) => {
    const bytes = data as Buffer;
    socket.send(isBinary ? bytes : bytes.toString());
  });

describe("HTTPServer with webSocket", () => {
  it("hands over WebSockets with their requests, and answers everything else as before", async () => {
    await serve((socket, request) => socket.send(`you asked for ${request.url ?? ""}`));
    const made = client("/dogs?x=1");
    const [data] = (await once(made, "message")) as [Buffer];
    expect(String(data)).toBe("you asked for /dogs?x=1");
    expect(await (await fetch(`http://127.0.0.1:${port()}/`)).text()).toBe("plain");
  });

  it("carries text and bytes", async () => {
    await serve(echo);
    const made = await dial();
    made.send("häh?");
    expect((await once(made, "message")).map(String)).toEqual(["häh?", "false"]);
    made.send(Buffer.from([0, 255]));
    expect(await once(made, "message")).toEqual([Buffer.from([0, 255]), true]);
  });

  it("takes a handler that says that it takes the type of ws", async () => {
    await serve((socket: WebSocket) => socket.ping("hello"));
    const [data] = (await once(client(), "ping")) as [Buffer];
    expect(String(data)).toBe("hello");
  });

  it("chooses a handler by the path, and knows no others", async () => {
    await serve({ "/chat": (socket) => socket.send("chat"), "/feed": (socket) => socket.send("feed") });
    expect((await once(client("/feed?since=1"), "message")).map(String)[0]).toBe("feed");
    expect(await refusal("/elsewhere")).toBe(404);
    expect(await refusal("/constructor")).toBe(404);
  });

  it("answers a request to upgrade to something else like any other", async () => {
    await serve(echo);
    const headers = { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "" };
    const [response] = (await once(get({ port: port(), host: "127.0.0.1", headers }), "response")) as [
      IncomingMessage,
    ];
    expect(response.statusCode).toBe(200);
    expect((await once(response.setEncoding("utf8"), "data"))[0]).toBe("plain");
  });

  it("leaves that to `upgrade` where there is one", async () => {
    await serve(echo, { upgrade: (_, socket) => socket.end("HTTP/1.1 101 Mine\r\n\r\nmine") });
    const peer = connect(port(), "127.0.0.1");
    peer.end("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: mine\r\n\r\n");
    expect(String((await once(peer, "data"))[0])).toMatch(/mine$/);
    await dial();
  });

  describe("when a handler fails", () => {
    it.each<[string, WebSocketHandler]>([
      [
        "by throwing",
        () => {
          throw new Error("oh no");
        },
      ],
      [
        "by rejecting",
        async () => {
          throw new Error("oh no");
        },
      ],
      [
        "in a listener",
        (socket) => {
          socket.on("message", () => {
            throw new Error("oh no");
          });
        },
      ],
      [
        "in a listener that is async",
        (socket) => {
          // eslint-disable-next-line @typescript-eslint/no-misused-promises -- as people write it
          socket.on("message", async (): Promise<never> => {
            throw new Error("oh no");
          });
        },
      ],
    ])("closes that WebSocket alone, with 1011: %s", async (_, failing) => {
      await serve({ "/fails": failing, "/": echo });
      const other = await dial();
      const made = client("/fails?secret");
      made.on("open", () => made.send("x"));
      expect(await closeCode(made)).toBe(1011);
      expect(logger.grave).toEqual(["error demo/web: WebSocket /fails failed: oh no"]);
      other.send("still here");
      expect((await once(other, "message")).map(String)[0]).toBe("still here");
    });
  });

  describe("when it stops", () => {
    it("closes WebSockets with 1001, and takes no more", async () => {
      await serve(echo);
      const made = await dial();
      const code = closeCode(made);
      const stop = app.stop();
      expect(await code).toBe(1001);
      await clock.pass(5_000);
      await stop;
      expect(logger.grave).toEqual([]);
    });

    it("drops those that do not answer, after `drain`", async () => {
      await serve(echo, { drain: 2_000 });
      const made = await dial();
      made.pause();
      const stop = app.stop();
      await until(() => server.address === undefined);
      await clock.pass(2_000);
      await stop;
      made.resume();
      expect(await closeCode(made)).toBe(1001);
    });

    it("W-15: takes them again after a start", async () => {
      await serve(echo);
      await dial();
      const stop = app.stop();
      await clock.pass(5_000);
      await stop;
      await app.start();
      await dial();
    });
  });

  describe("limits", () => {
    it("closes a WebSocket whose message is larger than 1 MiB, with 1009", async () => {
      await serve(echo);
      const made = await dial();
      made.send(Buffer.alloc(1_048_577));
      expect(await closeCode(made)).toBe(1009);
      expect(logger.grave).toEqual([]);
    });

    it("drops who answers no ping for 30 s, and nobody else", async () => {
      await serve(echo);
      const deaf = await dial("/", { autoPong: false });
      const alive = await dial();
      const dropped = closeCode(deaf);
      for (let time = 0; time < 2; time++) {
        const pinged = once(alive, "ping");
        await clock.pass(30_000);
        await pinged;
        await settled();
      }
      await clock.pass(30_000);
      expect(await dropped).toBe(1006);
      expect(alive.readyState).toBe(WebSocket.OPEN);
    });

    it("leaves no timer behind", async () => {
      await serve(echo);
      const timers = clock.pending;
      const made = await dial();
      made.close();
      await closeCode(made);
      expect(clock.pending).toBe(timers);
    });
  });

  describe("origins", () => {
    it("refuses the pages of other sites, and says what to do", async () => {
      await serve(echo);
      expect(await refusal("/", { origin: "https://evil.example" })).toBe(403);
      expect(logger.grave).toEqual([
        `warn demo/web: refused a WebSocket: a page of https://evil.example asked for it, and this is 127.0.0.1:${port()}; ` +
          "if it may, name it in webSocketOptions.origins",
      ]);
      await dial("/", { origin: `http://127.0.0.1:${port()}` });
    });

    it("lets in those that are named", async () => {
      await serve(echo, { webSocketOptions: { origins: ["https://app.example"] } });
      await dial("/", { origin: "https://app.example" });
      expect(await refusal("/", { origin: "https://app.example.evil.example" })).toBe(403);
    });

    it.each([
      ["https://a.example", { host: "a.example" }, true],
      ["https://a.example", { host: "a.example:443" }, true],
      ["https://A.example:8443", { host: "a.example:8443" }, true],
      ["https://a.example:8443", { host: "a.example" }, false],
      ["https://a.example", { host: "127.0.0.1:8080", "x-forwarded-host": "a.example" }, true],
      ["null", { host: "a.example" }, false],
      ["https://b.example", {}, false],
    ])("knows a page of its own: %s, %j", (origin, headers, own) => {
      expect(isOwnOrigin({ origin, ...headers })).toBe(own);
    });
  });
});
