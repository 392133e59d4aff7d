import { SharedInterface } from "../interface/interface";
import { IPlugin } from "../plugin/plugin";
import type { IStreamClientEndpoint } from "./i-stream-client-endpoint";
import type { NamedArguments } from "./i-stream-server-endpoint-string-parser";

/** As `IStreamServerEndpointStringParser`, for endpoints that a client connects to. */
@SharedInterface("appd:IStreamClientEndpointStringParser", "prefix", "parseStreamClient")
export abstract class IStreamClientEndpointStringParser extends IPlugin {
  /** The kind: a letter, then letters, digits, `+`, `-` and `.`; large and small letters are the same. */
  abstract readonly prefix: string;

  /** The endpoint; nothing is connected yet. A UsageError that it throws is about the string. */
  abstract parseStreamClient(positional: readonly string[], named: NamedArguments): IStreamClientEndpoint;
}
