import type { Socket } from "node:net";
import { defaultMaxConnections } from "./descriptors";

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

/** Who is in, and who may come in. */
export class Admission {
  readonly #limits: Limits;
  /** Each connection with what it counts for. */
  readonly #inside = new Map<Socket, string | undefined>();
  readonly #perAddress = new Map<string, number>();
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

  get mostOfAll(): number {
    return (this.#most ??= this.#limits.maxConnections ?? defaultMaxConnections());
  }

  get mostOfAddress(): number {
    return this.#limits.maxConnectionsPerAddress ?? Math.max(1, Math.ceil(this.mostOfAll / 2));
  }

  /** Lets a connection in, or moves it to another address: why not, where it may not be. */
  enter(socket: Socket, address: string | null | undefined): ShedReason | undefined {
    const isNew = !this.#inside.has(socket);
    if (isNew && this.#inside.size >= this.mostOfAll) return "connections";
    const key = address == null || !this.#counts(address) ? undefined : keyOf(address);
    const others = key === undefined ? 0 : (this.#perAddress.get(key) ?? 0);
    if (key !== undefined && key !== this.#inside.get(socket)) {
      if (others >= this.mostOfAddress) return "address";
      this.#perAddress.set(key, others + 1);
    }
    if (!isNew && key !== this.#inside.get(socket)) this.#discount(socket);
    this.#inside.set(socket, key);
    return undefined;
  }

  leave(socket: Socket): void {
    this.#discount(socket);
    this.#inside.delete(socket);
  }

  #discount(socket: Socket): void {
    const key = this.#inside.get(socket);
    if (key === undefined) return;
    const left = (this.#perAddress.get(key) ?? 0) - 1;
    if (left > 0) this.#perAddress.set(key, left);
    else this.#perAddress.delete(key);
  }

  #counts(address: string): boolean {
    return this.#limits.maxConnectionsPerAddress !== undefined || !isLoopback(address);
  }
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/i;

const isLoopback = (address: string): boolean => LOOPBACK.test(address);

/** Whoever has an address of IPv6 has all of its network. */
function keyOf(address: string): string {
  if (!address.includes(":")) return address;
  if (/^::ffff:\d+\./i.test(address)) return address.slice("::ffff:".length);
  const [head = ""] = address.split("%", 1);
  const [before = "", after] = head.split("::");
  const groups = before === "" ? [] : before.split(":");
  if (after !== undefined) {
    const behind = after === "" ? 0 : after.split(":").length;
    while (groups.length + behind < 8) groups.push("0");
    if (after !== "") groups.push(...after.split(":"));
  }
  return groups.slice(0, 4).join(":");
}
