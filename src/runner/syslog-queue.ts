/** Lines on their way to the system's log: kept until they are known to be there, within a bound. */
export interface SyslogQueueOptions {
  /** Bytes kept while nobody takes any. Lines beyond are dropped, and counted. */
  readonly keep?: number;
}

const KEEP = 1024 * 1024;

/** First in, first out. What is with whoever takes it is not gone yet: it may have to be taken once more. */
export class SyslogQueue {
  readonly #keep: number;
  #lines: Buffer[] = [];
  /** How many at the front are with whoever takes them, and how much of the next one. */
  #given = 0;
  #offset = 0;
  /** Taken lines that were let go of before they were confirmed. */
  #forgotten = 0;
  #givenBytes = 0;
  #waitingBytes = 0;
  #lost = 0;

  constructor({ keep = KEEP }: SyslogQueueOptions = {}) {
    this.#keep = keep;
  }

  get isFull(): boolean {
    return this.#waitingBytes > this.#keep;
  }

  /** Whether something is not taken yet. */
  get isWaiting(): boolean {
    return this.#given < this.#lines.length;
  }

  /** Whether all is known to be there. */
  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  add(line: Buffer): void {
    if (this.isFull) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(line);
    this.#waitingBytes += line.length;
  }

  /** What is to be taken next: a line, or the rest of one. */
  next(): Buffer | undefined {
    return this.#lines[this.#given]?.subarray(this.#offset);
  }

  /** So much of `next` has been taken. */
  took(bytes: number): void {
    const line = this.#lines[this.#given];
    if (!line) return;
    this.#offset += bytes;
    if (this.#offset < line.length) return;
    this.#offset = 0;
    this.#given += 1;
    this.#waitingBytes -= line.length;
    this.#givenBytes += line.length;
    while (this.#givenBytes > this.#keep) this.#forget();
  }

  /** So many of those taken are there, the first ones. */
  confirm(count: number): void {
    const known = Math.max(0, count - this.#forgotten);
    this.#forgotten = Math.max(0, this.#forgotten - count);
    for (const line of this.#lines.splice(0, Math.min(known, this.#given))) {
      this.#given -= 1;
      this.#givenBytes -= line.length;
    }
  }

  /** Whoever took them has gone: what was not confirmed is to be taken again. */
  takeBack(): void {
    this.#waitingBytes += this.#givenBytes;
    this.#givenBytes = this.#given = this.#offset = this.#forgotten = 0;
  }

  /** How many lines were dropped since it was last asked. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #forget(): void {
    const [line] = this.#lines.splice(0, 1);
    this.#given -= 1;
    this.#forgotten += 1;
    this.#givenBytes -= line?.length ?? 0;
  }
}
