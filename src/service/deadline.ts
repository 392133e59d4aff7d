import { setMaxListeners } from "node:events";
import { after, type Clock } from "./clock";
import { StopDeadline } from "./errors";

/** How long after its deadline a stop is still waited for: the time to let go of what is left. */
export const LATE_GRACE = 1_000;

/** How long a stop may take: until another signal aborts, and so many milliseconds at the most. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #release: (() => void) | undefined;

  /** The deadline of a stop that was asked for with `outer`, of someone who has a time of his own or none. */
  static within(
    outer: AbortSignal | undefined,
    own: { stopTimeout: number | undefined; clock: Clock },
  ): Deadline {
    if (own.stopTimeout !== undefined) return Deadline.after(own.clock, own.stopTimeout, outer);
    return new Deadline(outer ?? new AbortController().signal);
  }

  static after(clock: Clock, ms: number, outer?: AbortSignal): Deadline {
    const controller = new AbortController();
    // Every service on the way down to the one that stops listens; Node would warn of a leak at eleven.
    setMaxListeners(0, controller.signal);
    const cancel = after(clock, ms, () => controller.abort(new StopDeadline(ms, clock.now())));
    const pass = (): void => controller.abort(outer?.reason);
    if (outer?.aborted) pass();
    outer?.addEventListener("abort", pass, { once: true });
    return new Deadline(controller.signal, () => {
      cancel();
      outer?.removeEventListener("abort", pass);
    });
  }

  private constructor(signal: AbortSignal, release?: () => void) {
    this.signal = signal;
    this.#release = release;
  }

  /** Lets go of timers and listeners. */
  release(): void {
    this.#release?.();
  }
}

/** Who is waited for, and what becomes of it when it is late. */
export interface Waiting {
  readonly signal: AbortSignal;
  clock(): Clock;
  /** Whether the wait is for someone further down, who is bounded for himself. */
  busy(): boolean;
  /** Called at the deadline. */
  late(): void;
  /** Called when the grace is over too: what the wait ends with. */
  tooLate(): Error;
}

/** Waits for `work`, but not much beyond the deadline. */
export function waitWithin(work: Promise<void>, waiting: Waiting): Promise<void> {
  const { signal } = waiting;
  return new Promise((resolve, reject) => {
    let cancel = (): void => undefined;
    const release = (): void => {
      cancel();
      signal.removeEventListener("abort", onAbort);
    };
    const giveUp = (): void => {
      if (waiting.busy()) {
        cancel = after(waiting.clock(), LATE_GRACE, giveUp);
        return;
      }
      release();
      reject(waiting.tooLate());
    };
    const onAbort = (): void => {
      if (!waiting.busy()) waiting.late();
      wait();
    };
    const wait = (): void => {
      const clock = waiting.clock();
      cancel = after(clock, graceLeft(signal, clock), giveUp);
    };
    work.finally(release).then(resolve, reject);
    if (signal.aborted) wait();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

function graceLeft({ reason }: AbortSignal, clock: Clock): number {
  if (!(reason instanceof StopDeadline)) return LATE_GRACE;
  return Math.max(0, reason.at + LATE_GRACE - clock.now());
}
