import type { Socket } from "node:net";
import { after, systemClock, type Clock } from "../service/clock";

export interface LineReceiverOptions {
  /** Bytes that a line may have, its end not counted: 16,384 unless said. A longer one ends the connection. */
  readonly maxLength?: number;
  /** Milliseconds without a line after which the connection ends; unless said it may be silent as long as it likes. */
  readonly idleTimeout?: number;
  readonly clock?: Clock;
}

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);

/**
 * Reads a connection line by line, in UTF-8, ended by LF or CRLF: one after the other, the next when
 * {@link lineReceived} has finished with the one before. The peer has to wait meanwhile, also while it does not read
 * what it is sent. One that has said all it had to say, and listens still, gets its answers.
 *
 * ```ts
 * class Echo extends LineReceiver {
 *   protected lineReceived(line: string): void {
 *     this.sendLine(line);
 *   }
 * }
 * new TCPServer(1235, (socket) => new Echo(socket));
 * ```
 */
export abstract class LineReceiver {
  /** Fulfilled when the connection is over; rejected with what one of the methods here threw. */
  readonly finished: Promise<void>;
  protected readonly socket: Socket;
  protected readonly clock: Clock;
  readonly #maxLength: number;
  readonly #idleTimeout: number;
  #rest: Buffer = EMPTY;
  /** Until the connection is made, and while a line is worked on. */
  #isBusy = true;
  #hasAllBeenSaid = false;
  #failure: { readonly error: unknown } | undefined;
  #callOffIdle = (): void => undefined;

  readonly #received = (chunk: Buffer): void => {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isBusy) void this.#guarded(() => this.#work());
  };

  constructor(socket: Socket, options: LineReceiverOptions = {}) {
    const { maxLength = 16_384, idleTimeout = Infinity, clock = systemClock } = options;
    this.socket = socket;
    this.clock = clock;
    this.#maxLength = maxLength;
    this.#idleTimeout = idleTimeout;
    const closed = new Promise<void>((resolve) => {
      if (socket.closed) resolve();
      else socket.once("close", resolve);
    });
    socket.on("error", () => undefined);
    // Else what is answered to the last lines would be lost for who ends after them: `printf … | nc`.
    socket.allowHalfOpen = true;
    socket.on("end", () => {
      this.#hasAllBeenSaid = true;
      if (!this.#isBusy) socket.end();
    });
    // An answer in two lines would wait for the peer's acknowledgement of the first.
    socket.setNoDelay(true);
    this.finished = closed.then(() => this.#over());
    // Not everyone who makes one looks at it.
    this.finished.catch(() => undefined);
    // The constructors of whoever extends this come first.
    queueMicrotask(() => void this.#begin());
  }

  /** Sends a line. What is sent to a peer that is gone is lost. */
  sendLine(line: string): void {
    if (this.socket.writable) this.socket.write(`${line}\r\n`);
  }

  /** Ends the connection once everything is sent. */
  loseConnection(): void {
    this.socket.end();
    // What the peer still says is of no interest, but has to be taken for its end to arrive.
    this.socket.off("data", this.#received).resume();
  }

  /** Called first. */
  protected connectionMade(): unknown {
    return undefined;
  }

  /** Called with each line, without its end. What it throws ends the connection. */
  protected abstract lineReceived(line: string): unknown;

  /** Called when a line is too long. */
  protected lineLengthExceeded(): unknown {
    this.loseConnection();
    return undefined;
  }

  /** Called when no line has come for too long. */
  protected timedOut(): unknown {
    this.loseConnection();
    return undefined;
  }

  /** Called when the connection is over. */
  protected connectionLost(): unknown {
    return undefined;
  }

  async #begin(): Promise<void> {
    await this.#guarded(() => this.connectionMade());
    this.#waitForLine();
    this.#isBusy = false;
    if (this.#hasAllBeenSaid) this.socket.end();
    this.socket.on("data", this.#received);
  }

  /** Nobody reads meanwhile: what the peer says waits in its own buffers. */
  async #work(): Promise<void> {
    this.#isBusy = true;
    this.socket.pause();
    for (let line = this.#nextLine(); line !== undefined; line = this.#nextLine()) {
      this.#callOffIdle();
      await this.lineReceived(line);
      if (this.socket.writableNeedDrain) await drained(this.socket);
      this.#waitForLine();
    }
    if (this.#rest.length > this.#maxLength + 1) await this.lineLengthExceeded();
    this.#isBusy = false;
    if (this.#hasAllBeenSaid) this.socket.end();
    this.socket.resume();
  }

  /** Undefined where there is none yet, or one that is too long, or nobody to answer. */
  #nextLine(): string | undefined {
    const end = this.#rest.indexOf(LF);
    if (end === -1 || !this.socket.writable) return undefined;
    const line = this.#rest.subarray(0, this.#rest[end - 1] === CR ? end - 1 : end);
    if (line.length > this.#maxLength) return undefined;
    this.#rest = this.#rest.subarray(end + 1);
    return line.toString("utf8");
  }

  #waitForLine(): void {
    this.#callOffIdle();
    if (!this.socket.writable) return;
    this.#callOffIdle = after(this.clock, this.#idleTimeout, () => {
      void this.#guarded(() => this.timedOut());
    });
  }

  async #guarded(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= { error };
      this.socket.destroy();
    }
  }

  async #over(): Promise<void> {
    this.#callOffIdle();
    await this.connectionLost();
    if (this.#failure) throw this.#failure.error;
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}
