import { writeSync } from "node:fs";
import type { TextOutput } from "./log-record";
import { sleep } from "./sleep";

/**
 * Writes what there is room for and returns how many bytes that was; throws what the system says (`EAGAIN`,
 * `ENOSPC`). `length` is that of `chunk` in bytes: one line, or what was left of one.
 */
export type WriteSome = (chunk: string | Uint8Array, length: number) => number;

export interface FileOutputOptions {
  /** Called when writing works again after lines had to be dropped: how many, and why. */
  readonly recovered?: (lost: number, reason: string) => void;
  /** Bytes kept while the file takes none. Lines beyond are dropped. */
  readonly keep?: number;
  /** How it waits, in milliseconds, while `flush` can't go on; for tests. */
  readonly pause?: (milliseconds: number) => void;
}

const KEEP = 1024 * 1024;
/** A reader that is slow is asked again soon, a full disk not so soon. */
const RETRY_SOON = 10;
const RETRY_LATER = 1_000;
/** `flush` waits at most this long for a reader that does not read. */
const FLUSH_AT_MOST = 1_000;
const FLUSH_STEP = 5;

/**
 * Writes text to an open file synchronously, so that nothing is lost when the process ends. What the file does not
 * take now (a pipe that is full, a disk that is full) waits in memory and is tried again; it never throws.
 */
export class FileOutput implements TextOutput {
  readonly #writeSome: WriteSome;
  readonly #options: FileOutputOptions;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #reason = "";
  #gone = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(writeSome: WriteSome, options: FileOutputOptions = {}) {
    this.#writeSome = writeSome;
    this.#options = options;
  }

  write(text: string): void {
    if (this.#gone || text === "") return;
    const length = Buffer.byteLength(text);
    // While something waits, the file is known not to take anything.
    const written = this.#waiting.length === 0 ? this.#tryWrite(text, length) : undefined;
    if (written !== length) this.#keep(Buffer.from(text).subarray(written ?? 0));
  }

  /** Lets go of what was known of the file: it is another one now. */
  again(): void {
    this.#gone = false;
    this.#drain();
  }

  flush(): void {
    const pause = this.#options.pause ?? sleep;
    for (let waited = 0; waited <= FLUSH_AT_MOST; waited += FLUSH_STEP) {
      this.#drain();
      if (this.#waiting.length === 0 || this.#reason !== "EAGAIN") return;
      pause(FLUSH_STEP);
    }
  }

  #keep(bytes: Uint8Array): void {
    if (this.#gone) return;
    if (this.#waitingBytes + bytes.length > (this.#options.keep ?? KEEP) && this.#waiting.length > 0) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    // It took some of it.
    if (this.#retry === undefined) this.#drain();
  }

  /** Writes what waits until the file takes no more. */
  #drain(): void {
    this.#cancelRetry();
    for (let bytes = this.#waiting[0]; bytes; bytes = this.#waiting[0]) {
      const written = this.#tryWrite(bytes, bytes.length);
      if (written === undefined) return;
      this.#waitingBytes -= written;
      if (written === bytes.length) this.#waiting.shift();
      else this.#waiting[0] = bytes.subarray(written);
    }
    this.#tellLost();
  }

  #tryWrite(chunk: string | Uint8Array, length: number): number | undefined {
    try {
      return this.#writeSome(chunk, length);
    } catch (error) {
      this.#refused((error as NodeJS.ErrnoException).code ?? "");
      return undefined;
    }
  }

  #refused(code: string): void {
    this.#reason = code;
    // Nobody reads any more: that is quiet, and for good.
    if (code === "EPIPE" || code === "EBADF") {
      this.#gone = true;
      this.#waiting = [];
      this.#waitingBytes = 0;
      return;
    }
    this.#retry = setTimeout(() => this.#drain(), code === "EAGAIN" ? RETRY_SOON : RETRY_LATER).unref();
  }

  #cancelRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.recovered?.(lost, this.#reason);
  }
}

/** One call of the system, for each of the two that Node has. */
export function writeChunk(fd: number, chunk: string | Uint8Array): number {
  return typeof chunk === "string" ? writeSync(fd, chunk) : writeSync(fd, chunk);
}
