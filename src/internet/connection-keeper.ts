import { after, type Clock } from "../service/clock";

/** Where a kept connection is in its life; the names are those of Twisted's `ClientService`. */
export type KeeperState =
  "init" | "connecting" | "waiting" | "connected" | "disconnecting" | "restarting" | "stopped";

/** What can happen to it. */
type Happening = "start" | "stop" | "made" | "failed" | "gone" | "retry";

/** What follows from it. What is not here changes nothing. */
const NEXT: Readonly<Record<KeeperState, Readonly<Partial<Record<Happening, KeeperState>>>>> = {
  init: { start: "connecting", stop: "stopped" },
  connecting: { stop: "disconnecting", made: "connected", failed: "waiting" },
  waiting: { stop: "stopped", retry: "connecting" },
  connected: { stop: "disconnecting", gone: "waiting" },
  disconnecting: { start: "restarting", gone: "stopped" },
  restarting: { stop: "disconnecting", gone: "connecting" },
  stopped: { start: "connecting" },
};

/** A connection that is ready. */
export interface Kept<T> {
  readonly product: T;
  /** Never rejects. */
  readonly closed: Promise<void>;
  hangUp(): void;
  destroy(): void;
}

/** How it is done, and what is to be told about it. */
export interface KeeperMeans<T> {
  readonly clock: Clock;
  /** Makes one attempt. When it rejects, nothing of the attempt is left. */
  connect(signal: AbortSignal): Promise<Kept<T>>;
  /** Milliseconds until the next attempt; `error` is undefined where a connection was made, and lost. */
  retryDelay(failures: number, error: unknown): number;
  cancelled(): Error;
}

interface Waiter<T> {
  readonly resolve: (product: T) => void;
  readonly reject: (error: unknown) => void;
  /** How many failures it hears of before it gives up. */
  failuresLeft: number;
}

/** Keeps one connection: connects when started, and again whenever an attempt fails or the connection is lost. */
export class ConnectionKeeper<T> {
  readonly #means: () => KeeperMeans<T>;
  #state: KeeperState = "init";
  /** How many attempts have failed in a row; a connection that was lost is the first of them. */
  #failures = 0;
  #attempt: AbortController | undefined;
  #kept: Kept<T> | undefined;
  #callOffRetry = nothing;
  #waiters: Waiter<T>[] = [];
  #stops: (() => void)[] = [];

  constructor(means: () => KeeperMeans<T>) {
    this.#means = means;
  }

  get state(): KeeperState {
    return this.#state;
  }

  start(): void {
    this.#happens("start");
  }

  /** Resolves when nothing is left open. */
  stop(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#stops.push(resolve));
    this.#happens("stop");
    if (this.#state === "stopped") this.#finishStops();
    return stopped;
  }

  /** Closes what is open without ado. */
  destroy(): void {
    this.#kept?.destroy();
  }

  whenConnected(failures = Infinity): Promise<T> {
    if (this.#kept && this.#state === "connected") return Promise.resolve(this.#kept.product);
    if (this.#state === "stopped") return Promise.reject(this.#means().cancelled());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject, failuresLeft: failures });
    });
  }

  #happens(happening: Happening): boolean {
    const next = NEXT[this.#state][happening];
    if (next === undefined) return false;
    this.#state = next;
    if (next === "connecting") this.#connect();
    else if (next === "disconnecting") this.#disconnect();
    else if (next === "stopped") this.#stop();
    return true;
  }

  #connect(): void {
    this.#finishStops();
    const { signal } = (this.#attempt = new AbortController());
    this.#means()
      .connect(signal)
      .then(
        (kept) => this.#made(kept),
        (error: unknown) => this.#failed(error),
      );
  }

  #made(kept: Kept<T>): void {
    this.#attempt = undefined;
    this.#kept = kept;
    void kept.closed.then(() => this.#gone());
    if (!this.#happens("made")) {
      // It was told to stop meanwhile.
      kept.hangUp();
      return;
    }
    this.#failures = 0;
    for (const { resolve } of this.#waiters.splice(0)) resolve(kept.product);
  }

  #failed(error: unknown): void {
    this.#attempt = undefined;
    if (!this.#happens("failed")) {
      this.#gone();
      return;
    }
    this.#retryLater(error);
    const waiters = this.#waiters.splice(0);
    for (const waiter of waiters) {
      waiter.failuresLeft -= 1;
      if (waiter.failuresLeft > 0) this.#waiters.push(waiter);
      else waiter.reject(error);
    }
  }

  #gone(): void {
    this.#kept = undefined;
    if (this.#happens("gone") && this.#state === "waiting") this.#retryLater(undefined);
  }

  #retryLater(error: unknown): void {
    this.#failures += 1;
    const means = this.#means();
    const delay = means.retryDelay(this.#failures, error);
    this.#callOffRetry = after(means.clock, delay, () => this.#happens("retry"));
  }

  #disconnect(): void {
    this.#attempt?.abort(this.#means().cancelled());
    this.#kept?.hangUp();
  }

  #stop(): void {
    this.#callOffRetry();
    this.#callOffRetry = nothing;
    this.#failures = 0;
    const waiters = this.#waiters.splice(0);
    for (const { reject } of waiters) reject(this.#means().cancelled());
    this.#finishStops();
  }

  #finishStops(): void {
    for (const resolve of this.#stops.splice(0)) resolve();
  }
}

const nothing = (): void => undefined;
