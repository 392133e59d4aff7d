import { Implements } from "appd";
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
  fetchHandler,
  guard,
  HTTPServer,
  IBearerToken,
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
  type Portal,
} from "../../src/index";
import { basicHeader, IVisitor, portalOf, Realm, Servers, until } from "./guard-harness";

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
});
