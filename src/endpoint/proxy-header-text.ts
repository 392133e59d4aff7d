import { malformed, PARTIAL, type ProxyHeader } from "./proxy-header";
import type { SocketAddresses } from "./socket-addresses";

/** Bytes of the longest line that there can be, its end included. */
const LONGEST_LINE = 107;
const LINE = /^PROXY (TCP4|TCP6) ([\d.a-f:]+) ([\d.a-f:]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/i;
const UNKNOWN = /^PROXY UNKNOWN(?: .*)?$/;

/** Version 1: `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`, ended by CRLF. */
export function readTextHeader(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf("\r\n", 0, "latin1");
  if (end === -1)
    return bytes.length < LONGEST_LINE ? PARTIAL : malformed("the line of the PROXY header does not end");
  const line = bytes.toString("latin1", 0, end);
  const length = end + 2;
  if (UNKNOWN.test(line)) return { is: "whole", length, addresses: undefined };
  const addresses = addressesOf(LINE.exec(line));
  return addresses ? { is: "whole", length, addresses } : malformed("the line of the PROXY header is wrong");
}

function addressesOf(match: RegExpExecArray | null): SocketAddresses | undefined {
  if (!match) return undefined;
  const [, protocol, from = "", to = "", fromPort, toPort] = match;
  const { isIP, SocketAddress } = process.getBuiltinModule("node:net");
  const version = protocol === "TCP4" ? 4 : 6;
  const [remotePort, localPort] = [Number(fromPort), Number(toPort)];
  if (isIP(from) !== version || isIP(to) !== version || remotePort > 65_535 || localPort > 65_535)
    return undefined;
  const family = version === 4 ? "IPv4" : "IPv6";
  // One way to write an address: those who count by it go by its text.
  const plain = (address: string): string =>
    version === 4 ? address : new SocketAddress({ address, family: "ipv6" }).address;
  return {
    remoteAddress: plain(from),
    remotePort,
    remoteFamily: family,
    localAddress: plain(to),
    localPort,
    localFamily: family,
  };
}
