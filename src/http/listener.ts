/**
 * What a listener of HTTP requests is, in all the ways in which one is written: known by its shape when the server
 * is made, and made a handler as `node:http` takes when it starts. Serving is the business of `internet/`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ClosedListenerError, ListenerError } from "./errors";

/** A handler as `node:http` takes. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A handler as `fetch` has it the other way round. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** An object that handles requests by `fetch`, such as a Hono app. */
export interface FetchApp {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what follows the request is each framework's own
  fetch(request: Request, ...rest: any[]): Response | Promise<Response>;
}

/** A Koa app. */
export interface KoaApp {
  use(...middleware: never[]): unknown;
  callback(): NodeHandler;
}

/** A Fastify app; the server makes it ready, and closes it when it has stopped. */
export interface FastifyApp {
  routing(request: IncomingMessage, response: ServerResponse): unknown;
  ready(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
}

/** A handler of which it was said what it takes. */
export interface MarkedHandler {
  readonly [KIND]: "node" | "fetch";
  readonly handler: NodeHandler | FetchHandler;
}

/**
 * Whatever serves requests: a function with two parameters or more, one with one, or an app. The compiler can't
 * tell the one parameter's type from the rest: write `(request: Request) => …`, or `fetchHandler((request) => …)`.
 */
export type Listener = NodeHandler | FetchHandler | FetchApp | KoaApp | FastifyApp | MarkedHandler;

interface ListenersHandler {
  readonly [LISTENER]?: KnownListener;
}

/** Takes the errors of a fetch handler. */
export type ReportFault = (error: unknown, request: IncomingMessage) => void;

/** A listener whose kind is known. */
export interface KnownListener {
  readonly kind: "node" | "fetch" | "koa" | "fastify";
  /** Makes it ready; gives the handler. */
  open(report: ReportFault): Promise<NodeHandler>;
  /** Lets go of what `open` made ready. */
  close(): Promise<void>;
}

const KIND = Symbol.for("appd:http.handler.v1");
const LISTENER = Symbol.for("appd:http.listener.v1");

/** A handler that is a listener's: a server that knows listeners makes that one ready, and lets go of it. */
export function handlerFor(listener: KnownListener, handler: NodeHandler): NodeHandler {
  return Object.assign(handler, { [LISTENER]: listener });
}

/** Says that a function takes `(request, response)` as `node:http` has them, whatever its parameters look like. */
export function nodeHandler(handler: NodeHandler): MarkedHandler {
  return { [KIND]: "node", handler };
}

/** Says that a function is a fetch handler, whatever its parameters look like. */
export function fetchHandler(handler: FetchHandler): MarkedHandler {
  return { [KIND]: "fetch", handler };
}

/** @throws ListenerError for what is no listener */
export function listenerOf(listener: unknown): KnownListener {
  if (typeof listener === "function")
    return (listener as ListenersHandler)[LISTENER] ?? fromFunction(listener as NodeHandler);
  if (typeof listener !== "object" || listener === null)
    throw new ListenerError(`${typed(listener)} is no listener`);
  if (KIND in listener) return fromMarked(listener as MarkedHandler);
  if (has<FastifyApp>(listener, "routing", "ready", "close")) return new FastifyListener(listener);
  if (has<KoaApp>(listener, "callback", "use")) return node("koa", () => listener.callback());
  if (has<FetchApp>(listener, "fetch")) return bridged((request, env) => listener.fetch(request, env));
  const { name } = (listener.constructor as { readonly name?: string } | undefined) ?? {};
  throw new ListenerError(`an object${name ? ` of class ${name}` : ""} is no listener`);
}

function fromMarked({ [KIND]: kind, handler }: MarkedHandler): KnownListener {
  if (typeof handler !== "function") throw new ListenerError(`${kind}Handler was given no function`);
  return kind === "node" ? node("node", () => handler as NodeHandler) : bridged(handler as FetchHandler);
}

function fromFunction(listener: NodeHandler | FetchHandler): KnownListener {
  if (/^class\b/.test(Function.prototype.toString.call(listener)))
    throw new ListenerError(`the class ${listener.name} is no listener; maybe an instance of it is`);
  if (listener.length >= 2) return node("node", () => listener as NodeHandler);
  if (listener.length === 1) return bridged(listener as FetchHandler);
  throw new ListenerError(
    `the listener ${listener.name ? `"${listener.name}" ` : ""}names no parameter, so its kind can't be told: ` +
      "say nodeHandler(listener) or fetchHandler(listener)",
  );
}

function node(kind: "node" | "koa", open: () => NodeHandler): KnownListener {
  return { kind, open: async () => Promise.resolve(open()), close: () => Promise.resolve() };
}

function bridged(fetch: (request: Request, env: object) => Response | Promise<Response>): KnownListener {
  return {
    kind: "fetch",
    async open(report) {
      // Loaded by those alone who have use for it.
      const { bridge } = await import("./fetch-bridge");
      return bridge(fetch, report);
    },
    close: () => Promise.resolve(),
  };
}

class FastifyListener implements KnownListener {
  readonly kind = "fastify";
  readonly #app: FastifyApp;
  #closed = false;

  constructor(app: FastifyApp) {
    this.#app = app;
  }

  async open(): Promise<NodeHandler> {
    if (this.#closed) throw new ClosedListenerError();
    await this.#app.ready();
    return (request, response) => this.#app.routing(request, response);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#app.close();
  }
}

function has<T extends object>(object: object, ...methods: (keyof T)[]): object is T {
  return methods.every((method) => typeof (object as T)[method] === "function");
}

function typed(value: unknown): string {
  if (value === undefined || value === null) return value === null ? "null" : "undefined";
  return `a ${typeof value}`;
}
