import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { silently } from "../base/silently";

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

  /**
   * Whether any member is left, besides those about whom nothing can be done: who may not be signalled, and the dead of
   * whom nobody has asked how they ended. In a container init may be a program that never does.
   */
  get isThere(): boolean {
    const { exitCode, signalCode } = this.#child;
    if (process.platform === "win32") return exitCode === null && signalCode === null;
    return this.#reach(0) && !areDead(this.#child.pid);
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

/** Whether the system tells of members of a group that all of them are dead. */
function areDead(group: number | undefined): boolean {
  if (process.platform !== "linux") return false;
  const states: string[] = [];
  for (const name of silently(() => readdirSync("/proc")) ?? []) {
    const stat = /^\d/.test(name) ? silently(() => readFileSync(`/proc/${name}/stat`, "latin1")) : undefined;
    // Behind the name of the program, which may have parentheses and spaces of its own.
    const [state = "", , its] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
    if (Number(its) === group) states.push(state);
  }
  return states.length > 0 && states.every((state) => "ZXx".includes(state));
}
