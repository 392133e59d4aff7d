import type { Logger } from "../log/logger";
import type { Inherited } from "../service/inherited";
import type { StartHooks } from "../service/application";
import type { DeploymentOptions } from "./deployment-options";
import type { ProcessLogOptions } from "./process-log";

/** What the runner asks of an application. */
export interface Runnable {
  start(hooks?: StartHooks): Promise<void>;
  /** Stops whatever has started, also while it starts. Never takes much longer than the application's deadline. */
  stop(reason?: string): Promise<void>;
  /** Milliseconds that the stop may take. */
  readonly stopTimeout?: number | undefined;
  /** An error is what it ended with: one of its start, which threw it too, or one that it has logged. */
  readonly finished: Promise<{ readonly exitCode: number; readonly error?: unknown }>;
}

/** What is there before the application: its log, and word when it is no longer wanted. */
export interface Beginning {
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** What whoever started the process gave it, for the services. */
  readonly inherited: Inherited;
  /** To be called when the options are read, before anything that is the user's is built. */
  readonly prepare: () => Promise<void>;
}

/** Makes the application; an exit status instead where there is nothing to run, as after `--help`. */
export type MakeApplication = (beginning: Beginning) => Promise<Runnable | number>;

export interface RunOptions {
  /** Stacks on standard error. */
  readonly debug?: boolean;
  /** What lines on standard error begin with: `appd`, or `appd: myproject`. */
  readonly program?: string;
  readonly log?: ProcessLogOptions;
  /** What becomes of the process besides running the application. */
  readonly deployment?: DeploymentOptions;
  /** After an error that nothing caught: stop and end with 70 (`exit`), or only log it. */
  readonly onUnhandled?: "exit" | "log";
  /** Seconds that making the application may take. Its services' deadlines are the application's. */
  readonly startTimeout?: number;
}
