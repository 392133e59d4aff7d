import { serverEndpoint, type Where } from "../endpoint/server-endpoint";
import { TLSServerEndpoint } from "../endpoint/tls-server-endpoint";
import type { TLSServerSettings } from "../endpoint/tls-settings";
import {
  StreamServerEndpointService,
  type ConnectionHandler,
  type StreamServerOptions,
} from "./stream-server-endpoint-service";

/** What every server of streams takes, and what TLS needs: a certificate. */
export interface TLSServerOptions extends StreamServerOptions, TLSServerSettings {}

/**
 * Speaks TLS at a port or another endpoint, and calls its handler with each connection once that is secure, a
 * `TLSSocket`: see {@link StreamServerEndpointService}.
 *
 * ```ts
 * new TLSServer(8443, (socket) => socket.pipe(socket), { certificate: "server.pem", privateKey: "server.key" });
 * new TLSServer("tcp:8443:interface=127.0.0.1", handler, { certificates: "/etc/myserver/tls" });
 * ```
 */
export class TLSServer extends StreamServerEndpointService {
  /** @throws EndpointError */
  constructor(where: Where, handler: ConnectionHandler, options: TLSServerOptions) {
    super(new TLSServerEndpoint(serverEndpoint(where), options), handler, options);
  }
}
