import { EndpointError } from "./errors";
import type { ServerEndpointKind } from "./server-endpoint";
import { UNIXServerEndpoint } from "./unix-server-endpoint";
import { wholeNumber } from "./whole-number";

/** `unix:/run/myproject.sock`. */
export const unixServer: ServerEndpointKind = {
  parameters: ["address", "backlog"],
  example: "unix:/run/myproject.sock",
  make({ address, backlog }) {
    if (address === undefined) throw new EndpointError("the path of the socket is missing");
    return new UNIXServerEndpoint({
      address,
      backlog: backlog === undefined ? undefined : wholeNumber("backlog", backlog, 65_535),
    });
  },
};
