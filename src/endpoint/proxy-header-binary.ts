import { crc32c } from "./crc32c";
import { LONGEST_HEADER, malformed, PARTIAL, type ProxyHeader } from "./proxy-header";
import type { SocketAddresses } from "./socket-addresses";

const LOCAL = 0x20;
const PROXY = 0x21;
/** A field behind the addresses: a checksum of all of the header. */
const CHECKSUM = 0x03;

/** Bytes of a UNIX socket's path. */
const PATH = 108;

interface Family {
  /** Bytes that its addresses take. */
  readonly size: number;
  read(block: Buffer): SocketAddresses;
}

const FAMILIES: Readonly<Record<number, Family | undefined>> = {
  1: { size: 12, read: (block) => internet(block, { family: "IPv4", size: 4, text: dotted }) },
  2: { size: 36, read: (block) => internet(block, { family: "IPv6", size: 16, text: colons }) },
  3: { size: 2 * PATH, read: unix },
};

/** Version 2; `at` is where its signature ends. */
export function readBinaryHeader(bytes: Buffer, at: number): ProxyHeader {
  if (bytes.length < at + 4) return PARTIAL;
  const [command = 0, kind = 0] = bytes.subarray(at);
  if (command !== LOCAL && command !== PROXY)
    return malformed(`0x${command.toString(16)} is no version and command of a PROXY header`);
  const length = at + 4 + bytes.readUInt16BE(at + 2);
  if (length > LONGEST_HEADER) return malformed(`a PROXY header of ${length} bytes is too long`);
  if (bytes.length < length) return PARTIAL;
  if (command === LOCAL) return { is: "whole", length, addresses: undefined };
  if (kind >> 4 > 3 || (kind & 0x0f) > 2)
    return malformed(`0x${kind.toString(16)} is no kind of address of a PROXY header`);
  const family = FAMILIES[kind >> 4];
  if (!family) return { is: "whole", length, addresses: undefined };
  const block = bytes.subarray(at + 4, length);
  if (block.length < family.size) return malformed("a PROXY header is too short for its addresses");
  const wrong = faultOfFields(bytes.subarray(0, length), at + 4 + family.size);
  return wrong ? malformed(wrong) : { is: "whole", length, addresses: family.read(block) };
}

/** What is wrong with what stands behind the addresses. Nothing of it is of use here but the checksum. */
function faultOfFields(header: Buffer, from: number): string | undefined {
  for (let at = from; at < header.length;) {
    if (at + 3 > header.length) return "a field of a PROXY header is cut off";
    const size = header.readUInt16BE(at + 1);
    const value = at + 3;
    if (value + size > header.length) return "a field of a PROXY header is cut off";
    if (header[at] === CHECKSUM && !isChecksum(header, { at: value, size }))
      return "the checksum of a PROXY header is wrong";
    at = value + size;
  }
  return undefined;
}

/** It is that of the header in which the checksum itself is zero. */
function isChecksum(header: Buffer, { at, size }: { at: number; size: number }): boolean {
  if (size !== 4) return false;
  const blank = Buffer.from(header).fill(0, at, at + 4);
  return crc32c(blank) === header.readUInt32BE(at);
}

interface Internet {
  readonly family: string;
  /** Bytes of an address. */
  readonly size: number;
  readonly text: (bytes: Buffer) => string;
}

function internet(block: Buffer, { family, size, text }: Internet): SocketAddresses {
  return {
    remoteAddress: text(block.subarray(0, size)),
    remotePort: block.readUInt16BE(2 * size),
    remoteFamily: family,
    localAddress: text(block.subarray(size, 2 * size)),
    localPort: block.readUInt16BE(2 * size + 2),
    localFamily: family,
  };
}

const dotted = (bytes: Buffer): string => bytes.join(".");

function colons(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  const { SocketAddress } = process.getBuiltinModule("node:net");
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}

function unix(block: Buffer): SocketAddresses {
  return {
    remoteAddress: path(block.subarray(0, PATH)),
    remotePort: undefined,
    remoteFamily: "UNIX",
    localAddress: path(block.subarray(PATH, 2 * PATH)),
    localPort: undefined,
    localFamily: "UNIX",
  };
}

/** Whoever connects from a UNIX socket seldom has a path. */
function path(bytes: Buffer): string | undefined {
  const end = bytes.indexOf(0);
  const text = bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
  return text === "" ? undefined : text;
}
