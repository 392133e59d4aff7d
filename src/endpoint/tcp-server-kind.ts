import { ADDRESS, COUNT, PORT } from "./argument-type";
import { endpointKind, optional, required } from "./endpoint-kind";
import { TCPServerEndpoint } from "./tcp-server-endpoint";

export const tcpServer = endpointKind({
  name: "tcp",
  help: "A TCP port, for IPv4 and IPv6 unless an interface says otherwise.",
  examples: ["tcp:8080", "tcp:8080:interface=127.0.0.1", "tcp:8080:interface=\\:\\:1"],
  parameters: {
    port: required(PORT, "The port; 0 lets the system choose one."),
    interface: optional(ADDRESS, "The address to listen at; all of this machine's by default."),
    backlog: optional(COUNT, "How many connections the system keeps waiting; 511 by default."),
  },
  make: (values) => new TCPServerEndpoint(values),
});
