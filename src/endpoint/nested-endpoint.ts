import type { ArgumentType } from "./argument-type";
import type { IStreamClientEndpoint } from "./i-stream-client-endpoint";
import type { IStreamServerEndpoint } from "./i-stream-server-endpoint";

/** Another endpoint, as an argument: it is read by the kinds by which the whole is. */
function nestedEndpoint<E>(): ArgumentType<E> {
  return { placeholder: "endpoint", must: "must be an endpoint", read: (text, nested) => nested(text) as E };
}

export const NESTED_SERVER = nestedEndpoint<IStreamServerEndpoint>();

export const NESTED_CLIENT = nestedEndpoint<IStreamClientEndpoint>();
