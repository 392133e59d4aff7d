import { once, type EventEmitter } from "node:events";
import { get as getHttps } from "node:https";
import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { connect as connectTLS, type TLSSocket } from "node:tls";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import {
  Application,
  avatarOf,
  clientCertificate,
  guard,
  HTTPServer,
  nodeHandler,
  TLSServerEndpoint,
  type HTTPServerOptions,
  type Listener,
  type TLSServerSettings,
} from "../../src/index";
import { TCPServerEndpoint } from "../../src/endpoint/tcp-server-endpoint";
import { CertChecker } from "../../src/plugins/cert/cert-checker";
import { IVisitor, portalOf, Realm } from "../auth/guard-harness";
import { Authority } from "../endpoint/certificates";
import { FakeClock, Gate, LineLogger, settled } from "../service/harness";

const authority = new Authority();
const { certificate, key } = authority.issue();
afterAll(() => authority.remove());

let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let server: HTTPServer;
let sessions: ClientHttp2Session[];

beforeEach(() => {
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  sessions = [];
});

afterEach(async () => {
  for (const session of sessions) session.destroy();
  const stopped = app.stop();
  await clock.pass(5_000);
  await stopped;
});

type More = HTTPServerOptions & { readonly tls?: TLSServerSettings };

async function serve(listener: Listener, { tls, ...options }: More = {}): Promise<void> {
  const tcp = new TCPServerEndpoint({ port: 0, interface: "127.0.0.1" });
  server = new HTTPServer(
    new TLSServerEndpoint(tcp, { certificate, privateKey: key, ...tls }),
    listener,
    options,
  );
  server.setName("web");
  server.setServiceParent(app);
  await app.start();
}

const port = (): number => (server.address as AddressInfo).port;

async function dial(): Promise<ClientHttp2Session> {
  const session = connect(`https://localhost:${port()}`, { ca: authority.certificate });
  sessions.push(session.on("error", () => undefined));
  await once(session, "connect");
  return session;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly reset: number;
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly type?: string;
}

