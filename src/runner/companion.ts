import type { Logger } from "../log/logger";
import type { LogDescriptor } from "./process-log";
import type { Runnable } from "./run-options";
import type { World } from "./world";

/** What a companion sees of the run that it belongs to. */
export interface RunView {
  readonly world: World;
  readonly log: Logger;
  /** The absolute path of the file that the log goes to. */
  readonly logFile: string | undefined;
  /** The file itself, at the moment. */
  readonly logDescriptor: LogDescriptor | undefined;
  /** To be called before the process makes this folder its root; gives what to call afterwards. */
  logInRoot(folder: string): () => void;
  /** Loads what writes the log, which waits until then. */
  openLog(): void;
  /** Once it is made. */
  readonly application: Runnable | undefined;
  readonly state: "starting" | "started" | "stopping";
  /** Whether `stop` was called. */
  readonly isTold: boolean;
  /** What the start has failed with, once it has. */
  readonly fault: unknown;
  /** When the run began, in milliseconds since 1970. */
  readonly began: number;
  /** Stops the application gracefully, as a signal does. */
  stop(reason: string): void;
  /** Opens the log anew, by its name, and says what came of it. What can't be opened is a line in the old one. */
  reopenLogs(): string;
}

/**
 * Something that lives beside the application for as long as the run does: a pidfile, a control socket, word to
 * systemd. Those of a run are asked in their order, at the end in reverse. What one of the first four throws fails
 * the start; the application never knows of any of them.
 */
export interface Companion {
  /** The options are read, nothing that is the user's is built. */
  prepare?(run: RunView): void | Promise<void>;
  /** The service is made and not started. */
  made?(run: RunView): void | Promise<void>;
  /** All services have had their privileged pass, none has started. */
  bound?(run: RunView): void | Promise<void>;
  /** All has started. */
  started?(run: RunView): void | Promise<void>;
  /** It begins to stop. Must not throw. */
  stopping?(run: RunView, reason: string): void;
  /**
   * The last before the process ends, with its status, however it ends: only what is done at once gets done. Called
   * on whoever was asked to prepare, or would have been next. Must not throw.
   */
  ended?(run: RunView, status: number): void;
}
