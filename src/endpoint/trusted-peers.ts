import type { BlockList, Socket } from "node:net";
import { shown } from "../base/text";
import { EndpointError } from "./errors";

const LOOPBACK = ["127.0.0.0/8", "::1"];

/** Who is believed what it says of others: addresses and networks, or all. */
export class TrustedPeers {
  readonly description: string;
  readonly #list: BlockList | undefined;

  /** @throws EndpointError */
  constructor(trust: readonly string[] | "*" | undefined) {
    const given = trust ?? LOOPBACK;
    if (given !== "*" && !Array.isArray(given))
      throw new EndpointError(`trust must be "*" or an array, got ${shown(given)}`);
    this.description = given === "*" ? "*" : given.join(",");
    if (given !== "*") this.#list = listOf(given);
  }

  /** Whether it is one of them; undefined where it is gone already, and nobody knows who it was. */
  has({ remoteAddress, localAddress, destroyed }: Socket): boolean | undefined {
    if (!this.#list) return true;
    // Who gets at a UNIX socket is for the mode of its file to say. Of TCP there would be an address at this end.
    if (remoteAddress === undefined) return (localAddress === undefined && !destroyed) || undefined;
    const [address = ""] = remoteAddress.split("%", 1);
    return this.#list.check(address, address.includes(":") ? "ipv6" : "ipv4");
  }
}

function listOf(trust: readonly string[]): BlockList {
  const list = new (process.getBuiltinModule("node:net").BlockList)();
  for (const entry of trust) add(list, entry);
  return list;
}

function add(list: BlockList, entry: string): void {
  const { isIP } = process.getBuiltinModule("node:net");
  const [address = "", bits, ...more] = entry.split("/");
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  if (version === 0 || address.includes("%") || !isNetwork || more.length > 0)
    throw new EndpointError(
      `trust must be addresses and networks such as 10.0.0.0/8 or ::1, got ${JSON.stringify(entry)}`,
    );
  const family = version === 4 ? "ipv4" : "ipv6";
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}
