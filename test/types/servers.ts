/** What compiles as a service and as a listener, and what must not. Checked by `npm run types`; never run. */
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import {
  Application,
  fetchHandler,
  HTTPServer,
  nodeHandler,
  Service,
  TCPServer,
  type IService,
} from "../../src/index";

export const servers: IService[] = [
  new TCPServer(0, (socket) => socket.end(socket.remoteAddress ?? "")),
  new TCPServer("tcp:0", async (socket) => {
    for await (const chunk of socket) socket.write(chunk as Buffer);
  }),
  new HTTPServer(0, (request, response) => response.end(request.url)),
  new HTTPServer(0, (request: Request) => new Response(request.headers.get("host"))),
  new HTTPServer(0, async (request: Request) => new Response(await request.text())),
  new HTTPServer(0, express()),
  new HTTPServer(0, new Koa()),
  new HTTPServer(0, fastify()),
  new HTTPServer(0, new Hono()),
  new HTTPServer(
    0,
    nodeHandler((request, response) => response.end(request.url)),
  ),
  new HTTPServer(
    0,
    fetchHandler((request) => new Response(request.url)),
    { grace: 100, upgrade: () => undefined },
  ),
  // @ts-expect-error -- no listener
  new HTTPServer(0, "hello"),
  // @ts-expect-error -- no place to listen
  new TCPServer({}, () => undefined),
  // @ts-expect-error -- an option that is none
  new TCPServer(0, () => undefined, { drian: 1 }),
];

export class Sync extends Service {
  override startService(): void {
    this.log.info("up");
  }
  // The tree always passes the signal, so it may be required.
  override stopService(signal: AbortSignal): void {
    signal.throwIfAborted();
  }
}

export async function disposed(): Promise<void> {
  await using application = new Application("demo");
  await application.start();
}
