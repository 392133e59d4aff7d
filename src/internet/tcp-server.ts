import {
  StreamServerEndpointService,
  type ConnectionHandler,
  type StreamServerOptions,
} from "./stream-server-endpoint-service";

export type { ConnectionHandler };

/** As for every server of streams. */
export type TCPServerOptions = StreamServerOptions;

/**
 * Listens on a TCP port, and calls its handler with each connection: see {@link StreamServerEndpointService}.
 *
 * ```ts
 * new TCPServer(1235, (socket) => socket.end("Hello!\n"));
 * new TCPServer("tcp:1235:interface=127.0.0.1", (socket) => socket.pipe(socket));
 * ```
 */
export class TCPServer extends StreamServerEndpointService {}
