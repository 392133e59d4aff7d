import type { Socket } from "node:net";

/** How many connections there are from each address. */
export class PerAddress {
  readonly #keys = new Map<Socket, string>();
  readonly #counts = new Map<string, number>();

  /** Counts a connection, also one that was counted for another address; false where there are `most` already. */
  enter(socket: Socket, { address, most }: { readonly address: string | undefined; readonly most: number }) {
    const key = address === undefined ? undefined : keyOf(address);
    if (key === this.#keys.get(socket)) return true;
    const others = key === undefined ? 0 : (this.#counts.get(key) ?? 0);
    if (others >= most) return false;
    this.leave(socket);
    if (key === undefined) return true;
    this.#keys.set(socket, key);
    this.#counts.set(key, others + 1);
    return true;
  }

  leave(socket: Socket): void {
    const key = this.#keys.get(socket);
    if (key === undefined) return;
    this.#keys.delete(socket);
    const left = (this.#counts.get(key) ?? 0) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}

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
