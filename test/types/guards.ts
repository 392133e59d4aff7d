/** What compiles as a guard, and which types an avatar has. Checked by `npm run types`; never run. */
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import {
  avatarOf,
  basic,
  bearer,
  clientCertificate,
  digest,
  guard,
  HTTPServer,
  Interface,
  LoginProtocol,
  Portal,
  sessionOf,
  TCPServer,
  type AvatarId,
  type GuardScheme,
} from "../../src/index";

@Interface("name")
abstract class IVisitor {
  abstract readonly name: string;
}
const portal = new Portal();
const schemes = [basic(), digest(), bearer()];
const options = { interfaces: [IVisitor], cache: 60 };

const app = express();
app.get("/", (request, response) => {
  const name: string = avatarOf(request, IVisitor).name;
  response.send(name);
});
const fast = fastify();
fast.get("/", (request): string => avatarOf(request, IVisitor).name);
const koa = new Koa();
koa.use((context) => (context.body = avatarOf(context, IVisitor).name));
const hono = new Hono();
hono.get("/", (context) => context.text(avatarOf(context.req, IVisitor).name));

export const guarded = [
  guard(portal, app, schemes, options),
  guard(portal, fast, schemes, options),
  guard(portal, koa, schemes, options),
  guard(portal, hono, schemes, options),
  guard(portal, (request, response) => response.end(avatarOf(request, IVisitor).name), schemes, options),
  guard(portal, (request: Request) => new Response(avatarOf(request, IVisitor).name), schemes, options),
];

export const servers = [
  ...guarded.map((handler) => new HTTPServer(0, handler)),
  ...guarded.map((handler) => createServer(handler)),
  createSecureServer({ requestCert: true }, guard(portal, app, [clientCertificate()])),
  new TCPServer(0, (socket) => new LoginProtocol(socket, portal)),
];

export const own: GuardScheme = {
  ...basic(),
  read: () => undefined,
};

export const idOf = (request: Request): AvatarId => sessionOf(request).avatarId;
// @ts-expect-error -- the interface has no such member
export const ageOf = (request: Request): unknown => avatarOf(request, IVisitor).age;

// @ts-expect-error -- an algorithm that is not known
digest({ algorithms: ["SHA-1"] });
// @ts-expect-error -- no schemes
guard(portal, app);
// @ts-expect-error -- no listener
guard(portal, "hello", schemes);
