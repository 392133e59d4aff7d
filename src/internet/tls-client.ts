import { clientEndpoint, type ToWhere } from "../endpoint/client-endpoint";
import { EndpointError } from "../endpoint/errors";
import { HostnameEndpoint, type HostnameEndpointSettings } from "../endpoint/hostname-endpoint";
import type { IStreamClientEndpoint } from "../endpoint/i-stream-client-endpoint";
import { TLSClientEndpoint, type TLSClientSettings } from "../endpoint/tls-client-endpoint";
import { isEndpoint } from "./is-endpoint";
import { StreamClient, type StreamClientOptions } from "./stream-client";
import type { ConnectionHandler } from "./tcp-server";

/** A host, a port, and who is to be trusted. The certificate has to be for `host`, unless `hostname` is said. */
export type TLSClientPlace = HostnameEndpointSettings & Partial<TLSClientSettings>;

/**
 * Connects once by TLS, when it starts, and calls `handler` with the connection, whose server is verified: see
 * {@link StreamClient}. A plain `tcp:` becomes TLS here as well.
 *
 * ```ts
 * new TLSClient({ host: "db.example.com", port: 5432, trustRoots: "/etc/myproject/ca.pem" }, talk);
 * new TLSClient("tls:db.example.com:5432", talk);
 * ```
 */
export class TLSClient extends StreamClient {
  /** @throws EndpointError also for an endpoint that has no TLS, or may have none */
  constructor(where: ToWhere | TLSClientPlace, handler: ConnectionHandler, options?: StreamClientOptions) {
    super(secure(where), handler, options);
  }
}

function secure(where: ToWhere | TLSClientPlace): IStreamClientEndpoint {
  if (!isEndpoint(where))
    return new TLSClientEndpoint(new HostnameEndpoint(where), {
      ...where,
      hostname: where.hostname ?? where.host,
    });
  const endpoint = clientEndpoint(where);
  if (endpoint instanceof TLSClientEndpoint) return endpoint;
  if (endpoint instanceof HostnameEndpoint)
    return new TLSClientEndpoint(endpoint, { hostname: endpoint.host });
  throw new EndpointError(
    `${endpoint.description} has no TLS: put a TLSClientEndpoint around it, or use StreamClient`,
  );
}
