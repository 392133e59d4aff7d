import { messageOf } from "../log/describe-error";
import type { Companion, RunView } from "./companion";

type Phase = "prepare" | "made" | "bound" | "started";

/** The companions of one run: each phase is gone through once, and whoever has begun hears of the end, once. */
export class Company {
  readonly #load: () => Promise<readonly Companion[]>;
  readonly #run: RunView;
  #companions: readonly Companion[] = [];
  /** Those who may have something to put away. */
  #begun: Companion[] = [];
  #prepared: Promise<void> | undefined;
  #isStopping = false;
  #isOver = false;

  /** @param load is asked when the options of the run are read */
  constructor(load: () => Promise<readonly Companion[]>, run: RunView) {
    this.#load = load;
    this.#run = run;
  }

  /** @throws what a companion throws */
  prepare(): Promise<void> {
    return (this.#prepared ??= this.#prepare());
  }

  /** @throws what a companion throws */
  async made(): Promise<void> {
    await this.prepare();
    await this.#inTurn("made");
  }

  /** @throws what a companion throws */
  bound(): Promise<void> {
    return this.#inTurn("bound");
  }

  /** @throws what a companion throws */
  started(): Promise<void> {
    return this.#inTurn("started");
  }

  stopping(reason: string): void {
    if (this.#isStopping || this.#isOver) return;
    this.#isStopping = true;
    for (const companion of this.#begun.toReversed())
      this.#safely(() => companion.stopping?.(this.#run, reason));
  }

  ended(status: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const companion of this.#begun.toReversed())
      this.#safely(() => companion.ended?.(this.#run, status));
  }

  async #prepare(): Promise<void> {
    this.#companions = await this.#load();
    await this.#inTurn("prepare");
  }

  async #inTurn(phase: Phase): Promise<void> {
    for (const companion of this.#companions) {
      if (phase === "prepare" && !this.#isOver) this.#begun.push(companion);
      await companion[phase]?.(this.#run);
    }
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#run.log.error({ err: error }, messageOf(error));
    }
  }
}
