import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SocketOptions } from "../endpoint/i-stream-server-endpoint";
import type { Where } from "../endpoint/server-endpoint";
import { listenerOf, type KnownListener, type Listener, type NodeHandler } from "../http/listener";
import { after } from "../service/clock";
import { surroundingsOf } from "../service/surroundings";
import { attempt } from "./attempt";
import { checkAmounts } from "./check-options";
import { guardedMessages } from "./guarded-messages";
import { HTTP2Sessions, type HTTP2Options } from "./http2-sessions";
import { ListeningService, type ListeningOptions } from "./listening-service";
import { logFault } from "./request-fault";
import type { WebSocketHandler, WebSocketHandlers, WebSocketOptions } from "./web-socket-options";
import { isWebSocket, WebSockets, type Upgrade } from "./web-sockets";

/** Takes a connection that leaves HTTP, such as a WebSocket's. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

/** What Node's `http.createServer` takes, the limits of every server, and how it stops. */
export interface HTTPServerOptions extends ServerOptions, ListeningOptions {
  /** Milliseconds that idle connections stay open once the server stops: 1,500 by default. */
  readonly grace?: number;
  /** Milliseconds that upgraded connections have to close once the server stops: 5,000 by default. */
  readonly drain?: number;
  /** Milliseconds after which a connection is closed on which nothing came or went; by default only between requests. */
  readonly idleTimeout?: number;
  /** Milliseconds that the head of a request may take: 10,000 by default. 0 sets no limit. */
  readonly headersTimeout?: number;
  /** Milliseconds that all of a request may take, its body included: 60,000 by default. 0 sets no limit. */
  readonly requestTimeout?: number;
  /** Without one, a request to upgrade is answered like any other. */
  readonly upgrade?: UpgradeHandler;
  /**
   * Takes WebSockets, by the library `ws`: any, or those of each path. No guard stands in front of them: who is there is
   * for the handler to find out. When the server stops they are closed with 1001, and after `drain` without.
   */
  readonly webSocket?: WebSocketHandler | WebSocketHandlers;
  readonly webSocketOptions?: WebSocketOptions;
  /** How HTTP/2 is served, where TLS stands in front and the client can speak it; false leaves HTTP/1.1 alone. */
  readonly http2?: HTTP2Options | false;
}

/** The response that a connection is, or was last, busy with. */
const LATEST = Symbol("latest response");

type HttpSocket = Socket & { [LATEST]?: ServerResponse };

/**
 * Serves HTTP on a port, by whatever kind of {@link Listener}. What that throws or rejects with costs its connection,
 * and so does what the listeners do that it adds to a request, a response or a socket; what it leaves behind elsewhere,
 * as in a timer, is for `--on-unhandled`. When it stops it closes the port and lets requests in
 * flight finish, and answers with `Connection: close` from then on; connections without a request are closed after
 * `grace`, the rest at the deadline. Behind TLS it serves HTTP/2 as well, to whoever speaks it; there a fault costs
 * its stream, and a stop is told by GOAWAY.
 *
 * ```ts
 * new HTTPServer(8080, (request, response) => response.end("Hello!\n"));
 * new HTTPServer("tcp:8080:interface=127.0.0.1", (request: Request) => new Response("Hello!\n"));
 * ```
 */
export class HTTPServer extends ListeningService {
  readonly #listener: KnownListener;
  readonly #options: HTTPServerOptions;
  readonly #upgraded = new Map<Duplex, IncomingMessage>();
  #handler: NodeHandler = notReady;
  #server: Server | undefined;
  #http2: HTTP2Sessions | undefined;
  #webSockets: WebSockets | undefined;
  #closing = false;
  #graceOver = false;

