import { ADDRESS, HOST, PEERS_PORT, SECONDS } from "./argument-type";
import { endpointKind, optional, required, standing } from "./endpoint-kind";
import { HostnameEndpoint } from "./hostname-endpoint";

export const tcpClient = endpointKind({
  name: "tcp",
  help: "A host and a port. Of a name with several addresses, IPv6 or IPv4, the first that answers is taken.",
  examples: ["tcp:db.example.com:5432", "tcp:localhost:5432:timeout=5"],
  parameters: {
    host: required(HOST, "A name or an address."),
    port: required(PEERS_PORT, "The port to connect to."),
    timeout: standing(SECONDS, "30", "Seconds that connecting may take, looking up the name included."),
    bindAddress: optional(ADDRESS, "The address of this machine to connect from."),
  },
  make: (values) => new HostnameEndpoint(values),
});
