import { EndpointError } from "./errors";
import type { ServerEndpointKind } from "./server-endpoint";
import { TCPServerEndpoint } from "./tcp-server-endpoint";
import { wholeNumber } from "./whole-number";

/** `tcp:8080`, `tcp:8080:interface=127.0.0.1`, `tcp:8080:interface=\:\:1`; without an interface, as Node listens. */
export const tcpServer: ServerEndpointKind = {
  parameters: ["port", "interface", "backlog"],
  example: "tcp:8080:interface=127.0.0.1",
  make({ port, interface: host, backlog }) {
    if (port === undefined) throw new EndpointError("the port is missing");
    return new TCPServerEndpoint({
      port: wholeNumber("a port", port, 65_535),
      interface: host,
      backlog: backlog === undefined ? undefined : wholeNumber("backlog", backlog, 65_535),
    });
  },
};
