import type { Socket } from "node:net";
import { after } from "../service/clock";
import type { SocketOptions } from "../endpoint/i-stream-server-endpoint";
import type { Where } from "../endpoint/server-endpoint";
import { formatPeer } from "./address";
import { attempt, overOf } from "./attempt";
import { checkAmounts, checkFunction } from "./check-options";
import { ListeningService, type ListeningOptions } from "./listening-service";
import { sayGoodbye } from "./say-goodbye";

/**
 * What is done with a connection. What it throws, or rejects with, ends that connection alone, and so does what the
 * listeners throw or reject with that it adds to the socket, and what a protocol that it gives, such as a
 * LineReceiver, tells by its promise `finished`. What it leaves behind elsewhere, as in a timer, is for
 * `--on-unhandled`.
 */
export type ConnectionHandler = (socket: Socket) => unknown;

/** How connections are made, how many may be open, and how long they may be idle or take to end. */
export interface StreamServerOptions extends SocketOptions, ListeningOptions {
  /** Milliseconds that connections have to close once the server stops: 5,000 by default. */
  readonly drain?: number;
  /** Milliseconds after which a connection is closed on which nothing came or went; by default it may be idle. */
  readonly idleTimeout?: number;
}

/**
 * Listens at any endpoint, and calls `handler` with each connection. When it stops it accepts no more and ends every
 * connection (FIN); those that are open after `drain` are destroyed.
 *
 * ```ts
 * new StreamServerEndpointService(new TCPServerEndpoint({ port: 1235 }), (socket) => socket.pipe(socket));
 * new StreamServerEndpointService("systemd:name=echo", (socket) => socket.pipe(socket));
 * ```
 */
export class StreamServerEndpointService extends ListeningService {
  readonly #handler: ConnectionHandler;
  readonly #options: StreamServerOptions;

  /** @throws EndpointError; ServiceOptionError */
  constructor(where: Where, handler: ConnectionHandler, options: StreamServerOptions = {}) {
    super(where, options);
    checkFunction(this, "the handler", handler);
    checkAmounts(this, options, ["drain", "idleTimeout"]);
    this.#handler = handler;
    this.#options = options;
  }

  protected override get socketOptions(): SocketOptions {
    return this.#options;
  }

  protected override accept(socket: Socket): void {
    const { idleTimeout = 0 } = this.#options;
    if (idleTimeout > 0 && idleTimeout < Infinity) socket.setTimeout(idleTimeout, () => this.#idle(socket));
    attempt(
      () => overOf(this.#handler(socket)),
      (error) => this.connectionFailed(socket, error),
    );
  }

  protected override drain(): () => void {
    this.resetUnserved();
    for (const socket of this.sockets) sayGoodbye(socket);
    return after(this.clock, this.#options.drain ?? 5_000, () => this.destroySockets());
  }

  #idle(socket: Socket): void {
    this.log.debug("the connection from %s was idle for too long", formatPeer(socket));
    socket.destroy();
  }
}
