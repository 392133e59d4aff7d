import { AdoptedStreamServerEndpoint } from "./adopted-stream-server-endpoint";
import { COUNT } from "./argument-type";
import { endpointKind, required } from "./endpoint-kind";

export const fdServer = endpointKind({
  name: "fd",
  help: "A socket that listens already, and that the process was given, by the number of its file descriptor.",
  examples: ["fd:3"],
  parameters: { fd: required(COUNT, "The number of the file descriptor.") },
  make: (values) => new AdoptedStreamServerEndpoint(values),
});
