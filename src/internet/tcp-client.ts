import type { ToWhere } from "../endpoint/client-endpoint";
import { HostnameEndpoint, type HostnameEndpointSettings } from "../endpoint/hostname-endpoint";
import { isEndpoint } from "./is-endpoint";
import { StreamClient, type StreamClientOptions } from "./stream-client";
import type { ConnectionHandler } from "./tcp-server";

/**
 * Connects once by TCP, when it starts, and calls `handler` with the connection: see {@link StreamClient}.
 *
 * ```ts
 * new TCPClient({ host: "localhost", port: 1235 }, (socket) => socket.pipe(process.stdout));
 * new TCPClient("tcp:localhost:1235:timeout=5", greet, { required: false });
 * ```
 */
export class TCPClient extends StreamClient {
  /** @throws EndpointError */
  constructor(
    where: ToWhere | HostnameEndpointSettings,
    handler: ConnectionHandler,
    options?: StreamClientOptions,
  ) {
    super(isEndpoint(where) ? where : new HostnameEndpoint(where), handler, options);
  }
}
