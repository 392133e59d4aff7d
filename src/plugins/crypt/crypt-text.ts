/** The letters of crypt(3), in the order of their value: not those of Base64. */
const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Which bytes of a digest stand together, the most significant first. */
export type Group = readonly number[];

/** A digest as crypt(3) writes it: three bytes in four letters, what is left in as few as hold it. */
export function encodeDigest(digest: Uint8Array, groups: readonly Group[]): string {
  return groups.map((group) => letters(group.map((at) => digest[at] ?? 0))).join("");
}

function letters(bytes: readonly number[]): string {
  let value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  let text = "";
  for (let count = Math.ceil((bytes.length * 8) / 6); count > 0; count--) {
    text += LETTERS[value % 64] ?? "";
    value = Math.floor(value / 64);
  }
  return text;
}

/** A block, repeated and cut to a length. */
export function filled(block: Uint8Array, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, block);
}
