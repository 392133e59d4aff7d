import type { Socket } from "node:net";

/** Who talks to whom, in the words of Node's sockets. */
export interface SocketAddresses {
  /** An address; of a UNIX socket its path, where it has one. */
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** `IPv4`, `IPv6` or `UNIX`. */
  readonly remoteFamily: string;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly localFamily: string;
}

/** Where a socket keeps addresses that are not its own. The same in every copy of appd. */
const GIVEN = Symbol.for("appd:endpoint.addresses.v1");

type Readdressed = Socket & { [GIVEN]?: SocketAddresses };

/** Lets a socket say other addresses than its own: those that a proxy told. */
export function giveAddresses(socket: Socket, addresses: SocketAddresses): void {
  (socket as Readdressed)[GIVEN] = addresses;
  // Own properties, because Node's are getters of the prototype, which ask the system.
  for (const [name, value] of Object.entries(addresses))
    Object.defineProperty(socket, name, { value, configurable: true, enumerable: true });
}

/** Gives to the socket of a layer, such as that of TLS, what was given to the one below it. */
export function carryAddresses(from: Socket, to: Socket): void {
  const given = (from as Readdressed)[GIVEN];
  if (given) giveAddresses(to, given);
}
