import type { LookupAddress } from "node:dns";
import { Implements } from "../interface/implements";
import { listenAndAccept, portOf } from "./accept";
import { EndpointError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import { listenError } from "./listen-error";

/** Which port of this machine, and at which of its addresses. */
export interface TCPServerSettings {
  /** 0 lets the system choose. */
  readonly port: number;
  /** An address, or a name of one, of this machine; by default all of them, as Node listens. */
  readonly interface?: string | undefined;
  /** How many connections the system keeps that nobody has accepted yet: 511 by default, and never more than it likes. */
  readonly backlog?: number | undefined;
  /** Whether it is for IPv6 alone. */
  readonly ipv6Only?: boolean | undefined;
}

/** A TCP port of this machine. */
@Implements(IStreamServerEndpoint)
export class TCPServerEndpoint implements IStreamServerEndpoint {
  readonly isPlain = true;
  readonly port: number;
  readonly interface: string | undefined;
  readonly backlog: number | undefined;
  readonly ipv6Only: boolean;

  /** @throws EndpointError */
  constructor({ port, interface: host, backlog, ipv6Only = false }: TCPServerSettings) {
    this.port = whole("a port", port);
    this.interface = host === "" ? undefined : host;
    this.backlog = backlog === undefined ? undefined : whole("backlog", backlog);
    this.ipv6Only = ipv6Only;
    if (ipv6Only && host !== undefined && process.getBuiltinModule("node:net").isIPv4(host))
      throw new EndpointError(`for IPv6 alone the interface can't be ${host}, an address of IPv4`);
  }

  get description(): string {
    return this.interface === undefined ? `port ${this.port}` : `port ${this.port} on ${this.interface}`;
  }

  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    const { port, interface: name, backlog, ipv6Only, description } = this;
    let host: string | undefined;
    try {
      host =
        name === undefined
          ? undefined
          : await addressOf(name, { signal: listener.signal, family: ipv6Only ? 6 : 0 });
      const where = { port, ipv6Only, ...(host !== undefined && { host }) };
      return portOf(await listenAndAccept({ ...where, ...(backlog !== undefined && { backlog }) }, listener));
    } catch (error) {
      if (listener.signal.aborted) throw error;
      throw await listenError(error as Error, { description, port, interface: name, address: host });
    }
  }
}

interface Lookup {
  readonly signal: AbortSignal;
  /** 6 for addresses of IPv6 alone, 0 for whatever there is. */
  readonly family: 0 | 6;
}

/** Asked for here and not by Node's server, which would bind when the answer comes, whatever has become of it. */
async function addressOf(name: string, { signal, family }: Lookup): Promise<string> {
  if (process.getBuiltinModule("node:net").isIP(name) !== 0) return name;
  const { lookup } = process.getBuiltinModule("node:dns");
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    lookup(name, { family }, (error: Error | null, address: LookupAddress["address"]) => {
      signal.removeEventListener("abort", onAbort);
      if (error) reject(error);
      else resolve(address);
    });
  });
}

function whole(what: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new EndpointError(
    `${what} must be a whole number from 0 to 65535, got ${JSON.stringify(String(value))}`,
  );
}
