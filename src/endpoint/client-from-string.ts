/** Where to connect to, as text: `tcp:db.example.com:5432`. */
import type { Socket } from "node:net";
import { Implements } from "../interface/implements";
import { CLIENT_KINDS } from "./client-kinds";
import { EndpointReader } from "./endpoint-reader";
import { IStreamClientEndpoint } from "./i-stream-client-endpoint";
import { IStreamClientEndpointStringParser } from "./i-stream-client-endpoint-string-parser";

/** One of a kind that a plugin may have: it is looked for when it is to connect. */
@Implements(IStreamClientEndpoint)
class LateClientEndpoint implements IStreamClientEndpoint {
  #found: IStreamClientEndpoint | undefined;

  constructor(readonly description: string) {}

  async prepare(): Promise<void> {
    this.#found = await resolveClientEndpoint(this.description);
    await this.#found.prepare?.();
  }

  async connect(signal?: AbortSignal): Promise<Socket> {
    this.#found ??= await resolveClientEndpoint(this.description);
    signal?.throwIfAborted();
    return this.#found.connect(signal);
  }
}

const reader = new EndpointReader({
  kinds: CLIENT_KINDS,
  plugins: {
    wanted: IStreamClientEndpointStringParser,
    member: "connect",
    parse: (parser, positional, named) => parser.parseStreamClient(positional, named),
  },
  late: (text) => new LateClientEndpoint(text),
});

/**
 * The endpoint that a string means. A kind that is not appd's own is looked for among the plugins when the endpoint
 * is prepared, or else connects; {@link resolveClientEndpoint} does so at once.
 *
 * ```ts
 * clientFromString("tcp:db.example.com:5432:timeout=5");
 * ```
 *
 * @throws EndpointError
 */
export const clientFromString = (text: string): IStreamClientEndpoint => reader.read(text);

/**
 * The same, with the kinds of plugins.
 *
 * @throws EndpointError, also for a kind that nobody has
 */
export const resolveClientEndpoint = (text: string): Promise<IStreamClientEndpoint> => reader.resolve(text);
