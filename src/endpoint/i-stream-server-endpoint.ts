import type { AddressInfo, ServerOpts, Socket } from "node:net";
import { SharedInterface } from "../interface/interface";
import type { Logger } from "../log/logger";
import type { Clock } from "../service/clock";
import type { Inherited } from "../service/inherited";

export type { Inherited, InheritedSocket } from "../service/inherited";

/**
 * A place where a server listens for connections. Endpoints may stand in front of others, as TLS does, or the header
 * that a proxy sends.
 */
@SharedInterface("appd:IStreamServerEndpoint", "description", "listen")
export abstract class IStreamServerEndpoint {
  /** What to call it in a message: `port 8080 on 127.0.0.1`. */
  abstract readonly description: string;

  /**
   * Whether what is written to a connection as soon as it is accepted reaches the peer as it stands: whoever is
   * refused is told so. Not where there is a handshake first.
   */
  readonly isPlain?: boolean;

  /**
   * Binds, and hands over every connection from then on.
   *
   * @throws ListenError, ListenPermissionError, ListenPathError; EndpointError when what it names can't be used
   */
  abstract listen(listener: ConnectionListener): Promise<ListeningPort>;
}

/**
 * Who listens, and what the endpoint may need from it. An endpoint that stands in front of another hands on a copy
 * with a `connected` of its own: `{ ...listener, connected: (socket) => … }`.
 */
export interface ConnectionListener {
  readonly log: Logger;
  readonly clock: Clock;
  /** What the process was given when it was started. */
  readonly inherited: Inherited;
  /** Aborts when nobody waits for `listen` any more: what it has bound by then, or binds later, has to be let go. */
  readonly signal: AbortSignal;
  /** Protocols that can be spoken, the best one first, for an endpoint that negotiates (ALPN) and was told none. */
  readonly protocols?: readonly string[] | undefined;
  /** How sockets are to be made, in Node's words. */
  readonly socketOptions?: SocketOptions | undefined;
  /**
   * Whether a connection that has just been accepted may go on; the listener has closed it where not. Whatever really
   * accepts asks it first, before a byte is read, so that what is still in a handshake counts as well. From then on
   * the listener takes care of the socket's errors, and of its end when the server stops.
   *
   * It counts for the address of its peer. Behind a proxy that is the proxy's: what reads who is behind it admits the
   * socket for `null` first, for no address, and once more for the one that it has read.
   */
  admit(socket: Socket, address?: string | null): boolean;
  /**
   * Calls back as soon as connections may go on, at once if they may already: between the privileged pass and the
   * start they wait, unread. Whatever really accepts asks it.
   */
  whenAccepting(goOn: () => void): void;
  /**
   * Takes a connection that is ready. Its errors and its end are the listener's from here on. `carrier` is the one that
   * was admitted, where that is another, as below TLS.
   */
  connected(socket: Socket, carrier?: Socket): void;
  /** Hears of a connection that could not be accepted, as when all file descriptors are in use. */
  acceptFailed(error: Error): void;
}

/** How the sockets of connections are made: options of Node's `net.createServer`. */
export type SocketOptions = Pick<
  ServerOpts,
  "allowHalfOpen" | "highWaterMark" | "keepAlive" | "keepAliveInitialDelay" | "noDelay" | "pauseOnConnect"
>;

/** What is listened at. */
export interface ListeningPort {
  /** Node's address, the path of a UNIX socket, or undefined where there is neither, as for standard input. */
  readonly address: AddressInfo | string | undefined;
  /** Accepts no more; connections that are open go on. Resolves when the port is free and the socket's file gone. */
  stopListening(): Promise<void>;
}
