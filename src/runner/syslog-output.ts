import { sleep } from "../log/sleep";
import type { SyslogOutput } from "../log/syslog-sink";
import type { Clock } from "../service/clock";
import { SyslogQueue } from "./syslog-queue";

/** A way to the system's log, once it is open. */
export interface SyslogWay {
  /**
   * Takes as much of a line as there is room for; throws what the system says (`EAGAIN`, `ECONNREFUSED`). If `waits`,
   * it may wait for room a moment.
   */
  readonly writeSome: (bytes: Buffer, waits: boolean) => number;
  /** Hears what there is to be heard of lines that have arrived, without waiting for Node to come round to it. */
  readonly listen: () => void;
  /** How many of the lines taken are known to have arrived since it was last asked. */
  readonly arrived: () => number;
  /** Whether it has ended, and delivers no more than has arrived. */
  readonly isGone: () => boolean;
  readonly close: () => void;
}

export interface SyslogOutputOptions {
  /** Opens the way. @throws what the system says */
  readonly open: (listener: WayListener) => SyslogWay;
  readonly facility: number;
  /** What stands before each line, after its priority: nothing where the way itself adds it. */
  readonly head?: () => string;
  readonly lineEnd: "\n" | "";
  readonly clock: Clock;
  /** Told once for each time that nobody takes lines: why. */
  readonly failed: (reason: string) => void;
  /** Told when lines are taken again after some had to be dropped. */
  readonly recovered: (lost: number, reason: string) => void;
  readonly keep?: number;
  /** How it waits, in milliseconds, while it must not go on; for tests. */
  readonly pause?: (milliseconds: number) => void;
}

/** What a way tells of itself. */
export interface WayListener {
  /** Some of what it took has arrived. */
  readonly progress: () => void;
  /** It has gone. */
  readonly gone: (reason: string) => void;
  /** It is there, and could not deliver one line. */
  readonly refused: (reason: string) => void;
}

/** Whoever reads slowly is asked again soon. */
const RETRY_SOON = 10;
const BACKOFF_FIRST = 100;
const BACKOFF_MOST = 5_000;
/** `flush` waits at most this long. */
const FLUSH_AT_MOST = 1_000;
/**
 * A line waits so long for room, because in memory it would be lost if the process was killed. Once that was in vain
 * lines wait in memory for some time: the service must go on whatever becomes of its log.
 */
const LINE_AT_MOST = 500;
const WAIT_AGAIN_AFTER = 5_000;
const STEP = 1;

/**
 * Sends lines to the system's log synchronously, so that they are out of the process before it can die. While nobody
 * takes them they wait in memory, within a bound; a way that breaks is opened again, and what it had not delivered
 * goes there once more. It never throws.
 */
export class RetryingSyslogOutput implements SyslogOutput {
  readonly #options: SyslogOutputOptions;
  readonly #queue: SyslogQueue;
  #way: SyslogWay | undefined;
  #retry: unknown;
  #backoff = BACKOFF_FIRST;
  #reason = "";
  #isFailing = false;
  /** Until then nobody is waited for. */
  #stuckUntil = -Infinity;

  constructor(options: SyslogOutputOptions) {
    this.#options = options;
    this.#queue = new SyslogQueue(options);
  }

  /** Opens the way now, while the process still may. */
  open(): void {
    this.#drain();
    if (!this.#way) this.#reopen();
  }

  send(severity: number, line: string): void {
    const { facility, head, lineEnd } = this.#options;
    const bytes = Buffer.from(`<${facility * 8 + severity}>${head?.() ?? ""}${line}${lineEnd}`, "utf8");
    // What is there may have room by now, where the event loop has not come round to trying.
    if (this.#queue.isFull && this.#way) this.#drain();
    this.#queue.add(bytes);
    // While a retry is due, nobody is known to take anything.
    if (this.#retry !== undefined) return;
    this.#drain();
    if (this.#queue.isWaiting && this.#way) this.#waitForRoom();
  }

  flush(): void {
    this.#way?.listen();
    this.#settle();
    if (!this.#way && !this.#queue.isEmpty) this.#reopen();
    this.#waitUntil(() => this.#queue.isEmpty || !this.#way, FLUSH_AT_MOST);
  }

  #drain(): void {
    this.#cancelRetry();
    for (let bytes = this.#queue.next(); bytes; bytes = this.#queue.next()) {
      if (!this.#way) this.#reopen();
      if (!this.#way) return;
      try {
        this.#queue.took(this.#way.writeSome(bytes, this.#waits));
      } catch (error) {
        this.#wasRefused((error as NodeJS.ErrnoException).code ?? String(error));
        return;
      }
    }
    this.#settle();
  }

  #wasRefused(code: string): void {
    if (code !== "EAGAIN") {
      this.#gone(code);
      return;
    }
    this.#settle();
    if (this.#way) this.#retryAfter(RETRY_SOON);
  }

  /** Takes note of what has arrived. */
  #settle(): void {
    const way = this.#way;
    const arrived = way?.arrived() ?? 0;
    if (arrived > 0) this.#haveArrived(arrived);
    if (way && way === this.#way && way.isGone()) this.#gone("it has ended");
  }

  #haveArrived(count: number): void {
    this.#queue.confirm(count);
    this.#backoff = BACKOFF_FIRST;
    this.#isFailing = false;
    const lost = this.#queue.takeLost();
    if (lost > 0) this.#options.recovered(lost, this.#reason);
  }

  #reopen(): void {
    this.#cancelRetry();
    let way: SyslogWay | undefined;
    const ifMine = (work: () => void) => (): void => {
      if (way !== undefined && way === this.#way) work();
    };
    try {
      way = this.#options.open({
        progress: ifMine(() => this.#settle()),
        gone: (reason) => ifMine(() => this.#gone(reason))(),
        refused: (reason) => ifMine(() => this.#failed(reason))(),
      });
      this.#way = way;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.#gone(code ?? message);
    }
  }

  #gone(reason: string): void {
    const way = this.#way;
    this.#way = undefined;
    way?.close();
    this.#queue.takeBack();
    this.#failed(reason);
    this.#retryAfter(this.#backoff);
    this.#backoff = Math.min(this.#backoff * 2, BACKOFF_MOST);
  }

  #failed(reason: string): void {
    this.#reason = reason;
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.failed(reason);
  }

  #waitForRoom(): void {
    if (!this.#waits) return;
    this.#waitUntil(() => !this.#queue.isWaiting || !this.#way, LINE_AT_MOST);
    if (this.#queue.isWaiting) this.#stuckUntil = this.#options.clock.now() + WAIT_AGAIN_AFTER;
  }

  get #waits(): boolean {
    return this.#options.clock.now() >= this.#stuckUntil;
  }

  #waitUntil(done: () => boolean, atMost: number): void {
    const pause = this.#options.pause ?? sleep;
    for (let waited = 0; ; waited += STEP) {
      this.#way?.listen();
      this.#drain();
      if (done() || waited >= atMost) return;
      pause(STEP);
    }
  }

  #retryAfter(ms: number): void {
    this.#cancelRetry();
    this.#retry = this.#options.clock.setTimeout(() => this.#drain(), ms);
    // A log that waits is no reason to go on living.
    (this.#retry as Partial<NodeJS.Timeout>).unref?.();
  }

  #cancelRetry(): void {
    if (this.#retry !== undefined) this.#options.clock.clearTimeout(this.#retry);
    this.#retry = undefined;
  }
}
