import { once } from "node:events";
import { connect as connectHttp2, constants, createServer as createHttp2 } from "node:http2";
import { connect, type AddressInfo } from "node:net";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import {
  AllowAnonymousAccess,
  avatarOf,
  basic,
  bearer,
  CheckerUnavailable,
  digest,
  fetchHandler,
  guard,
  HTTPServer,
  IBearerToken,
  Implements,
  ICredentialsChecker,
  IUsernamePassword,
  LoginBusy,
  LoginDenied,
  nodeHandler,
  sessionOf,
  TooManyAttempts,
  UnauthorizedLogin,
  type GuardOptions,
  type GuardScheme,
  type Listener,
  type LoginAttempt,
  Portal,
} from "../../src/index";
import { KeptLog } from "../cred/harness";
import { LineLogger } from "../service/harness";
import {
  alice,
  basicHeader,
  inNewProcess,
  IOther,
  IVisitor,
  portalOf,
  Realm,
  Servers,
  Slow,
  until,
} from "./guard-harness";

/** Knows one token; and throws what it is told to. */
@Implements(ICredentialsChecker)
class Tokens implements ICredentialsChecker {
  readonly credentialInterfaces = [IBearerToken];
  requestAvatarId({ token }: IBearerToken): string {
    if (token === "dG9rZW4") return "robot";
    throw new UnauthorizedLogin();
  }
}

@Implements(ICredentialsChecker)
class Throwing implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  constructor(private readonly error: Error) {}
  requestAvatarId(): never {
    throw this.error;
  }
}

