import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type * as WS from "ws";
import { neededPeer } from "../base/optional-peer";
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import { after, type Clock } from "../service/clock";
import { attempt } from "./attempt";
import { guarding } from "./guard";
import { isOwnOrigin } from "./origin";
import type { WebSocketHandler, WebSocketHandlers, WebSocketOptions } from "./web-socket-options";

export interface WebSocketsOwner {
  readonly log: Logger;
  readonly clock: Clock;
  readonly handlers: WebSocketHandler | WebSocketHandlers;
  readonly options: WebSocketOptions;
}

export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Close codes (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/** An open one: how much had come in on it when it was looked at last. */
interface Open {
  readonly socket: Duplex & { readonly bytesRead?: number };
  seen: number | undefined;
}

/** The WebSockets of a server, by the library `ws`. */
export class WebSockets {
  readonly #owner: WebSocketsOwner;
  readonly #server: WS.WebSocketServer;
  readonly #open = new Map<WS.WebSocket, Open>();
  readonly #sockets = new WeakSet<Duplex>();
  #guard: ((socket: WS.WebSocket) => void) | undefined;
  #stopPinging: () => void;
  #isClosing = false;
  #quietUntil = -Infinity;

  /** @throws MissingPeerError */
  constructor(owner: WebSocketsOwner) {
    this.#owner = owner;
    const { maxPayload = 1_048_576, perMessageDeflate = false, handleProtocols } = owner.options;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by those alone who have use for it
    const { WebSocketServer } = neededPeer(() => require("ws") as typeof WS, "ws", { who: "webSocket" });
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload,
      perMessageDeflate,
      ...(handleProtocols && { handleProtocols }),
    });
    this.#stopPinging = this.#pingLater();
  }

  /** Whether it is one of these. */
  has(socket: Duplex): boolean {
    return this.#sockets.has(socket);
  }

  /** Answers a request for a WebSocket. */
  accept({ request, socket, head }: Upgrade): void {
    this.#sockets.add(socket);
    const refusal = this.#refusal(request);
    const handler = this.#handlerOf(request);
    if (refusal !== undefined || !handler) {
      refuse(socket, refusal ?? "404 Not Found");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (made) =>
      this.#opened(made, { request, socket, handler }),
    );
  }

  /** Says goodbye to all of them. */
  close(): void {
    this.#isClosing = true;
    for (const socket of this.#open.keys()) socket.close(GOING_AWAY, "the server is going away");
  }

  /** Lets go of everything, when none is left. */
  release(): void {
    this.#stopPinging();
  }

  #refusal({ headers }: IncomingMessage): string | undefined {
    if (this.#isClosing) return "503 Service Unavailable";
    if (isOwnOrigin(headers, this.#owner.options.origins)) return undefined;
    const { log, clock } = this.#owner;
    if (clock.now() >= this.#quietUntil)
      log.warn(
        `refused a WebSocket: a page of ${String(headers.origin)} asked for it, and this is ` +
          `${headers.host ?? "no host"}; if it may, name it in webSocketOptions.origins`,
      );
    this.#quietUntil = clock.now() + 1_000;
    return "403 Forbidden";
  }

  #handlerOf(request: IncomingMessage): WebSocketHandler | undefined {
    const { handlers } = this.#owner;
    if (typeof handlers === "function") return handlers;
    const path = pathOf(request);
    return Object.hasOwn(handlers, path) ? handlers[path] : undefined;
  }

  #opened(made: WS.WebSocket, { request, socket, handler }: Opened): void {
    const failed = (error: unknown): void => this.#failed(made, error);
    this.#guard ??= guarding(made, (error, one) => this.#failed(one, error));
    this.#guard(made);
    this.#open.set(made, { socket, seen: undefined });
    made.on("close", () => this.#open.delete(made));
    made.on("error", (error) =>
      this.#owner.log.debug({ err: error }, `a WebSocket failed: ${error.message}`),
    );
    paths.set(made, pathOf(request));
    attempt(() => handler(made, request), failed);
  }

  /** What a handler throws, or a listener of its socket, costs that socket. */
  #failed(socket: WS.WebSocket, error: unknown): void {
    this.#owner.log.error({ err: error }, `WebSocket ${paths.get(socket) ?? ""} failed: ${messageOf(error)}`);
    socket.close(INTERNAL_ERROR);
  }

  #pingLater(): () => void {
    const { keepAlive = 30_000 } = this.#owner.options;
    return after(this.#owner.clock, keepAlive || Infinity, () => {
      this.#ping();
      this.#stopPinging = this.#pingLater();
    });
  }

  /** Ends those on which nothing has come in since the last ping, not even its answer. */
  #ping(): void {
    for (const [made, open] of this.#open) {
      const { bytesRead = NaN } = open.socket;
      if (open.seen === bytesRead) {
        this.#owner.log.debug(`WebSocket ${paths.get(made) ?? ""}: no answer to a ping`);
        made.terminate();
        continue;
      }
      open.seen = bytesRead;
      if (made.readyState === made.OPEN) made.ping();
    }
  }
}

interface Opened {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly handler: WebSocketHandler;
}

/** What each was asked for, for messages. */
const paths = new WeakMap<WS.WebSocket, string>();

/** Whether a request asks for a WebSocket. */
export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

const pathOf = ({ url = "" }: IncomingMessage): string => url.split("?", 1)[0] ?? "";

function refuse(socket: Duplex, status: string): void {
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
