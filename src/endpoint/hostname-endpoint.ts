import type { LookupFunction, Socket } from "node:net";
import { Implements } from "../interface/implements";
import { systemClock, type Clock } from "../service/clock";
import { connectSocket, refuseTimeout } from "./connect-socket";
import { EndpointError } from "./errors";
import { IStreamClientEndpoint } from "./i-stream-client-endpoint";

/** Where to connect to, and how long that may take. */
export interface HostnameEndpointSettings {
  /** A name, or an address. */
  readonly host: string;
  readonly port: number;
  /** Milliseconds for all of it, looking up the name too: 30,000 by default. */
  readonly timeout?: number | undefined;
  /**
   * Milliseconds that one address of several has before the next is tried in its place: 1,000 by default. Node's own
   * 250 are too few for a server at the other end of the world, which would never be reached.
   */
  readonly attemptTimeout?: number | undefined;
  /** The address of this machine to connect from. */
  readonly bindAddress?: string | undefined;
  /** How names become addresses, in the place of the system's way. */
  readonly lookup?: LookupFunction | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * A host and a port. When a name stands for several addresses, IPv4 and IPv6, they are tried one after the other,
 * until one answers, as Node does (RFC 8305, but one at a time).
 *
 * ```ts
 * const socket = await new HostnameEndpoint({ host: "db.example.com", port: 5432 }).connect();
 * ```
 */
@Implements(IStreamClientEndpoint)
export class HostnameEndpoint implements IStreamClientEndpoint {
  readonly host: string;
  readonly port: number;
  readonly description: string;
  readonly #settings: HostnameEndpointSettings;

  /** @throws EndpointError */
  constructor(settings: HostnameEndpointSettings) {
    const { host, port } = settings;
    if (host === "") throw new EndpointError("the host to connect to is missing");
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new EndpointError(`a port to connect to must be a whole number from 1 to 65535, got ${port}`);
    this.host = host;
    this.port = port;
    this.description = `${host}, port ${port}`;
    refuseTimeout(settings.timeout);
    refuseTimeout(settings.attemptTimeout);
    this.#settings = settings;
  }

  connect(signal?: AbortSignal): Promise<Socket> {
    const { host, port, description } = this;
    const { timeout = 30_000, attemptTimeout = 1_000, bindAddress, lookup } = this.#settings;
    const { clock = systemClock } = this.#settings;
    return connectSocket(
      {
        host,
        port,
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: attemptTimeout,
        ...(bindAddress === undefined ? {} : { localAddress: bindAddress, family: familyOf(bindAddress) }),
        ...(lookup && { lookup }),
      },
      { to: { description, host, bindAddress }, timeout, clock, signal },
    );
  }
}

/** What Node calls the kind of an address; only addresses of the same kind can be reached from it. */
const familyOf = (address: string): number => (address.includes(":") ? 6 : 4);
