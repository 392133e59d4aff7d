/**
 * Where to listen, as text and as what does it: `tcp:8080:interface=127.0.0.1`. Each kind is an entry of a table, so
 * that more can join. What becomes of a connection is the servers' business.
 */
import { didYouMean } from "../base/suggest";
import { readEndpointText, type EndpointText } from "./endpoint-text";
import { EndpointError } from "./errors";
import type { IStreamServerEndpoint } from "./i-stream-server-endpoint";
import { TCPServerEndpoint } from "./tcp-server-endpoint";
import { tcpServer } from "./tcp-server-kind";
import { unixServer } from "./unix-server-kind";

/** A kind of endpoint that a server can be given as text. */
export interface ServerEndpointKind {
  /** Its arguments, in the order in which they may be given without a name. */
  readonly parameters: readonly string[];
  /** An example, for messages. */
  readonly example: string;
  /** @throws EndpointError */
  make(values: Readonly<Record<string, string | undefined>>): IStreamServerEndpoint;
}

/** A port, an endpoint string, or an endpoint. */
export type Where = number | string | IStreamServerEndpoint;

const KINDS: ReadonlyMap<string, ServerEndpointKind> = new Map([
  ["tcp", tcpServer],
  ["unix", unixServer],
]);

/**
 * The endpoint that is meant: a bare port is `tcp:`.
 *
 * @throws EndpointError
 */
export function serverEndpoint(where: Where): IStreamServerEndpoint {
  if (typeof where === "number") return new TCPServerEndpoint({ port: where });
  if (typeof where !== "string") return where;
  if (/^\d+$/.test(where)) return tcpServer.make({ port: where });
  const read = readEndpointText(where);
  const kind = KINDS.get(read.kind);
  if (!kind) throw unknownKind(where, read.kind);
  try {
    return kind.make(named(read, kind));
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    throw new EndpointError(`endpoint "${where}": ${error.message}`);
  }
}

function unknownKind(where: string, kind: string): EndpointError {
  const hint = didYouMean(kind, [...KINDS.keys()]);
  const examples = [...KINDS.values()].map(({ example }) => example).join(", ");
  return new EndpointError(
    `endpoint "${where}": "${kind}" is no kind of endpoint that is known here${hint}; known: ${examples}`,
  );
}

/** The arguments by name. */
function named(
  { kind, args }: EndpointText,
  { parameters }: ServerEndpointKind,
): Record<string, string | undefined> {
  const values = new Map<string, string>();
  let place = 0;
  for (const { name = parameters[place++], value } of args) {
    if (name === undefined)
      throw new EndpointError(`"${value}" is one argument too many: ${kind}: takes ${parameters.join(", ")}`);
    if (!parameters.includes(name))
      throw new EndpointError(`${kind}: has no argument "${name}"; it takes ${parameters.join(", ")}`);
    if (values.has(name)) throw new EndpointError(`"${name}" is given twice`);
    values.set(name, value);
  }
  return Object.fromEntries(values);
}
