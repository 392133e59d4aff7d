import type { Logger } from "../log/logger";
import { messageOf } from "../log/describe-error";
import { isPeersFault } from "./peers-fault";

/** What failed, and of whom: a request of HTTP/1.1 or of HTTP/2. */
export interface FailedRequest {
  readonly request: {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    readonly destroyed: boolean;
    readonly errored: Error | null;
  };
  /** What carries it: a connection, or a stream of one. */
  readonly connection: { readonly destroyed: boolean; readonly errored: Error | null };
}

/** Tells of a request whose handler has failed; what peers do is no fault of ours. */
export function logFault(log: Logger, error: unknown, { request, connection }: FailedRequest): void {
  const { method = "", url = "" } = request;
  const [path = ""] = url.split("?", 1);
  const level = isPeersFault(error, connection, request) ? "debug" : "error";
  log[level]({ err: error }, `${method} ${path} failed: ${messageOf(error)}`);
}
