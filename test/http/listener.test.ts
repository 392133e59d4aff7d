import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { fetchHandler, nodeHandler, type Listener } from "../../src/index";
import { listenerOf, type KnownListener } from "../../src/http/listener";

describe("listenerOf", () => {
  const faults: string[] = [];
  const servers: Server[] = [];
  let known: KnownListener | undefined;

  async function ask(listener: Listener, init: RequestInit = {}): Promise<string> {
    known = listenerOf(listener);
    const handler = await known.open((error, { url }) => faults.push(`${url ?? ""}: ${String(error)}`));
    const server = createServer((request, response) => void handler(request, response)).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    servers.push(server);
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/who?x=1`, init);
    return `${response.status} ${await response.text()}`;
  }

  afterEach(async () => {
    faults.length = 0;
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await known?.close();
  });

  it("serves by a function of request and response", async () => {
    expect(await ask((request, response) => response.end(`node ${request.url ?? ""}`))).toBe(
      "200 node /who?x=1",
    );
    expect(known?.kind).toBe("node");
  });

  it("serves by a function of the request alone, as fetch has it", async () => {
    expect(await ask((request: Request) => new Response(new URL(request.url).pathname))).toBe("200 /who");
    expect(known?.kind).toBe("fetch");
  });

  it("serves by an asynchronous fetch handler, with a body each way", async () => {
    const echo = async (request: Request): Promise<Response> =>
      new Response(await request.text(), { status: 201 });
    expect(await ask(echo, { method: "POST", body: "é".repeat(70_000) })).toBe(`201 ${"é".repeat(70_000)}`);
  });

  it("serves by an Express app", async () => {
    const app = express();
    app.get("/who", (request, response) => void response.send(`express ${request.path}`));
    expect(await ask(app)).toBe("200 express /who");
  });

  it("serves by a Koa app", async () => {
    const app = new Koa();
    app.use((context) => (context.body = `koa ${context.path}`));
    expect(await ask(app)).toBe("200 koa /who");
    expect(known?.kind).toBe("koa");
  });

  it("serves by a Fastify app, made ready first and closed afterwards", async () => {
    const app = fastify();
    const closed = jest.fn();
    app.get("/who", () => ({ fastify: true }));
    app.addHook("onClose", closed);
    expect(await ask(app)).toBe('200 {"fastify":true}');
    await known?.close();
    expect(closed).toHaveBeenCalledTimes(1);
    await expect(known?.open(() => undefined)).rejects.toThrow(
      "a Fastify app that was closed serves no more",
    );
  });

  it("serves by a Hono app", async () => {
    const app = new Hono<{ Bindings: { incoming: { method: string } } }>();
    app.get("/who", (context) => context.text(`hono ${context.env.incoming.method}`));
    expect(await ask(app)).toBe("200 hono GET");
    expect(known?.kind).toBe("fetch");
  });

  it("serves by a function of which it was said what it takes", async () => {
    const reply = (...args: unknown[]): Response => new Response(String(args.length > 0));
    expect(await ask(fetchHandler(reply))).toBe("200 true");
    expect(await ask(nodeHandler((...args) => args[1].end("said")))).toBe("200 said");
  });

  it("answers 500 and reports the request when a fetch handler throws, rejects or gives no response", async () => {
    const bad: Listener[] = [
      fetchHandler(() => {
        throw new Error("thrown");
      }),
      fetchHandler(() => Promise.reject(new Error("rejected"))),
      fetchHandler((() => "text") as never),
    ];
    for (const listener of bad) expect(await ask(listener)).toBe("500 ");
    expect(faults).toEqual([
      "/who?x=1: Error: thrown",
      "/who?x=1: Error: rejected",
      expect.stringContaining(
        "the fetch handler returned 'text' instead of a Response; if it is a handler as",
      ),
    ]);
  });

  it.each([
    ["nothing", undefined, "undefined is no listener"],
    ["a number", 80, "a number is no listener"],
    ["an object without a way to serve", new Map(), "an object of class Map is no listener"],
    ["an object of no class", Object.create(null), "an object is no listener"],
    ["a class", class Web {}, "the class Web is no listener; maybe an instance of it is"],
    ["a function without parameters", function serve() {}, 'the listener "serve" names no parameter'],
    ["a mark on nothing", nodeHandler(undefined as never), "nodeHandler was given no function"],
  ])("refuses %s and says what would work", (_, listener, message) => {
    expect(() => listenerOf(listener)).toThrow(message);
    expect(() => listenerOf(listener)).toThrow("Express, Koa or Fastify app");
  });
});