describe("guard", () => {
  const servers = new Servers();
  afterEach(() => servers.close());

  interface Guarded extends GuardOptions {
    readonly portal?: Portal;
    readonly handler?: Listener;
    readonly schemes?: readonly GuardScheme[];
  }

  async function serve({
    portal = portalOf(),
    handler = hello,
    schemes = [basic()],
    ...options
  }: Guarded = {}) {
    const host = await servers.start(guard(portal, handler, schemes, { interfaces: [IVisitor], ...options }));
    return async (authorization?: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`http://${host}/who?x=1`, {
        ...init,
        headers: { ...(authorization !== undefined && { Authorization: authorization }) },
      });
  }

  const hello: Listener = (request, response) => response.end(`hello ${avatarOf(request, IVisitor).name}`);

  describe("of any kind of listener", () => {
    const hono = new Hono();
    hono.get("/who", (context) => context.text(`hello ${avatarOf(context.req, IVisitor).name}`));
    const koa = new Koa();
    koa.use((context) => (context.body = `hello ${avatarOf(context, IVisitor).name}`));
    const app = express();
    app.get("/who", (request, response) => void response.send(`hello ${avatarOf(request, IVisitor).name}`));
    const fast = fastify();
    fast.get("/who", (request) => `hello ${avatarOf(request, IVisitor).name}`);

    it.each<[string, Listener]>([
      ["a handler as node:http takes", hello],
      ["a fetch handler", (request: Request) => new Response(`hello ${avatarOf(request, IVisitor).name}`)],
      [
        "a marked fetch handler",
        fetchHandler((request) => new Response(`hello ${String(sessionOf(request).avatarId)}`)),
      ],
      [
        "a marked node handler",
        nodeHandler((...args) => args[1].end(`hello ${avatarOf(args[0], IVisitor).name}`)),
      ],
      ["an Express app", app],
      ["a Koa app", koa],
      ["a Fastify app", fast],
      ["a Hono app", hono],
    ])("gives the avatar to %s", async (_, handler) => {
      const ask = await serve({ handler });
      const welcome = await ask(basicHeader("alice", "s3cret"));
      expect(`${welcome.status} ${await welcome.text()}`).toBe("200 hello alice");
      expect((await ask()).status).toBe(401);
    });

    it("starts, serves and stops with an HTTPServer", async () => {
      const closed = jest.fn();
      const site = fastify().get("/", (request) => avatarOf(request, IVisitor).name);
      site.addHook("onClose", closed);
      const realm = new Realm();
      const server = new HTTPServer(
        "tcp:0:interface=127.0.0.1",
        guard(portalOf(realm), site, [basic()], { cache: 60 }),
      );
      await server.privilegedStartService();
      await server.startService();
      const { port } = server.address as { port: number };
      const headers = { Authorization: basicHeader("alice", "s3cret"), Connection: "close" };
      expect(await (await fetch(`http://127.0.0.1:${port}/`, { headers })).text()).toBe("alice");
      expect(realm.went).toEqual([]);
      await server.stopService();
      expect(closed).toHaveBeenCalledTimes(1);
      await until(() => realm.went.length === 1);
    });
  });

  describe("refuses", () => {
    it("whoever shows nothing, with the challenges in the order given", async () => {
      const schemes = [bearer({ realm: 'the "site"', scope: "read write" }), basic({ realm: "site" })];
      const ask = await serve({ portal: portalOf(new Realm(), new Tokens(), alice()), schemes });
      const refused = await ask();
      expect(refused.status).toBe(401);
      expect(refused.headers.get("WWW-Authenticate")).toBe(
        'Bearer realm="the \\"site\\"", scope="read write", Basic realm="site", charset="UTF-8"',
      );
      expect(await refused.text()).toBe("Unauthorized\n");
    });

    it.each([
      ["a wrong password", basicHeader("alice", "wrong")],
      ["an unknown name", basicHeader("bob", "s3cret")],
      ["a name without a password", basicHeader("alice", "")],
      ["what has no colon", `Basic ${btoa("alice")}`],
      ["what is no Base64", "Basic ~~~"],
      ["Base64 of what is no UTF-8", `Basic ${Buffer.from("j\xfcrgen:x", "latin1").toString("base64")}`],
      ["a control character", basicHeader("alice", "s3cret\0")],
      ["a scheme that is not offered", "Negotiate abc"],
      ["a scheme without anything behind it", "Basic"],
      ["an empty header", " "],
    ])("%s, all in the same way", async (_, authorization) => {
      const ask = await serve({ portal: portalOf(new Realm(), alice(), new AllowAnonymousAccess()) });
      const { status, headers } = await ask(authorization);
      expect(`${status} ${headers.get("WWW-Authenticate") ?? ""}`).toBe(
        '401 Basic realm="appd", charset="UTF-8"',
      );
    });

    it.each([
      ["W-08: a source that is out of reach like a wrong password", new CheckerUnavailable("away"), "401"],
      ["CR-07: whom the realm's checker denies", new LoginDenied(), "401"],
      ["anybody with 503 while too many are being checked", new LoginBusy(), "503 1"],
    ])("%s", async (_, error, expected) => {
      const ask = await serve({ portal: portalOf(new Realm(), new Throwing(error)) });
      const { status, headers } = await ask(basicHeader("alice", "s3cret"));
      expect(`${status} ${headers.get("Retry-After") ?? ""}`.trim()).toBe(expected);
    });

    it("W-42: what is malformed, with a line in the log that does not show it", async () => {
      const log = new KeptLog();
      const portal = new Portal(new Realm(), [alice()], { logger: log });
      const ask = await serve({ portal, schemes: [basic(), digest()] });
      await ask(`Basic ${btoa("s3cret")}`);
      await ask('Digest username="alice", nonce="s3cret"');
      await ask("Negotiate abc");
      expect(log.lines.map(({ level, message, fields }) => [level, message, fields.reason])).toEqual([
        [
          "warn",
          expect.stringMatching(/^login by basic from \S+: refused$/),
          "malformed Basic credentials: it has no colon",
        ],
        [
          "warn",
          expect.stringMatching(/^login by digest from \S+: refused$/),
          "Invalid response, its algorithm was not offered",
        ],
      ]);
      expect(JSON.stringify(log.lines)).not.toContain("s3cret");
    });

    it("whoever has tried too often with 429", async () => {
      const realm = new Realm();
      realm.requestAvatar = () => {
        throw new TooManyAttempts(7);
      };
      const { status, headers } = await (
        await serve({ portal: portalOf(realm) })
      )(basicHeader("alice", "s3cret"));
      expect(`${status} ${headers.get("Retry-After") ?? ""}`).toBe("429 7");
    });

    it("to start with a scheme that no checker can judge", () => {
      expect(() => guard(portalOf(), hello, [bearer()])).toThrow("no checker can judge IBearerToken");
    });

    it("to start with a realm that no header can hold", () => {
      expect(() => basic({ realm: "сайт" })).toThrow("can't stand in a header");
    });

    it("CR-05: no one for a realm without the interfaces: that is a fault of the service", async () => {
      const ask = await serve({ interfaces: [IOther] });
      expect((await ask(basicHeader("alice", "s3cret"))).status).toBe(500);
    });
  });

  describe("lets in", () => {
    it("names and passwords beyond ASCII, and colons in passwords", async () => {
      const ask = await serve();
      const welcome = await ask(basicHeader("jürgen", "pässword:mit:Doppelpunkt"));
      expect(await welcome.text()).toBe("hello jürgen");
    });

    it("a token, and says of a wrong one that it is invalid", async () => {
      const ask = await serve({ portal: portalOf(new Realm(), new Tokens()), schemes: [bearer()] });
      expect(await (await ask("bearer dG9rZW4")).text()).toBe("hello robot");
      for (const wrong of ["Bearer stolen", "Bearer two words", "Bearer"])
        expect((await ask(wrong)).headers.get("WWW-Authenticate")).toBe(
          'Bearer realm="appd", error="invalid_token"',
        );
      expect((await ask()).headers.get("WWW-Authenticate")).toBe('Bearer realm="appd"');
    });

    it("CK-01: whoever shows nothing as anonymous where the portal takes that, but never whoever was refused", async () => {
      const ask = await serve({ portal: portalOf(new Realm(), alice(), new AllowAnonymousAccess()) });
      expect(await (await ask()).text()).toBe("hello Symbol(appd:ANONYMOUS)");
      expect((await ask(basicHeader("alice", "wrong"))).status).toBe(401);
      expect((await ask("Unknown scheme")).status).toBe(401);
    });

    it("by whatever the realm gives where no interfaces are named", async () => {
      const host = await servers.start(guard(portalOf(), hello, [basic()]));
      const headers = { Authorization: basicHeader("alice", "s3cret") };
      expect(await (await fetch(`http://${host}/`, { headers })).text()).toBe("hello alice");
    });

    it("from the address that it is told", async () => {
      const seen: (string | undefined)[] = [];
      @Implements(ICredentialsChecker)
      class Watching implements ICredentialsChecker {
        readonly credentialInterfaces = [IUsernamePassword];
        requestAvatarId({ username }: IUsernamePassword, attempt?: LoginAttempt): string {
          seen.push(attempt?.address);
          return username;
        }
      }
      const portal = portalOf(new Realm(), new Watching());
      await (
        await serve({ portal })
      )(basicHeader("alice", ""));
      await (
        await serve({ portal, address: () => "192.0.2.7" })
      )(basicHeader("alice", ""));
      expect(seen).toEqual(["127.0.0.1", "192.0.2.7"]);
    });
  });

  describe("a session", () => {
    it("CR-09: ends with the response", async () => {
      const realm = new Realm();
      const ask = await serve({ portal: portalOf(realm) });
      await (await ask(basicHeader("alice", "s3cret"))).text();
      await until(() => realm.went.length === 1);
      expect(realm.came).toEqual(["alice"]);
    });

    it("CR-09: ends when the connection is lost before the response", async () => {
      const realm = new Realm();
      const ask = await serve({ portal: portalOf(realm), handler: nodeHandler(() => undefined) });
      const lost = new AbortController();
      const asked = ask(basicHeader("alice", "s3cret"), { signal: lost.signal });
      await until(() => realm.came.length === 1);
      lost.abort();
      await expect(asked).rejects.toThrow();
      await until(() => realm.went.length === 1);
    });

    it("CR-09: ends at once when the connection was lost during the login", async () => {
      const realm = new Realm();
      const handler = jest.fn();
      const gate = new Slow();
      const ask = await serve({ portal: portalOf(realm, gate), handler: nodeHandler(handler) });
      const lost = new AbortController();
      const asked = ask(basicHeader("alice", "s3cret"), { signal: lost.signal });
      await until(() => gate.waiting.length === 1);
      lost.abort();
      await expect(asked).rejects.toThrow();
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      gate.letIn();
      await until(() => realm.went.length === 1);
      expect(handler).not.toHaveBeenCalled();
    });

    it("CR-09: ends when the connection is lost while responses stand in line behind another", async () => {
      const realm = new Realm();
      const portal = portalOf(realm);
      const host = await servers.start(
        guard(
          portal,
          nodeHandler(() => undefined),
          [basic()],
        ),
      );
      const warned = jest.fn();
      process.on("warning", warned);
      const client = connect(Number(host.split(":")[1]), "127.0.0.1");
      const head = `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: ${basicHeader("alice", "s3cret")}\r\n\r\n`;
      client.write(head.repeat(20));
      await until(() => realm.came.length === 20);
      expect(portal.sessions).toBe(20);
      client.destroy();
      await until(() => realm.went.length === 20);
      process.off("warning", warned);
      expect(portal.sessions).toBe(0);
      expect(warned).not.toHaveBeenCalled();
    });

    it("CR-09: ends at once when its stream of HTTP/2 was closed during the login", async () => {
      const realm = new Realm();
      const handler = jest.fn();
      const gate = new Slow();
      const portal = portalOf(realm, gate);
      const server = createHttp2(guard(portal, nodeHandler(handler), [basic()]) as never);
      await once(server.listen(0, "127.0.0.1"), "listening");
      const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const stream = session.request({ authorization: basicHeader("alice", "s3cret") });
      stream.on("error", () => undefined).resume();
      await until(() => gate.waiting.length === 1);
      stream.close(constants.NGHTTP2_CANCEL);
      await once(stream, "close");
      // The server hears of it after that.
      await new Promise((resolve) => session.ping(resolve));
      gate.letIn();
      await until(() => realm.went.length === 1);
      expect(handler).not.toHaveBeenCalled();
      expect(portal.sessions).toBe(0);
      session.destroy();
      server.close();
    });

    it("that can't be ended is a line in the log, and nothing more", async () => {
      const log = new LineLogger();
      const realm = new Realm();
      realm.leave = () => Promise.reject(new Error("stuck"));
      const portal = new Portal(realm, [alice()], { logger: log });
      const ask = await serve({ portal });
      expect(await (await ask(basicHeader("alice", "s3cret"))).text()).toBe("hello alice");
      await until(() => log.grave.some((line) => line.endsWith("a session could not be logged out")));
    });
  });

  it("answers 500 and goes on when a handler throws, under a server that knows no listeners", async () => {
    const log = new LineLogger();
    const portal = new Portal(new Realm(), [alice()], { logger: log });
    const handler = nodeHandler(() => Promise.reject(new Error("broken")));
    const ask = await serve({ portal, handler });
    expect((await ask(basicHeader("alice", "s3cret"))).status).toBe(500);
    expect((await ask()).status).toBe(401);
    expect(log.grave.join("\n")).toContain("GET /who failed: broken");
  });

  describe("avatarOf", () => {
    it("says what to write for a request that no guard has let in", () => {
      expect(() => avatarOf(new Request("http://x/"), IVisitor)).toThrow("put guard(portal, …) around");
      expect(() => avatarOf(undefined, IVisitor)).toThrow("no guard has let this request in");
    });

    it("says what to write for another interface than the guard asks for", async () => {
      let said = "";
      const handler: Listener = (request, response) => {
        try {
          avatarOf(request, IOther);
        } catch (error) {
          said = String(error);
        }
        response.end();
      };
      await (
        await serve({ handler })
      )(basicHeader("alice", "s3cret"));
      expect(said).toContain("is one for IVisitor, not for IOther: say guard(…, { interfaces: [IOther] })");
    });
  });

  it("loads neither cryptography nor the network before somebody asks", () => {
    const loaded = inNewProcess(`
      import "./metadata/metadata";
      import { Portal } from "./cred/portal";
      import { InMemoryUsernamePasswordDatabase } from "./cred/in-memory-username-password-database";
      import { basic } from "./auth/basic";
      import { digest } from "./auth/digest";
      import { guard } from "./auth/guard";
      declare const before: Set<string>;
      const portal = new Portal({ requestAvatar: () => { throw new Error() } }, [new InMemoryUsernamePasswordDatabase()]);
      guard(portal, (request, response) => response.end(), [basic(), digest()], { cache: 60 });
      const added = process.moduleLoadList.filter((name) => !before.has(name));
      console.log(JSON.stringify(added.filter((name) => /^NativeModule (crypto|http|net|tls)$/.test(name))));
    `);
    expect(loaded).toEqual([]);
  });
});
