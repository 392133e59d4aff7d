/**
 * Endpoints: places to listen at, and to connect to. Here are the classes that do it, and how they are written as text,
 * `tcp:8080:interface=127.0.0.1`: each kind is a file, and a row of the tables in `server-kinds.ts` and
 * `client-kinds.ts`; plugins have kinds of their own. What becomes of a connection is for the services in `internet/`.
 */
import { Implements } from "../interface/implements";
import { EndpointReader } from "./endpoint-reader";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import { IStreamServerEndpointStringParser } from "./i-stream-server-endpoint-string-parser";
import { SERVER_KINDS } from "./server-kinds";

/** One of a kind that a plugin may have: it is looked for when it is to listen. */
@Implements(IStreamServerEndpoint)
class LateServerEndpoint implements IStreamServerEndpoint {
  #found: IStreamServerEndpoint | undefined;

  constructor(readonly description: string) {}

  get isPlain(): boolean {
    return this.#found?.isPlain ?? false;
  }

  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    this.#found = await resolveServerEndpoint(this.description);
    listener.signal.throwIfAborted();
    return this.#found.listen(listener);
  }
}

const reader = new EndpointReader({
  kinds: SERVER_KINDS,
  plugins: {
    wanted: IStreamServerEndpointStringParser,
    member: "listen",
    parse: (parser, positional, named) => parser.parseStreamServer(positional, named),
  },
  late: (text) => new LateServerEndpoint(text),
});

/**
 * The endpoint that a string means; a port alone is `tcp:`. A kind that is not appd's own is looked for among the
 * plugins when the endpoint is to listen; {@link resolveServerEndpoint} does so at once.
 *
 * ```ts
 * serverFromString("tcp:8080:interface=127.0.0.1");
 * ```
 *
 * @throws EndpointError
 */
export const serverFromString = (text: string): IStreamServerEndpoint => reader.read(text);

/**
 * The same, with the kinds of plugins.
 *
 * @throws EndpointError, also for a kind that nobody has
 */
export const resolveServerEndpoint = (text: string): Promise<IStreamServerEndpoint> => reader.resolve(text);
