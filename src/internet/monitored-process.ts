import { existsSync } from "node:fs";
import { plain } from "../base/text";
import type { Logger } from "../log/logger";
import { after, type Clock } from "../service/clock";
import { ProcessError } from "./errors";
import { ProcessRun, type Command, type ProcessOptions, type RunEnd } from "./process-run";

/** When a process is started again, and how it is ended. Times are milliseconds. */
export interface RestartRule {
  /** One that lived for less is started again after a delay; any other at once. 1,000 by default. */
  readonly threshold: number;
  /** From SIGTERM to SIGKILL: 5,000 by default. */
  readonly killTime: number;
  /** The first delay, which each short life doubles: 1,000 by default. */
  readonly minRestartDelay: number;
  /** 3,600,000 by default. */
  readonly maxRestartDelay: number;
  /** Gives what is added to a delay, so that many that fail together do not start together. */
  readonly jitter?: () => number;
  /** After that many short lives in a row the application is ended; by default it never is. */
  readonly giveUpAfter?: number;
}

/** What a process is doing: `waiting` is for its next start. */
export type ProcessState = "stopped" | "running" | "waiting" | "stopping";

/** What a process is told by whoever monitors it. */
export interface Monitoring {
  readonly rule: RestartRule;
  readonly log: Logger;
  readonly clock: Clock;
  /** Told when it gives up. */
  readonly gaveUp: (error: ProcessError) => void;
}

/** A process that is started again whenever it ends, until it is told to stop. */
export class MonitoredProcess {
  readonly name: string;
  readonly #command: Command;
  readonly #options: ProcessOptions;
  readonly #monitoring: () => Monitoring;
  #isWanted = false;
  #run: ProcessRun | undefined;
  #cancelWait: (() => void) | undefined;
  #starts = 0;
  #shortLives = 0;

  constructor(
    name: string,
    command: Command,
    { monitoring, ...options }: ProcessOptions & { monitoring: () => Monitoring },
  ) {
    this.name = name;
    this.#command = command;
    this.#options = options;
    this.#monitoring = monitoring;
  }

  get state(): ProcessState {
    if (this.#run) return this.#run.told ? "stopping" : "running";
    return this.#cancelWait ? "waiting" : "stopped";
  }

  get pid(): number | undefined {
    return this.#run?.pid;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /** Starts it unless it is there; one that is ending is started when that is over. */
  start(): void {
    this.#isWanted = true;
    if (!this.#run) this.#begin();
  }

  /** Resolves when it is gone, and all that it has started. When `signal` aborts it is killed. */
  async stop(signal?: AbortSignal): Promise<void> {
    this.#isWanted = false;
    this.#wait(undefined);
    const run = this.#run;
    if (!run) return;
    run.terminate();
    const kill = (): void => run.kill();
    if (signal?.aborted) kill();
    signal?.addEventListener("abort", kill, { once: true });
    await run.over;
    signal?.removeEventListener("abort", kill);
  }

  /** Sends SIGKILL, for there is no time left. */
  kill(): void {
    this.#isWanted = false;
    this.#run?.kill();
  }

  /** Ends what runs, and starts it again at once. */
  async restart(): Promise<void> {
    const run = this.#run;
    this.start();
    run?.terminate();
    await run?.over;
  }

  #begin(): void {
    this.#wait(undefined);
    const { clock, rule, log } = this.#monitoring();
    const { killTime } = rule;
    const run = new ProcessRun(this.#command, this.#options, {
      clock,
      killTime,
      line: (text, stream) => log[stream === "stdout" ? "info" : "warn"](`[${this.name}] ${text}`),
      killed: () =>
        log.warn(`process "${this.name}" is still there ${inSeconds(killTime)} after SIGTERM: SIGKILL`),
    });
    this.#starts += 1;
    this.#run = run;
    if (run.pid !== undefined) log.info(`process "${this.name}" is started: ${run.pid}`);
    void run.over.then((end) => this.#ended(run, end));
  }

  #ended({ told }: ProcessRun, end: RunEnd): void {
    this.#run = undefined;
    const { rule, log } = this.#monitoring();
    const isShort = !told && (end.error !== undefined || end.lived < rule.threshold);
    this.#shortLives = isShort ? this.#shortLives + 1 : 0;
    const hasGivenUp = this.#isWanted && this.#shortLives >= (rule.giveUpAfter ?? Infinity);
    if (hasGivenUp) this.#isWanted = false;
    const delay = isShort ? delayAfter(this.#shortLives, rule) : 0;
    const level = end.error ? "error" : told || end.code === 0 ? "info" : "warn";
    const next = delay === 0 ? "at once" : `in ${inSeconds(delay)}`;
    log[level](`${this.#wordsFor(end)}${this.#isWanted ? `; it is started again ${next}` : ""}`);
    if (hasGivenUp) this.#giveUp(end);
    if (this.#isWanted) this.#beginAfter(delay, isShort);
  }

  #beginAfter(delay: number, isShort: boolean): void {
    // Also without a delay not before others had their turn: it may fail at once, for ever.
    if (isShort) this.#wait(after(this.#monitoring().clock, delay, () => this.#begin()));
    else this.#begin();
  }

  #wait(cancel: (() => void) | undefined): void {
    this.#cancelWait?.();
    this.#cancelWait = cancel;
  }

  #wordsFor({ error, code, signal }: RunEnd): string {
    const who = `process "${this.name}"`;
    if (error) return `${who} can't be started: ${problemOf(error, this.#command, this.#options)}`;
    return signal ? `${who} was ended by ${signal}` : `${who} has exited with status ${String(code)}`;
  }

  #giveUp({ error }: RunEnd): void {
    const { rule, gaveUp } = this.#monitoring();
    const times = `${this.#shortLives} times in a row within ${inSeconds(rule.threshold)} of its start`;
    const options = error && { cause: error };
    gaveUp(new ProcessError("APPD_PROCESS_GIVEN_UP", `process "${this.name}" has ended ${times}`, options));
  }
}

function delayAfter(shortLives: number, { minRestartDelay, maxRestartDelay, jitter }: RestartRule): number {
  const delay = Math.min(minRestartDelay * 2 ** Math.min(shortLives - 1, 100), maxRestartDelay);
  return delay + (jitter?.() ?? 0);
}

function problemOf(
  error: NodeJS.ErrnoException,
  [program]: Command,
  { cwd, uid, gid }: ProcessOptions,
): string {
  switch (error.code) {
    case "ENOENT":
      if (cwd !== undefined && !existsSync(cwd)) return `there is no folder ${plain(cwd)} to run it in`;
      if (program.includes("/") && existsSync(program))
        return `what ${plain(program)} is to be run by is not there`;
      return `there is no command ${plain(program)}`;
    case "EACCES":
      return `${plain(program)} is nothing that this process may run`;
    case "EPERM":
      if (uid === undefined && gid === undefined) break;
      return "this process is not permitted to run it as another user or group";
  }
  return error.message;
}

const inSeconds = (ms: number): string => `${Math.round(ms) / 1000} s`;
