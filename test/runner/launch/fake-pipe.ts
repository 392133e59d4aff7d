import { LaunchPipe } from "../../../src/runner/launch/launch-pipe";
import { Lines, readMessage, type Message } from "../../../src/runner/launch/messages";

/** A pipe that remembers what was said into it, and says what a test says at its other end. */
export class FakePipe extends LaunchPipe {
  readonly said: Message[] = [];
  isClosed = false;
  #hear: (message: Message) => void = () => undefined;
  #gone: () => void = () => undefined;

  constructor() {
    const lines = new Lines((line) => this.said.push(readMessage(line) ?? {}));
    super(3, {
      write: (_, bytes) => {
        lines.add(Buffer.from(bytes).toString());
        return bytes.length;
      },
      close: () => (this.isClosed = true),
    });
  }

  override listen(hear: (message: Message) => void, gone: () => void): void {
    this.#hear = hear;
    this.#gone = gone;
  }
  hear(message: Message): void {
    this.#hear(message);
  }
  hangUp(): void {
    this.#gone();
  }
}
