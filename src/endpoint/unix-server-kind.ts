import { EndpointError } from "./errors";
import type { ServerEndpointKind } from "./server-endpoint";
import { wholeNumber } from "./whole-number";

/** `unix:/run/myproject.sock`. */
export const unixServer: ServerEndpointKind = {
  parameters: ["address", "backlog"],
  example: "unix:/run/myproject.sock",
  make({ address, backlog }) {
    if (!address) throw new EndpointError("the path of the socket is missing");
    return {
      kind: "unix",
      description: `the socket ${address}`,
      listen: {
        path: address,
        ...(backlog === undefined ? {} : { backlog: wholeNumber("backlog", backlog, 65_535) }),
      },
    };
  },
};
