import type { Socket } from "node:net";
import { after, type Clock } from "../service/clock";

/** Milliseconds that who is refused has to read why. */
const PATIENCE = 1_000;
/** A flood of those who are refused shall not hold many descriptors: so many, and no more than a part of the others. */
const MOST = 100;
const PART = 8;

interface Occasion {
  readonly clock: Clock;
  readonly others: number;
}

/** Tells those that are not let in why, and sees them off. */
export class Farewells {
  readonly #leaving = new Set<Socket>();

  /** `others` is how many connections may be open otherwise. */
  say(socket: Socket, text: string | undefined, { clock, others }: Occasion): void {
    if (text === undefined || this.#leaving.size >= Math.min(MOST, Math.max(PART, others / PART))) {
      socket.destroy();
      return;
    }
    this.#leaving.add(socket);
    const callOff = after(clock, PATIENCE, () => socket.destroy());
    socket.on("close", () => {
      callOff();
      this.#leaving.delete(socket);
    });
    // Read to its end, because what is closed unread is reset, and the farewell with it.
    socket.resume().end(text);
  }

  /** There is no time for it any more. */
  cut(): void {
    for (const socket of this.#leaving) socket.destroy();
  }
}
