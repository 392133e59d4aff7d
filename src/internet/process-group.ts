import type { ChildProcess } from "node:child_process";

/**
 * A child and all that it starts, as long as that stays in its process group: a shell's children do, and so do the
 * workers of a server. Where there are no such groups, on Windows, it is the child alone.
 */
export class ProcessGroup {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Sends a signal to every member; one that is gone already needs none. */
  signal(signal: "SIGTERM" | "SIGKILL"): void {
    if (process.platform === "win32") this.#child.kill(signal);
    else this.#reach(signal);
  }

  /** Whether any member is left, besides those that may not be signalled: nothing can be done about them. */
  get isThere(): boolean {
    const { exitCode, signalCode } = this.#child;
    return process.platform === "win32" ? exitCode === null && signalCode === null : this.#reach(0);
  }

  #reach(signal: "SIGTERM" | "SIGKILL" | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      // The one place below the runner that signals: what it has started itself, never the process that it is in.
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}
