import { EX_SOFTWARE, exitStatusOf } from "../base/exit-status";

/** How an application ended. */
export interface Finished {
  readonly exitCode: number;
  /**
   * What it failed with: at its start, which has thrown it too; while it ran or while it stopped, which was logged.
   */
  readonly error?: unknown;
  /** Why it was asked to stop, in the words of who asked. */
  readonly reason?: string | undefined;
}

/** The longest that Node's timers can wait. */
const FOR_EVER = 2 ** 31 - 1;

/** One life of an application, from its start to its end. */
export class ApplicationRun {
  readonly finished: Promise<Finished>;
  starting: Promise<void> | undefined;
  ending: Promise<void> | undefined;
  /** Whether someone asked for the end, maybe before the start. */
  ended = false;
  over = false;
  exitCode = 0;
  /** Not to be seen by the error: nothing is an error to throw, too. */
  hasFailed = false;
  error: unknown;
  reason: string | undefined;
  #resolve!: (finished: Finished) => void;
  #hold: NodeJS.Timeout | undefined;

  constructor() {
    this.finished = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Keeps Node's event loop alive. */
  hold(): void {
    this.#hold = setInterval(() => undefined, FOR_EVER);
  }

  /** Notes why it is to end; who comes first settles it. Says whether that was the first. */
  wish(exitCode: number, reason: string | undefined): boolean {
    if (this.ended) return false;
    this.ended = true;
    this.exitCode = exitCode;
    this.reason = reason;
    return true;
  }

  /** Notes what went wrong, and the exit code for it unless another was asked for. */
  fault(error: unknown, exitCode = EX_SOFTWARE): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.error = error;
    if (this.exitCode === 0) this.exitCode = exitCode;
  }

  startFault(error: unknown): void {
    this.fault(error, exitStatusOf(error));
  }

  settle(): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.#hold);
    const { exitCode, hasFailed, error, reason } = this;
    this.#resolve({
      exitCode,
      ...(hasFailed ? { error } : {}),
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
