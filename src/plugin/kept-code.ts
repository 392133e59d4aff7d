import type { Stamp } from "../plugin/stamp";

/** What is kept of a file: what it looked like, its text as it was compiled, and V8's data about that. */
export interface KeptCode {
  readonly stamp: Stamp;
  /** In Latin 1. */
  readonly text: Buffer;
  readonly code: Buffer;
}

type Header = readonly [filename: string, text: number, code: number, ...stamp: Stamp];

/** V8 copies data that does not begin at such a place. */
const ALIGNED = 8;

/** A line of JSON, the text, the data. */
export function encodeKept(filename: string, { stamp, text, code }: KeptCode): Buffer {
  const header = JSON.stringify([filename, text.length, code.length, ...stamp] satisfies Header);
  const parts = [Buffer.from(`${header}\n`), text, code];
  return Buffer.concat(parts.flatMap((part) => [part, Buffer.alloc(aligned(part.length) - part.length)]));
}

/** Undefined for what was not written by the above about this file. */
export function decodeKept(filename: string, bytes: Buffer): KeptCode | undefined {
  try {
    const header = bytes.toString("utf8", 0, bytes.indexOf("\n"));
    const [about, textLength, codeLength, ...stamp] = JSON.parse(header) as Header;
    const start = aligned(Buffer.byteLength(header) + 1);
    const middle = start + aligned(textLength);
    if (about !== filename || middle + codeLength > bytes.length) return undefined;
    return {
      stamp,
      text: bytes.subarray(start, start + textLength),
      code: bytes.subarray(middle, middle + codeLength),
    };
  } catch {
    return undefined;
  }
}

const aligned = (length: number): number => Math.ceil(length / ALIGNED) * ALIGNED;
