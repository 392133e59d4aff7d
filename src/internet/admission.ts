import type { Socket } from "node:net";
import { defaultMaxConnections } from "./descriptors";
import { PerAddress } from "./per-address";

/** How many connections a server lets in. Whoever is refused is counted, in `shed`. */
export interface Limits {
  /**
   * Connections that may be open at once; those beyond are refused. By default 16,384, or what the process has file
   * descriptors for if that is less.
   */
  readonly maxConnections?: number | undefined;
  /**
   * Connections that may be open at once from one address (of IPv6, from one network of 64 bits). By default half of
   * `maxConnections`, so that nobody can lock out all the others; then connections of this machine itself are not
   * counted, because a proxy here brings those of everybody. Behind a proxy elsewhere set it to Infinity, or let the
   * proxy say who is behind it (`haproxy:`).
   */
  readonly maxConnectionsPerAddress?: number | undefined;
}

/** Why a connection was refused: too many in all, too many from its address, or no file descriptor was left. */
export type ShedReason = "connections" | "address" | "descriptors";

/** How many connections were refused, by the reason. */
export type Shed = Readonly<Record<ShedReason, number>>;

/** Whose connection it is: null for nobody's, undefined for whoever is at the other end of the socket. */
export type PeerAddress = string | null | undefined;

/** Who is in, and who may come in. */
export class Admission {
  readonly #limits: Limits;
  readonly #inside = new Map<Socket, PeerAddress>();
  /** Undefined as long as no address can have too many: to ask each socket for its own would take its time. */
  #perAddress: PerAddress | undefined;
  #most: number | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#inside.size;
  }

  sockets(): Iterable<Socket> {
    return this.#inside.keys();
  }

  has(socket: Socket): boolean {
    return this.#inside.has(socket);
  }

  /** Lets a connection in, or moves it to another address: why not, where it may not be. */
  enter(socket: Socket, address: PeerAddress): ShedReason | undefined {
    const isNew = !this.#inside.has(socket);
    if (isNew && this.#inside.size >= this.#mostOfAll) return "connections";
    if (this.#inside.size >= this.#mostOfAddress) this.#beginCounting();
    if (!this.#count(socket, address)) return "address";
    this.#inside.set(socket, address);
    return undefined;
  }

  /** As many as may be. */
  most(reason: ShedReason): number {
    return reason === "address" ? this.#mostOfAddress : this.#mostOfAll;
  }

  leave(socket: Socket): void {
    this.#inside.delete(socket);
    this.#perAddress?.leave(socket);
    if (this.#inside.size < this.#mostOfAddress / 2) this.#perAddress = undefined;
  }

  get #mostOfAll(): number {
    return (this.#most ??= this.#limits.maxConnections ?? defaultMaxConnections());
  }

  get #mostOfAddress(): number {
    return this.#limits.maxConnectionsPerAddress ?? Math.max(1, Math.ceil(this.#mostOfAll / 2));
  }

  #beginCounting(): void {
    if (this.#perAddress) return;
    this.#perAddress = new PerAddress();
    for (const [socket, address] of this.#inside) this.#count(socket, address);
  }

  /** False where its address has too many already. */
  #count(socket: Socket, given: PeerAddress): boolean {
    if (!this.#perAddress) return true;
    const address = given === undefined ? socket.remoteAddress : (given ?? undefined);
    const counts = address !== undefined && this.#counts(address);
    return this.#perAddress.enter(socket, {
      address: counts ? address : undefined,
      most: this.#mostOfAddress,
    });
  }

  #counts(address: string): boolean {
    return this.#limits.maxConnectionsPerAddress !== undefined || !isLoopback(address);
  }
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/i;

const isLoopback = (address: string): boolean => LOOPBACK.test(address);
