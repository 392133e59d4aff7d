import type { Stamp } from "../plugin/stamp";

/** What is kept of one file: what it looked like, and V8's data about it. */
export interface Kept {
  readonly stamp: Stamp;
  readonly code: Uint8Array;
}

export interface Pack {
  /** What the processes did that it was made of. */
  readonly uses: readonly string[];
  readonly kept: ReadonlyMap<string, Kept>;
}

interface Header {
  readonly uses: readonly string[];
  readonly files: readonly (readonly [filename: string, length: number, ...stamp: Stamp])[];
}

/** V8 copies data that does not begin at such a place. */
const ALIGNED = 8;

/** One file for all: a line of JSON, then each file's data. */
export function pack({ uses, kept }: Pack): Uint8Array {
  const files = [...kept].map(([filename, { stamp, code }]) => [filename, code.length, ...stamp] as const);
  const header = Buffer.from(`${JSON.stringify({ uses, files } satisfies Header)}\n`);
  const parts = [header, ...[...kept.values()].map(({ code }) => code)];
  return Buffer.concat(parts.flatMap((part) => [part, Buffer.alloc(aligned(part.length) - part.length)]));
}

/** Undefined for what can't have been packed by this. */
export function unpack(bytes: Buffer): Pack | undefined {
  try {
    const end = bytes.indexOf("\n") + 1;
    const { uses, files } = JSON.parse(bytes.toString("utf8", 0, end)) as Header;
    const kept = new Map<string, Kept>();
    let start = aligned(end);
    for (const [filename, length, ...stamp] of files) {
      if (start + length > bytes.length) return undefined;
      kept.set(filename, { stamp, code: bytes.subarray(start, start + length) });
      start += aligned(length);
    }
    return { uses, kept };
  } catch {
    return undefined;
  }
}

const aligned = (length: number): number => Math.ceil(length / ALIGNED) * ALIGNED;
