import { PATH, SECONDS, SWITCH } from "./argument-type";
import { endpointKind, required, standing } from "./endpoint-kind";
import { UNIXClientEndpoint } from "./unix-client-endpoint";

export const unixClient = endpointKind({
  name: "unix",
  help: "The path of a UNIX socket.",
  examples: ["unix:/run/myproject.sock"],
  parameters: {
    path: required(PATH, "The path of the socket."),
    timeout: standing(SECONDS, "30", "Seconds that connecting may take."),
    lockfile: standing(
      SWITCH,
      "0",
      "Taken for Twisted's sake: a socket that nobody serves refuses by itself.",
    ),
  },
  make: ({ path, timeout }) => new UNIXClientEndpoint({ path, timeout }),
});
