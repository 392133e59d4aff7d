import { messageOf } from "../log/describe-error";
import { Service } from "../service/service";
import { SteadyBeat, type Beat } from "./beat";
import { checkFunction } from "./check-options";
import { CronBeat, cronMoments, type Moments } from "./cron-beat";
import { TimerError } from "./errors";

/** What a timer calls. `signal` aborts when the time to stop is over: let go of whatever is left then. */
export type TimerCall = (signal: AbortSignal) => unknown;

/** When a timer begins, and what a call that fails costs. */
export interface TimerServiceOptions {
  /** Whether it calls at once when it starts: true by default, false for a cron expression. */
  readonly now?: boolean;
  /**
   * What a call costs that throws or rejects: `log`, a line in the log (the default); `stop`, this service, which
   * stops; `fail`, the application, which ends with 70.
   */
  readonly onError?: "log" | "stop" | "fail";
  /** Where the times of a cron expression are those of the clocks, as `Europe/Berlin`; the system's by default. */
  readonly timeZone?: string;
  readonly name?: string;
}

/**
 * Calls a function again and again: every so many milliseconds, or when a cron expression says so (which needs
 * `npm install croner`). Calls never overlap: what comes due during a call is skipped. The times do not drift,
 * however long the calls take. When it stops it waits for the call in progress; a call that wants to end its own
 * timer must therefore not await it.
 *
 * ```ts
 * new TimerService(60_000, () => cache.sweep(), { name: "sweep" });
 * new TimerService("0 3 * * *", (signal) => backUp({ signal }), { timeZone: "Europe/Berlin", onError: "fail" });
 * ```
 */
export class TimerService extends Service {
  readonly #step: number | string;
  readonly #moments: Moments | undefined;
  readonly #call: TimerCall;
  readonly #now: boolean;
  readonly #onError: "log" | "stop" | "fail";
  #beat: Beat | undefined;
  #abort = new AbortController();
  #cancel = (): void => undefined;
  /** The call in progress. */
  #calling: Promise<void> | undefined;
  #calls = 0;
  #failures = 0;

  /** @throws TimerError; ServiceOptionError; MissingPeerError for a cron expression without croner */
  constructor(step: number | string, call: TimerCall, options: TimerServiceOptions = {}) {
    super();
    checkFunction(this, "what it calls", call);
    this.#step = step;
    if (typeof step === "string") this.#moments = cronMoments(step, options.timeZone);
    else if (!(step > 0 && step < Infinity))
      throw new TimerError(
        "APPD_TIMER_STEP",
        `the step of a timer is a number of milliseconds above 0, got ${step}`,
      );
    this.#call = call;
    this.#now = options.now ?? typeof step === "number";
    this.#onError = options.onError ?? "log";
    if (options.name !== undefined) this.setName(options.name);
  }

  override startService(): void | Promise<void> {
    const { clock } = this;
    this.#abort = new AbortController();
    this.#beat = this.#moments
      ? new CronBeat(clock, this.#moments)
      : new SteadyBeat(clock, this.#step as number);
    if (this.#now) this.#tick(this.#beat);
    else this.#wait(this.#beat);
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    this.#beat = undefined;
    this.#cancel();
    const abort = (): void => this.#abort.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    await this.#calling;
    signal?.removeEventListener("abort", abort);
  }

  override describe(): object {
    return {
      step: this.#step,
      calls: this.#calls,
      failures: this.#failures,
      calling: this.#calling !== undefined,
    };
  }

  #wait(beat: Beat): void {
    this.#cancel = beat.next(() => this.#tick(beat));
  }

  #tick(beat: Beat): void {
    // A call may outlive a stop that did not wait for ever: that is no reason for two at a time.
    if (this.#calling) {
      this.#wait(beat);
      return;
    }
    this.#calls += 1;
    this.#calling = this.#attempt()?.finally(() => {
      this.#calling = undefined;
      this.#goOn(beat);
    });
    if (!this.#calling) this.#goOn(beat);
  }

  #goOn(beat: Beat): void {
    if (this.#beat === beat) this.#wait(beat);
  }

  /** Calls; gives what has to be waited for, where there is something. */
  #attempt(): Promise<void> | undefined {
    const { signal } = this.#abort;
    const failed = (error: unknown): void => this.#failed(error, signal);
    try {
      const result = this.#call(signal) as PromiseLike<unknown> | undefined;
      if (typeof result?.then === "function") return Promise.resolve(result).then(ignore, failed);
    } catch (error) {
      failed(error);
    }
    return undefined;
  }

  #failed(error: unknown, { aborted }: AbortSignal): void {
    this.#failures += 1;
    const message = `the call failed: ${messageOf(error)}`;
    if (aborted) {
      this.log.debug({ err: error }, message);
      return;
    }
    const cost = this.#beat ? this.#onError : "log";
    if (cost !== "log") this.#beat = undefined;
    if (cost === "fail") this.failed(error);
    else this.log.error({ err: error }, message);
    if (cost === "stop") void this.#end();
  }

  async #end(): Promise<void> {
    this.log.warn("it is not called again, as was wished for when it fails");
    await Promise.resolve();
    try {
      // The call may have failed within the start, which is to end first.
      await this.startService();
      await this.stopService();
    } catch {
      // Whoever started it, or stops it, hears of this.
    }
  }
}

const ignore = (): void => undefined;
