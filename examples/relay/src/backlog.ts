import type { Socket } from "node:net";

/** A line that goes on for longer is cut there. */
const LONGEST = 65_536;

/** Lines on their way. Those that come while nobody takes them are kept, but only so many: the oldest give way. */
export class Backlog {
  passed = 0;
  dropped = 0;
  readonly #lines: string[] = [];
  #to: Socket | undefined;

  constructor(private readonly size: number) {}

  get waiting(): number {
    return this.#lines.length;
  }

  /** Takes lines until the connection ends. */
  async takeFrom(socket: Socket): Promise<void> {
    let begun = "";
    for await (const text of socket.setEncoding("utf8")) {
      const lines = (begun + String(text)).split("\n");
      begun = lines.pop() ?? "";
      if (begun.length > LONGEST) lines.push(begun.slice(0, LONGEST));
      if (begun.length > LONGEST) begun = "";
      for (const line of lines) this.#add(line);
      this.#send();
    }
    if (begun !== "") this.#add(begun);
    this.#send();
  }

  /** Sends what is there, and what comes, for as long as the connection is open. */
  sendTo(socket: Socket): void {
    this.#to = socket;
    socket.on("drain", () => this.#send());
    socket.on("close", () => {
      if (this.#to === socket) this.#to = undefined;
    });
    this.#send();
  }

  #add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length <= this.size) return;
    this.#lines.shift();
    this.dropped += 1;
  }

  #send(): void {
    const socket = this.#to;
    while (socket?.writable && !socket.writableNeedDrain && this.#lines.length > 0) {
      socket.write(`${this.#lines.shift() ?? ""}\n`);
      this.passed += 1;
    }
  }
}
