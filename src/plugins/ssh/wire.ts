/** Reads what SSH sends: lengths in four bytes, then so many (RFC 4251, 5). */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws RangeError behind the end */
  bytes(): Buffer {
    const length = this.#bytes.readUInt32BE(this.#at);
    const start = this.#at + 4;
    if (start + length > this.#bytes.length) throw new RangeError("it ends too early");
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }

  text(): string {
    return this.bytes().toString("latin1");
  }

  /** A number that is not negative, without the zeros that it may begin with. */
  number(): Buffer {
    const bytes = this.bytes();
    if ((bytes[0] ?? 0) & 0x80) throw new RangeError("it has a negative number");
    const start = bytes.findIndex((byte) => byte !== 0);
    return start === -1 ? Buffer.alloc(0) : bytes.subarray(start);
  }

  /** @throws RangeError where something follows */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError("something follows its end");
  }
}
