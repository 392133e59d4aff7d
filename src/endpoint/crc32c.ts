/** The polynomial of Castagnoli, its bits from the lowest to the highest. */
const POLYNOMIAL = 0x82f6_3b78;
let table: Uint32Array | undefined;

/** The checksum CRC32c (RFC 3720, appendix B.4). Node has one only of another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  const steps = (table ??= Uint32Array.from({ length: 256 }, (_, byte) => step(byte)));
  let sum = 0xffff_ffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (steps[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}

function step(byte: number): number {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum >>> 0;
}
