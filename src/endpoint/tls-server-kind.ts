import { ADDRESS, COUNT, PATH, PORT } from "./argument-type";
import { endpointKind, given, optional, required } from "./endpoint-kind";
import { EndpointError } from "./errors";
import { NESTED_SERVER } from "./nested-endpoint";
import { TCPServerEndpoint } from "./tcp-server-endpoint";
import { TLS_SERVER_PARAMETERS } from "./tls-server-parameters";
import { TLSServerEndpoint } from "./tls-server-endpoint";

export const tlsServer = endpointKind({
  name: "tls",
  help: "A TCP port, or another endpoint, with TLS; the certificates are in a folder, by the names of hosts (SNI).",
  examples: ["tls:/etc/myproject/tls:443", "tls:/etc/myproject/tls:endpoint=systemd\\:name\\=web"],
  parameters: {
    path: required(
      PATH,
      "The folder with PEM files, each with a certificate and its private key, or in pairs.",
    ),
    port: optional(PORT, "The port; 443 by default."),
    backlog: optional(COUNT, "How many connections the system keeps waiting; 511 by default."),
    interface: optional(ADDRESS, "The address to listen at; all of this machine's by default."),
    endpoint: optional(NESTED_SERVER, "What to listen at in the place of a port, with its colons escaped."),
    ...TLS_SERVER_PARAMETERS,
  },
  make({ path, port, backlog, interface: address, endpoint, ...settings }) {
    if (endpoint && (port ?? backlog ?? address) !== undefined)
      throw new EndpointError("port, backlog and interface are those of the endpoint, where there is one");
    return new TLSServerEndpoint(
      endpoint ?? new TCPServerEndpoint({ port: port ?? 443, backlog, interface: address }),
      given({ certificates: path, ...settings }),
    );
  },
});
