import { EndpointError } from "./errors";
import type { ServerEndpointKind } from "./server-endpoint";
import { wholeNumber } from "./whole-number";

/** `tcp:8080`, `tcp:8080:interface=127.0.0.1`, `tcp:8080:interface=\:\:1`; without an interface, as Node listens. */
export const tcpServer: ServerEndpointKind = {
  parameters: ["port", "interface", "backlog"],
  example: "tcp:8080:interface=127.0.0.1",
  make({ port: given, interface: host, backlog }) {
    if (given === undefined) throw new EndpointError("the port is missing");
    const port = wholeNumber("a port", given, 65_535);
    return {
      kind: "tcp",
      description: host ? `port ${port} on ${host}` : `port ${port}`,
      listen: {
        port,
        ...(host ? { host } : {}),
        ...(backlog === undefined ? {} : { backlog: wholeNumber("backlog", backlog, 65_535) }),
      },
    };
  },
};
