import { didYouMean } from "../base/suggest";
import { shown } from "../base/text";
import { labelOf } from "../service/label";
import { UNDO } from "../service/lifecycle";
import { Service } from "../service/service";
import { surroundingsOf } from "../service/surroundings";
import { checkAmounts } from "./check-options";
import { ProcessError } from "./errors";
import { MonitoredProcess, type Monitoring, type ProcessState, type RestartRule } from "./monitored-process";
import type { ProcessOptions } from "./process-run";

/** When processes are started again, and how they are ended; Twisted's thresholds by default. */
export interface ProcessMonitorOptions extends Partial<RestartRule> {
  readonly name?: string;
}

/** How a process is. */
export interface ProcessStatus {
  readonly name: string;
  readonly state: ProcessState;
  /** While it is there. */
  readonly pid?: number;
  /** How often it was started. */
  readonly starts: number;
}

/**
 * Runs other programs, and starts each again when it ends, whatever its status: at once when it has lived for a
 * while, else after a delay that doubles each time. What they write is logged line by line, standard error as
 * warnings. When the monitor stops, every process and all that it has started gets SIGTERM, and SIGKILL when that
 * does not help; it has stopped when they are gone.
 *
 * ```ts
 * const monitor = new ProcessMonitor({ giveUpAfter: 10 });
 * monitor.addProcess("worker", ["node", "worker.js"], { cwd: "/srv/worker" });
 * ```
 */
export class ProcessMonitor extends Service {
  readonly #rule: RestartRule;
  readonly #processes = new Map<string, MonitoredProcess>();
  /** Those that were removed and are still ending. */
  readonly #leaving = new Set<MonitoredProcess>();
  #callOffExit: (() => void) | undefined;

  /** @throws ServiceOptionError */
  constructor({ name, ...rule }: ProcessMonitorOptions = {}) {
    super();
    checkAmounts(this, rule, ["threshold", "killTime", "minRestartDelay", "maxRestartDelay", "giveUpAfter"]);
    this.#rule = {
      threshold: 1_000,
      killTime: 5_000,
      minRestartDelay: 1_000,
      maxRestartDelay: 3_600_000,
      ...rule,
    };
    if (name !== undefined) this.setName(name);
  }

  /** In the order in which they were added. */
  get processes(): readonly ProcessStatus[] {
    return [...this.#processes.values()].map(({ name, state, pid, starts }) => ({
      name,
      state,
      ...(pid === undefined ? {} : { pid }),
      starts,
    }));
  }

  /**
   * Adds a process, which is started with the monitor, or at once if that runs.
   *
   * @throws ProcessError when there is one of that name, or no command
   */
  addProcess(name: string, command: readonly string[], options: ProcessOptions = {}): void {
    if (this.#processes.has(name))
      throw new ProcessError(
        "APPD_PROCESS_NAME_TAKEN",
        `${labelOf(this)} has a process "${name}" already: remove that first`,
      );
    if (!Array.isArray(command))
      throw new ProcessError(
        "APPD_PROCESS_COMMAND",
        `the command of process "${name}" must be an array such as ["ls", "-l"], got ${shown(command)}`,
      );
    const [program, ...args] = command as readonly string[];
    if (program === undefined || program === "")
      throw new ProcessError("APPD_PROCESS_COMMAND", `process "${name}" has no command to run`);
    const monitoring = (): Monitoring => this.#monitoring();
    const process = new MonitoredProcess(name, [program, ...args], { ...options, monitoring });
    this.#processes.set(name, process);
    if (this.running) process.start();
  }

  /** Forgets a process, whose name is free then; the promise is of its end. @throws ProcessError */
  async removeProcess(name: string): Promise<void> {
    const process = this.#get(name);
    this.#processes.delete(name);
    this.#leaving.add(process);
    await process.stop();
    this.#leaving.delete(process);
  }

  /**
   * Starts a process unless it is there, without a delay that it may be waiting for.
   *
   * @throws ProcessError when there is none of that name, or when the monitor does not run: nobody would end it
   */
  startProcess(name: string): void {
    const process = this.#get(name);
    if (!this.running)
      throw new ProcessError(
        "APPD_MONITOR_STOPPED",
        `process "${name}" can't be started: ${labelOf(this)} does not run`,
      );
    process.start();
  }

  /** Ends a process, which stays stopped until it, or the monitor, is started. @throws ProcessError */
  async stopProcess(name: string): Promise<void> {
    await this.#get(name).stop();
  }

  /** Ends all that run, and starts them again at once; those that were stopped or wait are started too. */
  async restartAll(): Promise<void> {
    if (!this.running) return;
    await Promise.all([...this.#processes.values()].map((process) => process.restart()));
  }

  override startService(): void | Promise<void> {
    this.#callOffExit = surroundingsOf(this).atExit?.(() => this.#all().forEach((one) => one.kill()));
    for (const process of this.#processes.values()) process.start();
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    await Promise.all(this.#all().map((process) => process.stop(signal)));
    this.#callOffExit?.();
    this.#callOffExit = undefined;
  }

  override describe(): object {
    return { processes: this.processes };
  }

  /** @internal A subclass may fail when processes run already. */
  override get [UNDO](): "always" {
    return "always";
  }

  #all(): MonitoredProcess[] {
    return [...this.#processes.values(), ...this.#leaving];
  }

  #get(name: string): MonitoredProcess {
    const process = this.#processes.get(name);
    if (process) return process;
    throw new ProcessError(
      "APPD_PROCESS_UNKNOWN",
      `${labelOf(this)} has no process "${name}"${didYouMean(name, [...this.#processes.keys()])}`,
    );
  }

  #monitoring(): Monitoring {
    return { rule: this.#rule, log: this.log, clock: this.clock, gaveUp: (error) => this.failed(error) };
  }
}
