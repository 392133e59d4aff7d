import type { AddressInfo, Socket } from "node:net";
import { SharedInterface } from "../interface/interface";
import type { Logger } from "../log/logger";
import type { Clock } from "../service/clock";

/**
 * A place where a server listens for connections. Endpoints may stand in front of others, as TLS does, or the header
 * that a proxy sends.
 */
@SharedInterface("appd:IStreamServerEndpoint", "description", "listen")
export abstract class IStreamServerEndpoint {
  /** What to call it in a message: `port 8080 on 127.0.0.1`. */
  abstract readonly description: string;

  /**
   * Binds, and hands over every connection from then on.
   *
   * @throws ListenError, ListenPermissionError, ListenPathError; EndpointError when what it names can't be used
   */
  abstract listen(listener: ConnectionListener): Promise<ListeningPort>;
}

/** Who listens, and what the endpoint may need from it. */
export interface ConnectionListener {
  readonly log: Logger;
  readonly clock: Clock;
  /** What the process was given when it was started. */
  readonly inherited: Inherited;
  /** Protocols that can be spoken, the best one first, for an endpoint that negotiates (ALPN) and was told none. */
  readonly protocols?: readonly string[] | undefined;
  /**
   * Whether a connection that has just been accepted may go on; the listener has closed it where not. Whatever really
   * accepts asks it first, before a byte is read, so that what is still in a handshake counts as well.
   */
  admit(socket: Socket): boolean;
  /** Takes a connection that is ready. Its errors and its end are the listener's from here on. */
  connected(socket: Socket): void;
  /** Hears of a connection that could not be accepted, as when all file descriptors are in use. */
  acceptFailed(error: Error): void;
}

/** What is listened at. */
export interface ListeningPort {
  /** Node's address, the path of a UNIX socket, or undefined where there is neither, as for standard input. */
  readonly address: AddressInfo | string | undefined;
  /** Accepts no more; connections that are open go on. Resolves when the port is free and the socket's file gone. */
  stopListening(): Promise<void>;
}

/** What a process may be given by whoever started it. */
export interface Inherited {
  /** Open sockets, in their order, with their names where there are any: `LISTEN_FDS`, `LISTEN_FDNAMES`. */
  readonly sockets: readonly InheritedSocket[];
  readonly stdin: NodeJS.ReadableStream | undefined;
  readonly stdout: NodeJS.WritableStream | undefined;
}

export interface InheritedSocket {
  readonly fd: number;
  readonly name: string | undefined;
}
