import type { Logger } from "../log/logger";
import { wallOf, type Clock } from "../service/clock";
import type { Load } from "./world";

/** How often it looks: what happens in between is told apart by how busy the loop was. */
const EVERY = 500;
/** A loop that stands still for longer keeps everybody waiting. */
const STALL = 1_000;
/** A clock that goes ahead or back by more than this was set, not corrected. */
const JUMP = 1_000;

export interface StallWatchOptions {
  readonly clock: Clock;
  readonly load: () => Load;
  readonly log: Pick<Logger, "warn" | "info">;
}

interface Look extends Load {
  readonly at: number;
  /** The clock on the wall. */
  readonly wall: number;
}

/**
 * Sees when the event loop stands still, and says for how long. Time is what passes, whatever the clock on the wall
 * is set to. A loop that was idle and yet late did not stand still: the whole process did.
 */
export class StallWatch {
  readonly #options: StallWatchOptions;
  readonly #wall: () => number;
  #last: Look;
  #timer: unknown;

  constructor(options: StallWatchOptions) {
    this.#options = options;
    this.#wall = wallOf(options.clock);
    this.#last = this.#look();
    this.#wait();
  }

  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = this.#options.clock.setTimeout(() => this.#awake(), EVERY);
    (this.#timer as Partial<NodeJS.Timeout>).unref?.();
  }

  #awake(): void {
    const [last, now] = [this.#last, this.#look()];
    this.#last = now;
    this.#judge(last, now);
    this.#wait();
  }

  #judge(last: Look, now: Look): void {
    const passed = now.at - last.at;
    const active = now.active - last.active;
    const late = passed - EVERY;
    if (active >= STALL) this.#stoodStill(active, now.computing - last.computing);
    else if (late >= STALL) this.#didNotRun(late);
    const jump = now.wall - last.wall - passed;
    if (Math.abs(jump) >= JUMP) this.#clockJumped(jump);
  }

  #stoodStill(active: number, computing: number): void {
    const fields = { stall: Math.round(active), computing: Math.round(computing) };
    this.#options.log.warn(
      fields,
      `the event loop stood still for ${seconds(active)}, with ${seconds(computing)} of processor time`,
    );
  }

  #didNotRun(late: number): void {
    const fields = { pause: Math.round(late) };
    this.#options.log.warn(
      fields,
      `the process did not run for ${seconds(late)}: it or the machine was stopped`,
    );
  }

  #clockJumped(jump: number): void {
    const fields = { jump: Math.round(jump) };
    const way = jump > 0 ? "ahead" : "back";
    const why = jump > 0 ? "it was set, or the machine slept" : "it was set";
    this.#options.log.info(fields, `the clock went ${way} by ${seconds(Math.abs(jump))}: ${why}`);
  }

  #look(): Look {
    return { ...this.#options.load(), at: this.#options.clock.now(), wall: this.#wall() };
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
