import { shown } from "../base/text";
import { EndpointError } from "./errors";
import type { IStreamServerEndpoint } from "./i-stream-server-endpoint";
import { serverFromString } from "./server-from-string";
import { TCPServerEndpoint } from "./tcp-server-endpoint";

/** A port, an endpoint string, or an endpoint. */
export type Where = number | string | IStreamServerEndpoint;

/**
 * The endpoint that is meant.
 *
 * @throws EndpointError
 */
export function serverEndpoint(where: Where): IStreamServerEndpoint {
  if (typeof where === "number") return new TCPServerEndpoint({ port: where });
  if (typeof where === "string") return serverFromString(where);
  if (typeof (where as Partial<IStreamServerEndpoint> | undefined)?.listen === "function") return where;
  throw new EndpointError(
    `where to listen must be a port, an endpoint string or an endpoint, got ${shown(where)}`,
  );
}
