import { crc32c } from "../../src/endpoint/crc32c";

interface Kind {
  readonly command: number;
  readonly family: number;
  readonly addresses: Buffer;
}

const ports = Buffer.from([56_324 >> 8, 56_324 & 0xff, 443 >> 8, 443 & 0xff]);
const v4 = (address: string): number[] => address.split(".").map(Number);
const loopback6 = [...Array<number>(15).fill(0), 1];
const documented6 = [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 1];
const unixPath = Buffer.alloc(108);
unixPath.write("/run/proxy.sock");

export const INET: Kind = {
  command: 0x21,
  family: 0x11,
  addresses: Buffer.concat([Buffer.from([...v4("192.0.2.1"), ...v4("198.51.100.9")]), ports]),
};
export const INET6: Kind = {
  command: 0x21,
  family: 0x21,
  addresses: Buffer.concat([Buffer.from([...documented6, ...loopback6]), ports]),
};
export const UNIX: Kind = {
  command: 0x21,
  family: 0x31,
  addresses: Buffer.concat([Buffer.alloc(108), unixPath]),
};
export const LOCAL: Kind = { ...INET, command: 0x20 };
export const UNSPEC: Kind = { command: 0x21, family: 0x00, addresses: Buffer.from("whatever") };

/** A header of version 2. */
export function binaryHeader({ command, family, addresses }: Kind, fields: readonly Buffer[] = []): Buffer {
  const block = Buffer.concat([addresses, ...fields]);
  const fixed = Buffer.from([command, family, block.length >> 8, block.length & 0xff]);
  return Buffer.concat([Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1"), fixed, block]);
}

export const field = (type: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, value.length >> 8, value.length & 0xff]), value]);

/** Puts the checksum into a header whose last field is one of zeros. */
export function checksummed(header: Buffer): Buffer {
  header.writeUInt32BE(crc32c(header), header.length - 4);
  return header;
}
