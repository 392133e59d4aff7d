import { isUtf8 } from "node:buffer";

/** A line that goes on for longer is given in pieces. */
const LONGEST = 16_384;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Makes lines of what a program writes. */
export class OutputLines {
  readonly #line: (text: string) => void;
  #begun: Buffer[] = [];
  #size = 0;

  /** @param line called with each line, without its end; a piece of a longer one ends in `…` */
  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, at));
      this.#finish();
      from = at + 1;
    }
    if (from < chunk.length) this.#add(chunk.subarray(from));
  }

  /** Gives what is left of a line that was not finished. */
  end(): void {
    if (this.#size > 0) this.#finish();
  }

  #add(piece: Buffer): void {
    this.#begun.push(piece);
    this.#size += piece.length;
    if (this.#size <= LONGEST) return;
    const all = this.#taken();
    let from = 0;
    while (all.length - from > LONGEST) {
      const to = characterStart(all, from + LONGEST);
      this.#line(`${readable(all.subarray(from, to))}…`);
      from = to;
    }
    this.#begun = [all.subarray(from)];
    this.#size = all.length - from;
  }

  #finish(): void {
    const all = this.#taken();
    this.#line(readable(all.at(-1) === RETURN ? all.subarray(0, -1) : all));
  }

  #taken(): Buffer {
    const all = Buffer.concat(this.#begun);
    this.#begun = [];
    this.#size = 0;
    return all;
  }
}

/** Where the character starts that the byte at `at` belongs to. */
function characterStart(bytes: Buffer, at: number): number {
  for (let start = at; start > at - 4; start -= 1) if (!isContinuation(bytes[start])) return start;
  return at;
}

const isContinuation = (byte = 0): boolean => (byte & 0xc0) === 0x80;

/** Bytes as text; what is not UTF-8 as `\xff`. */
function readable(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const character = bytes.subarray(at, at + lengthAt(bytes, at));
    const isText = isUtf8(character);
    text += isText ? character.toString() : `\\x${character.toString("hex", 0, 1)}`;
    at += isText ? character.length : 1;
  }
  return text;
}

/** How many bytes the character has that starts here. */
function lengthAt(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
