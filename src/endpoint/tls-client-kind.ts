import { ADDRESS, HOST, LIST, oneOf, PATH, PEERS_PORT, SECONDS } from "./argument-type";
import { endpointKind, optional, required, standing } from "./endpoint-kind";
import { EndpointError } from "./errors";
import { HostnameEndpoint } from "./hostname-endpoint";
import { NESTED_CLIENT } from "./nested-endpoint";
import { TLSClientEndpoint } from "./tls-client-endpoint";

export const tlsClient = endpointKind({
  name: "tls",
  help: "A host and a port with TLS. That the server is the one that was meant is verified, always.",
  examples: ["tls:db.example.com:5433", "tls:db.example.com:5433:trustRoots=/etc/myproject/ca.pem"],
  parameters: {
    host: required(HOST, "A name or an address; the server's certificate has to be for it."),
    port: optional(PEERS_PORT, "The port to connect to; needed, unless there is an endpoint."),
    timeout: standing(SECONDS, "30", "Seconds that connecting may take, without the handshake of TLS."),
    bindAddress: optional(ADDRESS, "The address of this machine to connect from."),
    certificate: optional(PATH, "The PEM file with a certificate to show to the server."),
    privateKey: optional(PATH, "The PEM file with its private key; the certificate's by default."),
    trustRoots: optional(
      PATH,
      "Who may have issued the server's certificate: a PEM file, or a folder of them.",
    ),
    endpoint: optional(
      NESTED_CLIENT,
      "What to connect to in the place of host and port, with its colons escaped.",
    ),
    alpn: optional(LIST, "Protocols to offer, the best one first."),
    minVersion: standing(oneOf("TLSv1.2", "TLSv1.3"), "TLSv1.2", "The oldest version of TLS that is spoken."),
    handshakeTimeout: standing(SECONDS, "10", "Seconds for the handshake of TLS."),
  },
  make({ host, port, timeout, bindAddress, endpoint, ...settings }) {
    return new TLSClientEndpoint(endpoint ?? tcp(), { hostname: host, ...settings });

    function tcp(): HostnameEndpoint {
      if (port === undefined)
        throw new EndpointError("port is missing, and there is no endpoint in its place");
      return new HostnameEndpoint({ host, port, timeout, bindAddress });
    }
  },
});
