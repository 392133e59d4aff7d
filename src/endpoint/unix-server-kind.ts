import { COUNT, PATH } from "./argument-type";
import { endpointKind, optional, required } from "./endpoint-kind";
import { UNIXServerEndpoint } from "./unix-server-endpoint";

export const unixServer = endpointKind({
  name: "unix",
  help: "A UNIX socket.",
  examples: ["unix:/run/myproject.sock"],
  parameters: {
    address: required(PATH, "The path of the socket."),
    backlog: optional(COUNT, "How many connections the system keeps waiting; 511 by default."),
  },
  make: (values) => new UNIXServerEndpoint(values),
});
