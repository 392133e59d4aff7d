import { SharedInterface } from "../interface/interface";
import { IPlugin } from "../plugin/plugin";
import type { IStreamServerEndpoint } from "./i-stream-server-endpoint";

/** The arguments of an endpoint string by name, escapes resolved. */
export type NamedArguments = Readonly<Record<string, string | undefined>>;

/**
 * Makes endpoints of strings that begin with a kind of its own. Export one from a plugin file:
 *
 * ```ts
 * @Implements(IStreamServerEndpointStringParser)
 * export class LocalKind implements IStreamServerEndpointStringParser {
 *   readonly prefix = "local";
 *   parseStreamServer([port = "0"]: readonly string[]): IStreamServerEndpoint {
 *     return serverFromString(`tcp:${port}:interface=127.0.0.1`);
 *   }
 * }
 * ```
 */
@SharedInterface("appd:IStreamServerEndpointStringParser", "prefix", "parseStreamServer")
export abstract class IStreamServerEndpointStringParser extends IPlugin {
  /** The kind: a letter, then letters, digits, `+`, `-` and `.`; large and small letters are the same. */
  abstract readonly prefix: string;

  /**
   * The endpoint; nothing is opened yet. A UsageError that it throws is about the string, and is shown behind it.
   *
   * @param positional the arguments without a name, in their order
   */
  abstract parseStreamServer(positional: readonly string[], named: NamedArguments): IStreamServerEndpoint;
}