/** Asks, and reads the answer to its end, however that comes. */
async function ask(
  session: ClientHttp2Session,
  path = "/",
  { method = "GET", body, type = "text/plain" }: Asked = {},
): Promise<Answer> {
  const stream = session.request(
    { ":path": path, ":method": method, ...(body && { "content-type": type }) },
    { endStream: body === undefined },
  );
  let headers: IncomingHttpHeaders = {};
  let text = "";
  stream.on("error", () => undefined).on("response", (got) => (headers = got));
  stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  if (body !== undefined) stream.end(body);
  await new Promise((resolve) => stream.once("close", resolve));
  return { status: headers[":status"] as number | undefined, headers, text, reset: stream.rstCode };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

async function beginStop(): Promise<Promise<void>> {
  const stop = app.stop();
  await until(() => server.address === undefined);
  return stop;
}

describe("HTTPServer behind TLS", () => {
  it("serves HTTP/2 to who speaks it, and HTTP/1.1 to all others", async () => {
    await serve((request, response) => response.end(`${request.httpVersion} ${request.url ?? ""}`));
    expect((await ask(await dial(), "/dogs")).text).toBe("2.0 /dogs");
    const options = {
      port: port(),
      host: "localhost",
      path: "/cats",
      ca: authority.certificate,
      agent: false,
    };
    const text = await new Promise((resolve) =>
      getHttps(options, (response) => response.setEncoding("utf8").once("data", resolve)),
    );
    expect(text).toBe("1.1 /cats");
  });

  it("serves HTTP/1.1 alone when it is told to", async () => {
    await serve((_, response) => response.end(), { http2: false });
    const socket = connectTLS({
      port: port(),
      host: "localhost",
      ca: authority.certificate,
      ALPNProtocols: ["h2", "http/1.1"],
    });
    await once(socket, "secureConnect");
    expect(socket.alpnProtocol).toBe("http/1.1");
    socket.destroy();
  });

  it("reads bodies, and serves many streams of a connection at once", async () => {
    await serve(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      response.setHeader("x-length", text.length);
      response.end(text);
    });
    const session = await dial();
    const bodies = Array.from({ length: 50 }, (_, at) => String(at).repeat(1_000));
    const answers = await Promise.all(bodies.map((body) => ask(session, "/", { method: "POST", body })));
    expect(answers.map(({ text }) => text)).toEqual(bodies);
    expect(answers[10]?.headers["x-length"]).toBe("2000");
  });

  describe("by a listener of any kind", () => {
    const kinds: readonly (readonly [string, () => Listener])[] = [
      [
        "a handler as node:http takes",
        () => (request, response) =>
          void request.resume().on("end", () => response.end(`hi ${request.method ?? ""}`)),
      ],
      [
        "a fetch handler",
        () => async (request: Request) => new Response(`hi ${request.method} ${await request.text()}`.trim()),
      ],
      [
        "Hono",
        () =>
          new Hono().all("/", async (context) =>
            context.text(`hi ${context.req.method} ${await context.req.text()}`.trim()),
          ),
      ],
      [
        "Koa",
        () =>
          new Koa().use((context) => {
            context.body = `hi ${context.method}`;
          }),
      ],
      [
        "Fastify",
        () => {
          const app = fastify();
          app.addContentTypeParser("*", (_request, body, done) => {
            body.resume().on("end", () => done(null));
          });
          app.all("/", async (request) => `hi ${request.method}`);
          return app;
        },
      ],
    ];
    it.each(kinds)("%s", async (_, make) => {
      await serve(make());
      const session = await dial();
      expect(await ask(session)).toMatchObject({ status: 200, text: "hi GET" });
      expect(await ask(session, "/", { method: "POST", body: "x" })).toMatchObject({
        status: 200,
        text: expect.stringMatching(/^hi POST/) as string,
      });
      expect(logger.grave).toEqual([]);
    });
  });

  it("serves Express, which gives requests and responses other prototypes", async () => {
    const site = express();
    site.get("/json", ({ hostname, secure, httpVersion }, response) =>
      response.json({ hostname, secure, httpVersion }),
    );
    site.post("/body", express.json(), (request, response) => response.status(201).send(request.body));
    site.get("/file", (_, response) => response.sendFile(authority.path, { dotfiles: "allow" }));
    site.use(
      "/sub",
      express().get("/redirect", (request, response) => response.redirect(request.baseUrl)),
    );
    site.get("/throw", () => {
      throw new Error("oh no");
    });
    site.set("env", "test");
    await serve((request, response) => site(request, response));
    const session = await dial();
    expect((await ask(session, "/json")).text).toBe(
      '{"hostname":"localhost","secure":true,"httpVersion":"2.0"}',
    );
    const body = { method: "POST", body: '{"x":1}', type: "application/json" };
    expect(await ask(session, "/body", body)).toMatchObject({ status: 201, text: '{"x":1}' });
    expect((await ask(session, "/file")).text).toBe(authority.certificate);
    expect((await ask(session, "/sub/redirect")).headers.location).toBe("/sub");
    expect(await ask(session, "/throw")).toMatchObject({ status: 500 });
    expect(await ask(session, "/none")).toMatchObject({ status: 404 });
    expect(logger.grave).toEqual([]);
  });

  it("rule 22: knows clients by their certificates, behind a guard, in HTTP/2 and in HTTP/1.1", async () => {
    const checker = await CertChecker.open(authority.path, "cn");
    const site: Listener = (request, response) => response.end(avatarOf(request, IVisitor).name);
    await serve(guard(portalOf(new Realm(), checker), site, [clientCertificate()]), {
      tls: { clientCAs: authority.path, clientCertificate: "requested" },
    });
    const { certificate: cert, key } = authority.issue({ commonName: "alice" });
    const session = connect(`https://localhost:${port()}`, { ca: authority.certificate, cert, key });
    sessions.push(session);
    expect(await ask(session)).toMatchObject({ status: 200, text: "alice" });
    expect(await ask(await dial())).toMatchObject({ status: 401 });
    const options = { port: port(), host: "localhost", ca: authority.certificate, agent: false, cert, key };
    const text = await new Promise((resolve) =>
      getHttps(options, (response) => response.setEncoding("utf8").once("data", resolve)),
    );
    expect(text).toBe("alice");
  });

  describe("when a handler fails", () => {
    it("answers 500, and goes on with the other streams", async () => {
      const gate = new Gate();
      await serve(async (request, response) => {
        if (request.url?.startsWith("/throw")) throw new Error("oh no");
        await gate.passed;
        response.end("fine");
      });
      const session = await dial();
      const other = ask(session, "/other");
      expect(await ask(session, "/throw?secret")).toMatchObject({ status: 500, text: "" });
      gate.open();
      expect(await other).toMatchObject({ status: 200, text: "fine" });
      expect(logger.grave).toEqual(["error demo/web: GET /throw failed: oh no"]);
    });

    it("resets the stream when the answer has begun", async () => {
      await serve((_, response) => {
        response.write("half of it");
        throw new Error("oh no");
      });
      const session = await dial();
      expect((await ask(session)).reset).toBe(constants.NGHTTP2_INTERNAL_ERROR);
      expect(session.destroyed).toBe(false);
    });

    it("costs a listener of the request, the response or the stream its stream alone", async () => {
      await serve((request, response) => {
        const { stream } = request as unknown as { readonly stream: EventEmitter };
        const emitters: Record<string, EventEmitter> = {
          "/request": request,
          "/response": response,
          "/stream": stream,
        };
        const emitter = emitters[request.url ?? ""];
        emitter?.on("mine", () => {
          throw new Error("in a listener");
        });
        setImmediate(() => emitter?.emit("mine"));
      });
      const session = await dial();
      for (const path of ["/request", "/response", "/stream"])
        expect((await ask(session, path)).status).toBe(500);
      expect(logger.grave).toHaveLength(3);
    });

    it("ends what it still sends when its peer has hung up", async () => {
      let [open, closed] = [0, 0];
      await serve(
        nodeHandler((_, response) => {
          open++;
          response.once("close", () => closed++);
          // More than it takes before it reads.
          response.end("x".repeat(1_000_000));
        }),
      );
      const session = await dial();
      for (let count = 0; count < 5; count++) session.request().on("error", () => undefined);
      await until(() => open === 5);
      session.destroy();
      await until(() => closed === 5);
    });

    it("tells of a peer that has left at debug level", async () => {
      const endless = new Readable({ read: (size) => void endless.push("x".repeat(size)) });
      await serve((_, response) => pipeline(endless, response));
      const session = await dial();
      const stream = session.request().on("error", () => undefined);
      await once(stream, "response");
      stream.close(constants.NGHTTP2_CANCEL);
      await until(() => logger.lines.some((line) => line.includes("GET / failed")));
      expect(logger.grave).toEqual([]);
    });
  });

  describe("when it stops", () => {
    it("W-04: says GOAWAY, serves what still comes, finishes requests in flight, and closes", async () => {
      const gate = new Gate();
      await serve(async (request, response) => {
        if (request.url === "/slow") await gate.passed;
        response.end("done");
      });
      const busy = await dial();
      const idle = await dial();
      const slow = ask(busy, "/slow");
      await ask(busy, "/first");
      const told = once(busy, "goaway") as Promise<[number, number]>;
      const stop = beginStop();
      expect((await told).slice(0, 2)).toEqual([constants.NGHTTP2_NO_ERROR, 2 ** 31 - 1]);
      const closed = once(idle, "close");
      await clock.pass(1_500);
      await closed;
      gate.open();
      expect(await slow).toMatchObject({ status: 200, text: "done" });
      await clock.pass(1_000);
      await stop;
      expect(logger.grave).toEqual([]);
    });

    it("does not wait for ever for a peer to close its side", async () => {
      await serve((_, response) => response.end());
      const peer = await deaf();
      const stop = app.stop();
      await until(() => server.address === undefined);
      const ended = once(peer, "end");
      await clock.pass(1_500);
      await ended;
      await clock.pass(1_000);
      await stop;
      peer.destroy();
    });

    it("cuts off what has not come to its end at the deadline", async () => {
      const seen = new Gate();
      await serve(nodeHandler(() => seen.open()));
      const session = await dial();
      const endless = ask(session);
      await seen.passed;
      const deadline = new AbortController();
      const stop = server.stopService(deadline.signal);
      await clock.pass(1_500);
      expect(session.destroyed).toBe(false);
      deadline.abort();
      await stop;
      expect((await endless).status).toBeUndefined();
    });

    it("W-15: serves again after a start", async () => {
      await serve((_, response) => response.end("again"));
      await ask(await dial());
      const stop = app.stop();
      await clock.pass(2_500);
      await stop;
      await app.start();
      expect((await ask(await dial())).text).toBe("again");
    });
  });

  /** A peer that says hello in HTTP/2, and nothing any more. */
  async function deaf(): Promise<TLSSocket> {
    const options = { ca: authority.certificate, ALPNProtocols: ["h2"], allowHalfOpen: true };
    const peer = connectTLS({ port: port(), host: "localhost", ...options });
    (peer as Socket).on("error", () => undefined);
    await once(peer, "secureConnect");
    peer.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    peer.write(Buffer.from("000000040000000000", "hex"));
    peer.resume();
    await once(peer, "data");
    return peer;
  }

  describe("rule 23: limits", () => {
    it("closes a connection without a first request after 10 s, and an idle one after 60 s", async () => {
      await serve((_, response) => response.end());
      const peer = await deaf();
      const session = await dial();
      await ask(session);
      const ended = once(peer, "end");
      await clock.pass(10_000);
      await ended;
      const closed = once(session, "close");
      await clock.pass(45_000);
      expect(session.closed).toBe(false);
      await clock.pass(10_000);
      await closed;
      peer.destroy();
    });

    it("resets a stream whose request does not come to its end", async () => {
      const seen = new Gate();
      await serve(nodeHandler(() => seen.open()));
      const session = await dial();
      const stream = session.request({ ":method": "POST" }).on("error", () => undefined);
      await seen.passed;
      await clock.pass(55_000);
      expect(stream.closed).toBe(false);
      const closed = new Promise((resolve) => stream.once("close", resolve));
      await clock.pass(5_000);
      await closed;
      expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
    });

    it("allows 100 streams at once", async () => {
      await serve((_, response) => response.end());
      const session = await dial();
      await ask(session);
      expect(session.remoteSettings.maxConcurrentStreams).toBe(100);
    });

    it("CVE-2023-44487: closes the connection of a peer that resets its streams as fast as it can", async () => {
      let begun = 0;
      await serve(nodeHandler(() => (begun += 1)));
      const session = await dial();
      while (!session.destroyed && begun < 20_000) {
        for (let at = 0; at < 100; at++)
          session
            .request()
            .on("error", () => undefined)
            .close(constants.NGHTTP2_CANCEL);
        await settled();
      }
      expect(session.destroyed).toBe(true);
      expect(logger.grave).toEqual([]);
    });
  });
});
