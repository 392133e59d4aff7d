import type { ArgumentType } from "./argument-type";
import type { IStreamServerEndpoint } from "./i-stream-server-endpoint";

/** Another endpoint, as an argument. */
export const NESTED_SERVER: ArgumentType<IStreamServerEndpoint> = {
  placeholder: "endpoint",
  must: "must be an endpoint",
  read: (text, nested) => nested(text) as IStreamServerEndpoint,
};
