import { shown } from "../base/text";
import { clientFromString } from "./client-from-string";
import { EndpointError } from "./errors";
import type { IStreamClientEndpoint } from "./i-stream-client-endpoint";

/** An endpoint string, or an endpoint to connect to. */
export type ToWhere = string | IStreamClientEndpoint;

/**
 * The endpoint that is meant.
 *
 * @throws EndpointError
 */
export function clientEndpoint(where: ToWhere): IStreamClientEndpoint {
  if (typeof where === "string") return clientFromString(where);
  if (typeof (where as Partial<IStreamClientEndpoint> | undefined)?.connect === "function") return where;
  throw new EndpointError(
    `where to connect to must be an endpoint string or an endpoint, got ${shown(where)}`,
  );
}
