import type { IncomingMessage } from "node:http";

/** Where something is kept with a request: the same in every copy of appd, and left alone by every framework. */
const ATTACHED = Symbol.for("appd:http.attached.v1");

interface Attachable {
  [ATTACHED]?: unknown;
}

/** The names by which frameworks keep Node's request in theirs. */
interface Framed {
  readonly raw?: unknown;
  readonly req?: unknown;
}

/** Keeps something with a request for whoever handles it; it replaces what was kept before. */
export function attach(request: IncomingMessage, something: unknown): void {
  (request as Attachable)[ATTACHED] = something;
}

/** What is kept with a request, whichever framework's it is: Node's, Express', Koa's, Fastify's, Hono's, `Request`. */
export function attachedTo(request: unknown): unknown {
  return layersOf(request).find((layer) => layer[ATTACHED] !== undefined)?.[ATTACHED];
}

/** Gives to the request of a fetch handler what is kept with Node's. */
export function carryOver(incoming: IncomingMessage, request: Request): void {
  const attached = (incoming as Attachable)[ATTACHED];
  if (attached !== undefined) (request as Attachable)[ATTACHED] = attached;
}

function layersOf(request: unknown): Attachable[] {
  if (!isObject(request)) return [];
  const { raw, req } = request;
  return [request, raw, req, isObject(req) ? req.raw : undefined].filter(isObject);
}

const isObject = (value: unknown): value is Attachable & Framed =>
  typeof value === "object" && value !== null;
