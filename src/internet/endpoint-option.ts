import { Faults, type AppdError } from "../base/errors";
import { clientEndpoint, type ToWhere } from "../endpoint/client-endpoint";
import { resolveClientEndpoint } from "../endpoint/client-from-string";
import { CLIENT_KINDS } from "../endpoint/client-kinds";
import { textOf } from "../endpoint/endpoint-reader";
import { EndpointTextError } from "../endpoint/errors";
import type { IStreamClientEndpoint } from "../endpoint/i-stream-client-endpoint";
import type { IStreamServerEndpoint } from "../endpoint/i-stream-server-endpoint";
import { serverEndpoint, type Where } from "../endpoint/server-endpoint";
import { resolveServerEndpoint } from "../endpoint/server-from-string";
import { SERVER_KINDS } from "../endpoint/server-kinds";
import { Refusal, VALUE_TYPE, type ValueType } from "../options/value-type";

/** A place that a server listens at, as an option. */
export type Endpoint = IStreamServerEndpoint;

/**
 * The endpoint that is meant, and the type of options that say where to listen; kinds of plugins may be typed too.
 *
 * ```ts
 * @Parameter("Where to listen.", { short: "p", type: Endpoint }) listen = Endpoint("tcp:1235");
 * ```
 *
 * @throws EndpointError
 */
export function Endpoint(where: Where): Endpoint {
  return serverEndpoint(where);
}

/** A place that a client connects to, as an option. */
export type ClientEndpoint = IStreamClientEndpoint;

/**
 * The same for places that a client connects to.
 *
 * ```ts
 * @Parameter("The database.", { type: ClientEndpoint }) db = ClientEndpoint("tcp:localhost:5432");
 * ```
 *
 * @throws EndpointError
 */
export function ClientEndpoint(where: ToWhere): ClientEndpoint {
  return clientEndpoint(where);
}

Object.defineProperty(Endpoint, VALUE_TYPE, {
  value: endpointType(resolveServerEndpoint, SERVER_KINDS.known.keys()),
});
Object.defineProperty(ClientEndpoint, VALUE_TYPE, {
  value: endpointType(resolveClientEndpoint, CLIENT_KINDS.known.keys()),
});

interface Described {
  readonly description: string;
}

function endpointType<E extends Described>(
  resolve: (text: string) => Promise<E>,
  kinds: Iterable<string>,
): ValueType {
  const starts = [...kinds].map((kind) => `${kind}:`);
  return {
    placeholder: "endpoint",
    read: (text) => resolve(text).catch(refusal),
    show: (value) => (typeof value === "string" ? value : textOrDescription(value as E)),
    complete: () => starts,
  };
}

const textOrDescription = (endpoint: Described): string => textOf(endpoint) ?? endpoint.description;

/** The option's message has the text already; a fault of something else is its own. */
function refusal(error: unknown): Refusal {
  const [first, ...besides] = error instanceof Faults ? error.faults : [error as AppdError];
  if (!(first instanceof EndpointTextError)) throw error;
  const { problem, hint } = first.fault;
  return new Refusal(`: column ${first.column}: ${problem}`, hint, { cause: first, besides });
}
