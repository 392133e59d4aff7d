/** Which endpoint strings systemd can listen at in the place of the service, and what the service is told instead. */
import { readEndpointText, quoteStringArgument, type EndpointArgument } from "../../endpoint/endpoint-text";
import { textOf } from "../../endpoint/endpoint-reader";
import { serverFromString } from "../../endpoint/server-from-string";
import { SERVER_KINDS } from "../../endpoint/server-kinds";
import { TCPServerEndpoint } from "../../endpoint/tcp-server-endpoint";
import type { UNIXServerEndpoint } from "../../endpoint/unix-server-endpoint";
import type { SocketPlan } from "./socket-unit";

/** Systemd listens: its socket, and the endpoint string for the service. */
export interface Held {
  readonly socket: SocketPlan;
  readonly text: string;
}

/** The service listens itself: why, and at which port below 1024, if it is one. */
export interface Kept {
  readonly why: string;
  readonly privilegedPort?: number | undefined;
}

export interface Holding {
  /** What the socket is to be called. */
  readonly name: string;
  /** Which folder relative paths begin at. */
  readonly folder: string;
}

/** How many connections Node keeps waiting unless it is told. */
const BACKLOG = 511;

/** What becomes of an endpoint string that is right. */
export function heldEndpoint(text: string, holding: Holding): Held | Kept {
  const { kind, args } = readEndpointText(/^\d+$/.test(text) ? `tcp:${text}` : text);
  switch (kind.toLowerCase()) {
    case "tcp":
    case "tcp6":
      return heldPort(serverFromString(text) as TCPServerEndpoint, holding);
    case "unix":
      return heldFile(serverFromString(text) as UNIXServerEndpoint, holding);
    case "tls":
      return heldWithTLS(args, holding);
    case "haproxy":
      return heldBehindProxy(text, args, holding);
    case "ssl":
      return {
        why: 'ssl can\'t be put in front of another socket; "tls:" can',
        ...privileged(Number(args.find(({ name }) => name === undefined || name === "port")?.value)),
      };
    case "systemd":
      return { why: "a socket unit of your own has to give it that socket" };
    case "fd":
      return { why: "systemd gives its sockets by name; write systemd:name=… and a socket unit" };
    case "stdio":
      return { why: "standard input is no socket that a unit could hold" };
    default:
      return { why: "its kind is a plugin's" };
  }
}

/** The text of an endpoint that a program has made: a port, most of the time. */
export function textOfEndpoint(endpoint: unknown): string | undefined {
  if (typeof endpoint !== "object" || endpoint === null) return undefined;
  const { port, interface: host, backlog, ipv6Only } = endpoint as Partial<TCPServerEndpoint>;
  const isPort = Object.getPrototypeOf(endpoint) === TCPServerEndpoint.prototype;
  if (!isPort) return textOf(endpoint);
  const more = Object.entries({ interface: host, backlog }).filter(([, value]) => value !== undefined);
  const words = more.map(([name, value]) => `${name}=${quoteStringArgument(String(value))}`);
  return [ipv6Only ? "tcp6" : "tcp", String(port), ...words].join(":");
}

export const isHeld = (found: Held | Kept): found is Held => "socket" in found;

/** The port below 1024 that a string makes a service bind by itself; undefined for any other text. */
export function privilegedPortOf(text: string): number | undefined {
  if (!/^[a-z][a-z0-9]*:/i.test(text)) return undefined;
  try {
    const found = heldEndpoint(text, { name: "port", folder: "/" });
    if (!isHeld(found)) return found.privilegedPort;
    return privileged(Number(/(\d+)$/.exec(found.socket.file ? "" : found.socket.listen)?.[1]))
      .privilegedPort;
  } catch {
    return undefined;
  }
}

function privileged(port: number): Pick<Kept, "privilegedPort"> {
  return port > 0 && port < 1024 ? { privilegedPort: port } : {};
}

function heldPort(endpoint: TCPServerEndpoint, { name }: Holding): Held | Kept {
  const { port, interface: host, backlog = BACKLOG, ipv6Only } = endpoint;
  if (port === 0) return { why: "the system is to choose its port, and a unit has to say one" };
  const address = host ?? (ipv6Only ? "::" : undefined);
  const family = address === undefined ? 0 : process.getBuiltinModule("node:net").isIP(address);
  if (address !== undefined && (family === 0 || address.includes("%")))
    return { why: `systemd listens at numeric addresses, and not at ${address}`, ...privileged(port) };
  const listen = address === undefined ? String(port) : `${family === 6 ? `[${address}]` : address}:${port}`;
  const freeBind = address !== undefined && !/^(?:127\.|0\.0\.0\.0$|::1?$)/.test(address);
  return { socket: { name, listen, backlog, ipv6Only, freeBind }, text: textFor(name) };
}

function heldFile(endpoint: UNIXServerEndpoint, { name, folder }: Holding): Held {
  const { address, mode, backlog = BACKLOG, user, group } = endpoint;
  const file = {
    mode,
    ...(user !== undefined && { user: String(user) }),
    ...(group !== undefined && { group: String(group) }),
  };
  const listen = process.getBuiltinModule("node:path").resolve(folder, address);
  return { socket: { name, listen, backlog, ipv6Only: false, freeBind: false, file }, text: textFor(name) };
}

const textFor = (name: string): string => `systemd:name=${quoteStringArgument(name)}`;

/** Its port becomes an endpoint; all else is kept, by name. */
function heldWithTLS(args: readonly EndpointArgument[], holding: Holding): Held | Kept {
  const values = named("tls", args);
  const { path = "", port = "443", interface: host, backlog, endpoint, ...others } = values;
  const place = [`tcp:${port}`, ...(host ? [`interface=${quoteStringArgument(host)}`] : [])];
  const inner = endpoint ?? [...place, ...(backlog ? [`backlog=${backlog}`] : [])].join(":");
  const found = heldEndpoint(inner, holding);
  if (!isHeld(found)) return found;
  const rest = { ...others, endpoint: found.text };
  const words = Object.entries(rest).map(([name, value]) => `${name}=${quoteStringArgument(value)}`);
  return { ...found, text: ["tls", quoteStringArgument(path), ...words].join(":") };
}

/** What is behind the proxy's own arguments is an endpoint as it stands. */
function heldBehindProxy(text: string, args: readonly EndpointArgument[], holding: Holding): Held | Kept {
  const rest = args.find(
    ({ name, value }) => name === undefined && SERVER_KINDS.known.has(value.toLowerCase()),
  );
  if (rest) {
    const found = heldEndpoint(text.slice(rest.at), holding);
    return isHeld(found) ? { ...found, text: `${text.slice(0, rest.at)}${found.text}` } : found;
  }
  const given = args.find(({ name }) => name === "endpoint");
  if (!given) return { why: "what it is in front of is not known" };
  const found = heldEndpoint(given.value, holding);
  if (!isHeld(found)) return found;
  const inner = quoteStringArgument(found.text);
  return { ...found, text: `${text.slice(0, given.valueAt)}${inner}${text.slice(given.end)}` };
}

/** The arguments by their names, without those that are empty. */
function named(kind: string, args: readonly EndpointArgument[]): Record<string, string> {
  const known = SERVER_KINDS.known.get(kind);
  const names = known && "parameters" in known ? Object.keys(known.parameters) : [];
  let place = 0;
  const all = args.map(({ name, value }) => [name ?? names[place++] ?? "", value] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== ""));
}
