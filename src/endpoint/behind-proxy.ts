import { HAProxyServerEndpoint, type HAProxyServerSettings } from "./haproxy-server-endpoint";
import type { IStreamServerEndpoint } from "./i-stream-server-endpoint";
import { TLSServerEndpoint } from "./tls-server-endpoint";

/** Expects the header of a proxy in front of an endpoint: of one with TLS too, where proxies send it before TLS. */
export function behindProxy(
  endpoint: IStreamServerEndpoint,
  settings: HAProxyServerSettings,
): IStreamServerEndpoint {
  if (endpoint instanceof TLSServerEndpoint) return endpoint.over((inner) => behindProxy(inner, settings));
  return new HAProxyServerEndpoint(endpoint, settings);
}
