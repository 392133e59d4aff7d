import type { ToWhere } from "../endpoint/client-endpoint";
import { UNIXClientEndpoint, type UNIXClientEndpointSettings } from "../endpoint/unix-client-endpoint";
import { isEndpoint, isPath } from "./is-endpoint";
import { StreamClient, type StreamClientOptions } from "./stream-client";
import type { ConnectionHandler } from "./tcp-server";

/**
 * Connects once to a UNIX socket, when it starts, and calls `handler` with the connection: see {@link StreamClient}.
 *
 * ```ts
 * new UNIXClient("/run/myproject.sock", (socket) => socket.end("hello\n"));
 * ```
 */
export class UNIXClient extends StreamClient {
  /**
   * @param where a path, or an endpoint, or its string (`unix:…`)
   * @throws EndpointError
   */
  constructor(
    where: ToWhere | UNIXClientEndpointSettings,
    handler: ConnectionHandler,
    options?: StreamClientOptions,
  ) {
    super(endpointOf(where), handler, options);
  }
}

function endpointOf(where: ToWhere | UNIXClientEndpointSettings): ToWhere {
  if (typeof where === "string" && isPath(where)) return new UNIXClientEndpoint({ path: where });
  return isEndpoint(where) ? where : new UNIXClientEndpoint(where);
}