  /** @throws EndpointError; ListenerError; ServiceOptionError */
  constructor(where: Where, listener: Listener, options: HTTPServerOptions = {}) {
    super(where, options);
    checkAmounts(this, options, ["grace", "drain", "idleTimeout", "headersTimeout", "requestTimeout"]);
    this.#listener = listenerOf(listener);
    this.#options = options;
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    await super.stopService(signal);
    // Only now, because it ends the looking for late heads as well.
    this.#server?.close();
    this.#server = undefined;
    this.#http2?.release();
    this.#http2 = undefined;
    this.#webSockets?.release();
    this.#webSockets = undefined;
    if (this.#handler === notReady) return;
    this.#handler = notReady;
    await this.#listener.close();
  }

  protected override async prepare(): Promise<void> {
    this.#closing = this.#graceOver = false;
    this.#handler = await this.#listener.open((error, request) => this.#logFault(error, request));
    this.#server = this.#makeServer();
  }

  /** The server never listens: connections are given to it. */
  #makeServer(): Server {
    const { upgrade, webSocket, webSocketOptions: options = {} } = this.#options;
    if (webSocket)
      this.#webSockets = new WebSockets({ log: this.log, clock: this.clock, handlers: webSocket, options });
    // Asked for here, so that importing appd loads no network.
    const server = process.getBuiltinModule("node:http").createServer({
      ...timeouts(this.#options),
      ...guardedMessages(this.#options, (error, message) => this.#messageFailed(error, message), {
        webSocketsAlone: webSocket !== undefined && !upgrade,
      }),
    });
    server.timeout = forNode(this.#options.idleTimeout ?? 0);
    server.on("request", (request, response) => this.#serve(request, response));
    if (upgrade || webSocket)
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.#upgrade({ request, socket, head }),
      );
    // Begins to look for heads and requests that are late.
    server.emit("listening");
    return server;
  }

  protected override get socketOptions(): SocketOptions {
    // As Node's own server of HTTP has them.
    return { ...this.#options, allowHalfOpen: true, noDelay: this.#options.noDelay ?? true };
  }

  protected override get farewell(): string {
    return BUSY;
  }

  protected override get protocols(): readonly string[] {
    return this.#options.http2 === false ? ["http/1.1"] : ["h2", "http/1.1"];
  }

  protected override accept(socket: Socket & { readonly alpnProtocol?: string | false | null }): void {
    if (this.#graceOver) socket.destroy();
    else if (socket.alpnProtocol === "h2") (this.#http2 ??= this.#makeHttp2()).accept(socket);
    else this.#server?.emit("connection", socket);
  }

  #makeHttp2(): HTTP2Sessions {
    const { headersTimeout = 0, requestTimeout = 0, http2 } = timeouts(this.#options);
    const sessions = new HTTP2Sessions({
      log: this.log,
      clock: this.clock,
      options: http2 === false || http2 === undefined ? {} : http2,
      headersTimeout,
      requestTimeout,
      handle: (request, response) => this.#handler(request, response),
    });
    if (this.#closing) sessions.sayClose();
    return sessions;
  }

  protected override drain(): () => void {
    const { grace = 1_500, drain = 5_000 } = this.#options;
    this.#closing = true;
    this.#http2?.sayClose();
    for (const socket of this.sockets) this.#sayClose(socket);
    this.#webSockets?.close();
    for (const socket of this.#upgraded.keys()) if (!this.#webSockets?.has(socket)) socket.end();
    const cancelGrace = after(this.clock, surroundingsOf(this).idleGrace ?? grace, () => this.#closeIdle());
    const cancelDrain = after(this.clock, drain, () =>
      this.#upgraded.forEach((_, socket) => socket.destroy()),
    );
    return () => {
      cancelGrace();
      cancelDrain();
    };
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    (request.socket as HttpSocket)[LATEST] = response;
    if (this.#closing) this.#sayClose(request.socket);
    // Not by attempt(): this is the one way that every request takes.
    try {
      const handled = this.#handler(request, response) as PromiseLike<unknown> | undefined;
      if (typeof handled?.then === "function")
        handled.then(undefined, (error: unknown) => this.#fault(error, response));
    } catch (error) {
      this.#fault(error, response);
    }
  }

  /** Makes the response that is under way the last one of its connection. */
  #sayClose(socket: HttpSocket): void {
    const response = socket[LATEST];
    if (!response || isOver(response)) return;
    if (!response.headersSent) response.shouldKeepAlive = false;
    // Where the head is out already, or says otherwise, the connection outlives the response.
    response.once("close", () => {
      if (this.#graceOver) socket.destroySoon();
    });
  }

  #closeIdle(): void {
    this.#graceOver = true;
    this.resetUnserved();
    this.#http2?.close();
    for (const socket of this.sockets as ReadonlySet<HttpSocket>) {
      const response = socket[LATEST];
      if (this.#http2?.has(socket)) continue;
      if (!this.#upgraded.has(socket) && (!response || isOver(response))) socket.destroy();
    }
  }

  #upgrade({ request, socket, head }: Upgrade): void {
    const { upgrade } = this.#options;
    const webSockets = isWebSocket(request) ? this.#webSockets : undefined;
    this.#upgraded.set(socket, request);
    socket.once("close", () => this.#upgraded.delete(socket));
    attempt(
      () => (webSockets ? webSockets.accept({ request, socket, head }) : upgrade?.(request, socket, head)),
      (error) => this.connectionFailed(socket as Socket, error),
    );
  }

  protected override connectionFailed(socket: Socket, error: unknown): void {
    const request = this.#upgraded.get(socket) ?? (socket as HttpSocket)[LATEST]?.req;
    if (!request) {
      super.connectionFailed(socket, error);
      return;
    }
    this.#logFault(error, request);
    socket.destroy();
  }

  /** A listener of a request's events, or of a response's, failed. */
  #messageFailed(error: unknown, message: IncomingMessage | ServerResponse): void {
    if ("req" in message) {
      this.#fault(error, message);
      return;
    }
    const response = (message.socket as HttpSocket)[LATEST];
    if (response?.req === message) {
      this.#fault(error, response);
      return;
    }
    this.#logFault(error, message);
    message.socket.destroy();
  }

  /** What a handler throws costs its own connection. */
  #fault(error: unknown, response: ServerResponse): void {
    this.#logFault(error, response.req);
    if (response.writableEnded) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.shouldKeepAlive = false;
    response.writeHead(500).end();
  }

  #logFault(error: unknown, request: IncomingMessage): void {
    logFault(this.log, error, { request, connection: request.socket });
  }
}

/** Heads and requests have to come in sooner than Node asks for, so that slow ones can't fill the server. */
function timeouts(options: HTTPServerOptions): HTTPServerOptions {
  const { headersTimeout, requestTimeout = Math.max(60_000, headersTimeout ?? 0) } = options;
  return {
    connectionsCheckingInterval: 2_000,
    ...options,
    requestTimeout: forNode(requestTimeout),
    headersTimeout: forNode(headersTimeout ?? Math.min(10_000, requestTimeout || Infinity)),
  };
}

/** To Node 0 is no limit, and Infinity a mistake. */
const forNode = (ms: number): number => (ms < Infinity ? ms : 0);

const BUSY = [
  "HTTP/1.1 503 Service Unavailable",
  "Connection: close",
  "Retry-After: 1",
  "Content-Length: 0",
  "\r\n",
].join("\r\n");

const isOver = (response: ServerResponse): boolean => response.writableFinished || response.destroyed;

const notReady: NodeHandler = (_request, response) => response.writeHead(503).end();
