import type { Socket, SocketOptions } from "node:dgram";
import type { UDPWhere } from "../endpoint/datagram-place";
import { MulticastError } from "./errors";
import { UDPServer, type DatagramHandler, type UDPServerOptions } from "./udp-server";

/** A group of receivers: its address, and the address of the interface at which it is joined. */
export interface MulticastGroup {
  readonly address: string;
  readonly interface?: string | undefined;
}

/** Which groups it is a member of, and how it sends to them. */
export interface MulticastServerOptions extends UDPServerOptions {
  /** Groups to join at the start. */
  readonly groups?: readonly (string | MulticastGroup)[];
  /** Whether several programs, or services, may receive at the port. */
  readonly listenMultiple?: boolean;
  /** Whether what is sent to a group comes back to those members of it that are on this machine: so by default. */
  readonly loopback?: boolean;
  /** How many routers a datagram may pass that is sent to a group: 1 by default, which is this network. */
  readonly ttl?: number;
  /** The address of the interface from which datagrams are sent to groups; the system's choice by default. */
  readonly outgoingInterface?: string;
}

/**
 * A {@link UDPServer} that is a member of groups: what is sent to such a group comes to all of its members.
 *
 * ```ts
 * new MulticastServer(5353, answer, { groups: ["224.0.0.251"], listenMultiple: true });
 * ```
 */
export class MulticastServer extends UDPServer {
  readonly #options: MulticastServerOptions;

  /** @throws EndpointError */
  constructor(where: UDPWhere, handler: DatagramHandler, options: MulticastServerOptions = {}) {
    super(where, handler, options);
    this.#options = options;
  }

  /** Joins a group, for as long as it runs. @throws MulticastError */
  join(group: string | MulticastGroup): void {
    const { address, interface: at } = groupOf(group);
    this.#do(`join the group ${address}${at === undefined ? "" : ` at ${at}`}`, (socket) =>
      socket.addMembership(address, at),
    );
  }

  /** @throws MulticastError when it is no member */
  leave(group: string | MulticastGroup): void {
    const { address, interface: at } = groupOf(group);
    this.#do(`leave the group ${address}`, (socket) => socket.dropMembership(address, at));
  }

  protected override get socketOptions(): Omit<SocketOptions, "type"> {
    const { listenMultiple = false } = this.#options;
    return { ...super.socketOptions, reuseAddr: listenMultiple };
  }

  protected override bound(): void {
    const { groups = [], loopback, ttl, outgoingInterface } = this.#options;
    if (loopback !== undefined)
      this.#do("set the loopback", (socket) => socket.setMulticastLoopback(loopback));
    if (ttl !== undefined) this.#do(`set a ttl of ${ttl}`, (socket) => socket.setMulticastTTL(ttl));
    if (outgoingInterface !== undefined)
      this.#do(`send from ${outgoingInterface}`, (socket) => socket.setMulticastInterface(outgoingInterface));
    for (const group of groups) this.join(group);
  }

  #do(what: string, act: (socket: Socket) => void): void {
    const { socket } = this;
    if (!socket) throw new MulticastError(what, "it does not run");
    try {
      act(socket);
    } catch (error) {
      throw new MulticastError(what, (error as Error).message, { cause: error });
    }
  }
}

const groupOf = (group: string | MulticastGroup): MulticastGroup =>
  typeof group === "string" ? { address: group } : group;
