/** A line that is longer is handed on in pieces: memory is no place for what never ends. */
const LONGEST = 64 * 1024;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Makes lines of bytes that come in pieces, which end anywhere: in a line, in a character. */
export class WholeLines {
  readonly #take: (line: string) => void;
  #begun: Buffer = Buffer.alloc(0);

  /** @param take is handed each line, without its end; what is no UTF-8 in it comes as U+FFFD */
  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  add(bytes: Uint8Array): void {
    let rest = Buffer.concat([this.#begun, bytes]);
    for (let end = endOfPiece(rest); end !== undefined; end = endOfPiece(rest)) {
      const isLine = rest[end] === LINE_FEED;
      this.#handOn(rest.subarray(0, end));
      rest = rest.subarray(isLine ? end + 1 : end);
    }
    this.#begun = rest;
  }

  /** Hands on the line that has no end yet. */
  end(): void {
    const rest = this.#begun;
    this.#begun = Buffer.alloc(0);
    if (rest.length > 0) this.#handOn(rest);
  }

  #handOn(line: Buffer): void {
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    this.#take(line.toString("utf8", 0, end));
  }
}

/** Where the next line ends, or what is handed on of one that is too long. */
function endOfPiece(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(LINE_FEED);
  if (end >= 0 && end <= LONGEST) return end;
  return bytes.length > LONGEST ? endOfCharacter(bytes, LONGEST) : undefined;
}

/** The last place up to there at which no character is cut. */
function endOfCharacter(bytes: Buffer, at: number): number {
  let end = at;
  while (end > at - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
