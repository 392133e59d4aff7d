import { closeSync, fstatSync, writeSync } from "node:fs";
import type { Socket } from "node:net";
import { sleep } from "../../log/sleep";
import { asLine, inPieces, Lines, readMessage, type Message } from "./messages";

/** How often a process that starts says that it is there. */
const BEAT = 1_000;
/** While whoever reads is slow. */
const PAUSE = 2;

export interface PipeFile {
  readonly write: (fd: number, bytes: Uint8Array) => number;
  readonly close: (fd: number) => void;
}
const SYSTEM: PipeFile = { write: writeSync, close: closeSync };

/**
 * The launched one's end of the pipe. It writes at once, because what it says may be its last word; that nobody
 * reads any more does no harm.
 */
export class LaunchPipe {
  readonly #file: PipeFile;
  #fd: number | undefined;
  #socket: Socket | undefined;
  #beat: NodeJS.Timeout | undefined;
  #isSettled = false;

  constructor(fd: number, file = SYSTEM) {
    this.#fd = fd;
    this.#file = file;
  }

  /** Whether there is such a pipe: the variable that names it may have come from anywhere. */
  static isAt(fd: number): boolean {
    try {
      // With bigints, for the reason that stands in system-world.ts.
      const stats = fstatSync(fd, { bigint: true });
      return fd > 2 && (stats.isSocket() || stats.isFIFO());
    } catch {
      return false;
    }
  }

  say(message: Message): void {
    let bytes: Uint8Array = Buffer.from(asLine(message));
    while (bytes.length > 0 && this.#fd !== undefined) {
      try {
        bytes = bytes.subarray(this.#file.write(this.#fd, bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
        sleep(PAUSE);
      }
    }
  }

  print(text: string, wrap: (piece: string) => Message): void {
    if (this.#isSettled) return;
    for (const message of inPieces(text, wrap)) this.say(message);
  }

  /** Says from now on that the event loop turns. */
  beat(): void {
    this.#beat ??= setInterval(() => this.say({ alive: true }), BEAT).unref();
  }

  quiet(): void {
    clearInterval(this.#beat);
  }

  /** All has started: nobody waits any more for what is printed. */
  settle(): void {
    this.quiet();
    this.#isSettled = true;
  }

  /** Hears what the other end says, and when it is gone. */
  listen(hear: (message: Message) => void, gone: () => void): void {
    if (this.#fd === undefined || this.#socket) return;
    const lines = new Lines((line) => {
      const message = readMessage(line);
      if (message) hear(message);
    });
    const isOver = (): void => {
      if (this.#fd === undefined) return;
      // From here on the number may be another file's.
      this.#fd = undefined;
      gone();
    };
    const { Socket } = process.getBuiltinModule("node:net");
    this.#socket = new Socket({ fd: this.#fd, readable: true, writable: false })
      .setEncoding("utf8")
      .on("data", (text: string) => lines.add(text))
      .on("end", isOver)
      .on("error", isOver)
      .unref();
  }

  /** Lets go of the pipe: the other end sees it. */
  close(): void {
    this.settle();
    const fd = this.#fd;
    this.#fd = undefined;
    if (this.#socket) this.#socket.destroy();
    else if (fd !== undefined) this.#file.close(fd);
  }
}
