import type { Socket } from "node:net";
import { after, type Clock } from "../../service/clock";
import { ControlRequestError } from "./errors";
import { asLine, LONGEST_REQUEST, readRequest, type ControlCommand, type Reply } from "./protocol";

/** Who answers, and how long a client may take. */
export interface ControlConnectionOptions {
  readonly clock: Clock;
  /** Milliseconds for a whole request to come in, and for an answer to be taken. */
  readonly idle: number;
  /** What is answered; undefined when that comes later, by {@link ControlConnection.say}. */
  readonly answer: (command: ControlCommand) => Reply | undefined;
}

const NEWLINE = 0x0a;

/**
 * One client. Its requests are answered one after the other, and the next is looked at only when it has taken the
 * answer before: whoever sends without reading holds up nobody but himself.
 */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #options: ControlConnectionOptions;
  #received: Buffer = Buffer.alloc(0);
  #waits = false;
  /** When the client must have asked, or taken its answer. */
  #deadline = 0;
  #cancel: (() => void) | undefined;

  constructor(socket: Socket, options: ControlConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    // A client that is gone is nobody's fault.
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("drain", () => this.#next());
    // Who hangs up waits for nothing any more.
    socket.on("end", () => this.#waits && socket.destroy());
    socket.on("close", () => this.#cancel?.());
    this.#expectRequest();
  }

  /** Answers the request that still waits for it, if any does. */
  say(reply: Reply): void {
    if (!this.#waits) return;
    this.#waits = false;
    this.#write(reply);
  }

  /** Says why, and hangs up. */
  refuse(error: ControlRequestError): void {
    this.#socket.end(asLine(refusal(error)), () => this.#socket.destroy());
    this.#expectRequest();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    this.#next();
  }

  #next(): void {
    while (!this.#waits && !this.#socket.destroyed && !this.#socket.writableNeedDrain) {
      const end = this.#received.indexOf(NEWLINE);
      if (end === -1 ? this.#received.length > LONGEST_REQUEST : end > LONGEST_REQUEST) {
        this.#received = Buffer.alloc(0);
        this.#socket.pause();
        this.refuse(new ControlRequestError(`a request may have ${LONGEST_REQUEST} bytes`));
        return;
      }
      if (end === -1) break;
      const line = this.#received.subarray(0, end).toString();
      this.#received = this.#received.subarray(end + 1);
      this.#answer(line);
    }
    // What waits behind is left to the kernel, which lets the client wait.
    if (this.#received.length > LONGEST_REQUEST) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #answer(line: string): void {
    let reply: Reply | undefined;
    try {
      reply = this.#options.answer(readRequest(line));
    } catch (error) {
      reply = refusal(error as Error);
    }
    if (reply) {
      this.#write(reply);
      return;
    }
    this.#waits = true;
  }

  #write(reply: Reply): void {
    this.#socket.write(asLine(reply));
    this.#expectRequest();
  }

  #expectRequest(): void {
    const { clock, idle } = this.#options;
    this.#deadline = clock.now() + idle;
    this.#cancel ??= after(clock, idle, () => this.#due());
  }

  /** One timer for all requests of a client: it is set anew only when it is due. */
  #due(): void {
    const { clock } = this.#options;
    const left = this.#deadline - clock.now();
    if (left <= 0 && !this.#waits) this.#socket.destroy();
    else this.#cancel = after(clock, Math.max(left, 1_000), () => this.#due());
  }
}

const refusal = ({ message, ...error }: Error): Reply => {
  const { code = "APPD_CONTROL_FAILED" } = error as { readonly code?: string };
  return { error: { code, message } };
};
