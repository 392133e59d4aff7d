import { Socket } from "node:net";

export interface StandardIO {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly allowHalfOpen?: boolean | undefined;
}

/**
 * A socket whose peer is whoever has the other ends of standard input and output. It is one of Node's, so that
 * whatever takes a socket takes it; only that there is no handle below it. Nothing is read before somebody listens.
 */
export class StandardIOSocket extends Socket {
  readonly #stdin: NodeJS.ReadableStream;
  readonly #stdout: NodeJS.WritableStream;
  #reading = false;

  constructor({ stdin, stdout, allowHalfOpen = false }: StandardIO) {
    super({ allowHalfOpen, readable: true, writable: true });
    this.#stdin = stdin;
    this.#stdout = stdout;
    // TLS takes a socket without a handle for one that connects still, and waits for it.
    this.on("newListener", (event) => {
      if (event === "connect") queueMicrotask(() => this.emit("connect"));
    });
    const failed = (error: Error): unknown => this.destroy(error);
    stdin.on("error", failed);
    stdout.on("error", failed);
  }

  /** Node's own waits for a handle. */
  override ref(): this {
    return this;
  }

  override unref(): this {
    return this;
  }

  override _read(): void {
    if (!this.#reading) this.#begin();
    this.#stdin.resume();
  }

  override _write(chunk: never, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#stdout.write(chunk, encoding, done);
  }

  /** Node's own needs a handle. */
  override readonly _writev = undefined as never;

  override _final(done: (error?: Error | null) => void): void {
    // Node leaves its descriptor open: who reads sees the end when the process ends.
    this.#stdout.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stdin.pause();
    super._destroy(error, done);
  }

  #begin(): void {
    this.#reading = true;
    this.#stdin
      .on("data", (chunk: Uint8Array) => {
        if (!this.push(chunk)) this.#stdin.pause();
      })
      .on("end", () => this.push(null));
  }
}
