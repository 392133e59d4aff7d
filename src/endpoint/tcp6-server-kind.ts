import { ADDRESS, COUNT, PORT } from "./argument-type";
import { endpointKind, optional, required, standing } from "./endpoint-kind";
import { TCPServerEndpoint } from "./tcp-server-endpoint";

/** The order is Twisted's, and not that of `tcp`. */
export const tcp6Server = endpointKind({
  name: "tcp6",
  help: "A TCP port for IPv6 alone.",
  examples: ["tcp6:8080", "tcp6:8080:interface=\\:\\:1"],
  parameters: {
    port: required(PORT, "The port; 0 lets the system choose one."),
    backlog: optional(COUNT, "How many connections the system keeps waiting; 511 by default."),
    interface: standing(ADDRESS, "::", "The address to listen at; all of this machine's by default."),
  },
  make: (values) => new TCPServerEndpoint({ ...values, ipv6Only: true }),
});
