import type { Socket } from "node:net";
import { after } from "../service/clock";
import type { SocketOptions } from "../endpoint/i-stream-server-endpoint";
import type { Where } from "../endpoint/server-endpoint";
import { attempt, overOf } from "./attempt";
import { ListeningService, type ListeningOptions } from "./listening-service";
import { sayGoodbye } from "./say-goodbye";

/**
 * What is done with a connection. What it throws, or rejects with, ends that connection alone, and so does what the
 * listeners throw or reject with that it adds to the socket, and what a protocol that it gives, such as a
 * LineReceiver, tells by its promise `finished`. What it leaves behind elsewhere, as in a timer, is for
 * `--on-unhandled`.
 */
export type ConnectionHandler = (socket: Socket) => unknown;

export interface TCPServerOptions extends SocketOptions, ListeningOptions {
  /** Milliseconds that connections have to close once the server stops: 5,000 by default. */
  readonly drain?: number;
}

/**
 * Listens on a TCP port, and calls `handler` with each connection. When it stops it closes the port and ends every
 * connection (FIN); those that are open after `drain` are destroyed.
 *
 * ```ts
 * new TCPServer(1235, (socket) => socket.end("Hello!\n"));
 * new TCPServer("tcp:1235:interface=127.0.0.1", (socket) => socket.pipe(socket));
 * ```
 */
export class TCPServer extends ListeningService {
  readonly #handler: ConnectionHandler;
  readonly #options: TCPServerOptions;

  /** @throws EndpointError */
  constructor(where: Where, handler: ConnectionHandler, options: TCPServerOptions = {}) {
    super(where, options);
    this.#handler = handler;
    this.#options = options;
  }

  protected override get socketOptions(): SocketOptions {
    return this.#options;
  }

  protected override accept(socket: Socket): void {
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
}
