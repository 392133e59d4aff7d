import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import type { Clock } from "./clock";
import { blame } from "./culprits";
import { Deadline, waitWithin } from "./deadline";
import { LateStop, seconds, StartCancelled, StopDeadline, StopErrors } from "./errors";

/** Where a service is in its life. */
export type ServiceState = "created" | "starting" | "started" | "stopping" | "stopped";

/** Where this copy of appd keeps the life of a service of its own. */
export const LIFECYCLE = Symbol("lifecycle");
/** Where a service says whether a phase that throws still needs the stop. */
export const UNDO = Symbol("undo");
/** Where a service is told, while it starts, that nobody waits for that any more. */
export const INTERRUPT = Symbol("interrupt");
/** Where a service is told of calls that change nothing at the moment that they come. */
export const AGAIN = Symbol("again");
/** Where a collection says which of its children is starting or stopping. */
export const PENDING = Symbol("pending");

/** What a lifecycle drives: the three phases as their author wrote them, and what is known of their owner. */
export interface Subject {
  privileged(): void | Promise<void>;
  start(): void | Promise<void>;
  stop(signal: AbortSignal): void | Promise<void>;
  /** Told while it starts that it may give up. */
  interrupt?(): void;
  /** Told that it is to start while it runs or stops, that such a start is called off, or of a stop while it rests. */
  again?(call: "start" | "stop"): void;
  readonly label: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly stopTimeout: number | undefined;
  /** The signal that bounds a roll-back. */
  readonly undoSignal: AbortSignal | undefined;
  /** When a phase that throws still needs the stop: never, once the privileged pass is over, or always. */
  readonly undo: "never" | "entered" | "always";
  /** The child that is starting or stopping at the moment. */
  readonly pending: Lifecycle | undefined;
}

/** Undoes what comes after a service in its collection, where all of that has to be undone. */
export type UndoneFirst = (why: "failed" | "stopped") => Promise<void>;

/**
 * The life of one service: each phase happens once however often it is called, a stop waits for a start that is
 * under way and wins over it, a failed start leaves nothing behind, and nobody is waited for for ever.
 */
export class Lifecycle {
  readonly #subject: Subject;
  #state: ServiceState = "created";
  #active = false;
  /** Whether there is something that a stop has to undo. */
  #owed = false;
  #entering: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** The start that waits for the stop that is under way. */
  #next: { calledOff: boolean } | undefined;
  #signal: AbortSignal | undefined;
  #first: UndoneFirst | undefined;
  #abandon: ((error: Error) => void) | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  get state(): ServiceState {
    return this.#state;
  }

  get active(): boolean {
    return this.#active;
  }

  /** The signal of the stop that is under way. */
  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  get atRest(): boolean {
    return this.#state === "created" || this.#state === "stopped";
  }

  privileged(): Promise<void> {
    if (this.#stopping) return this.#afterwards(this.#stopping, () => this.privileged());
    return (this.#entering ??= this.#undoing(() => this.#enter()));
  }

  /** @param first has to be over before this one is stopped, if its start fails or ends with a stop */
  start(first?: UndoneFirst): Promise<void> {
    if (this.#stopping) return this.#afterwards(this.#stopping, () => this.start(first));
    if (this.#state === "started") this.#subject.again?.("start");
    if (!this.#starting) this.#first = first;
    return (this.#starting ??= this.#undoing(() => this.#start()));
  }

  stop(signal?: AbortSignal): Promise<void> {
    this.#callOffNext();
    if (this.#stopping) return signal ? this.#waitFor(this.#stopping, signal) : this.#stopping;
    const begun = this.#starting ?? this.#entering;
    if (!begun) {
      this.#subject.again?.("stop");
      return Promise.resolve();
    }
    const underWay = this.#state === "starting" ? begun : undefined;
    return this.#end(underWay, signal);
  }

  /** Waits no longer for the innermost service that is starting; says whether there was one. */
  abandonStart(reason: (label: string) => Error): boolean {
    const { pending, label } = this.#subject;
    if (pending?.abandonStart(reason)) return true;
    if (!this.#abandon) return false;
    this.#abandon(reason(label));
    return true;
  }

  async #afterwards(stopping: Promise<void>, begin: () => Promise<void>): Promise<void> {
    const next = (this.#next ??= { calledOff: false });
    this.#subject.again?.("start");
    await stopping.catch(ignore);
    if (next.calledOff) throw new StartCancelled(this.#subject.label);
    this.#next = undefined;
    await begin();
  }

  #callOffNext(): void {
    if (!this.#next) return;
    this.#next.calledOff = true;
    this.#next = undefined;
    this.#subject.again?.("stop");
  }

  async #enter(): Promise<void> {
    this.#state = "starting";
    this.#owed = this.#subject.undo === "always";
    await this.#attempt(() => this.#subject.privileged());
    this.#owed = this.#subject.undo !== "never";
    this.#goOn();
  }

  async #start(): Promise<void> {
    await this.privileged();
    this.#goOn();
    this.#active = true;
    await this.#attempt(() => this.#subject.start());
    this.#owed = true;
    this.#goOn();
    this.#state = "started";
  }

  #isStarting(): boolean {
    return this.#state === "starting";
  }

  #goOn(): void {
    if (!this.#isStarting()) throw new StartCancelled(this.#subject.label);
  }

  /** Runs a phase of the start in such a way that it can be abandoned; undoes it if it gets there after all. */
  async #attempt(phase: () => void | Promise<void>): Promise<void> {
    const work = phase();
    if (typeof work?.then !== "function") return;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#abandon = (error) => {
          this.#subject.interrupt?.();
          this.#undoLater(work);
          reject(error);
        };
        work.then(resolve, reject);
      });
    } finally {
      this.#abandon = undefined;
    }
  }

  #undoLater(work: Promise<void>): void {
    const { log, label } = this.#subject;
    const undo = async (): Promise<void> => {
      await work;
      if (this.atRest) await this.#subject.stop(this.#subject.undoSignal ?? new AbortController().signal);
    };
    undo().catch((error: unknown) => log.debug({ err: error }, `${label} failed after it was given up`));
  }

  /** Runs a part of the start; if it fails, whatever was begun is stopped before the caller hears of it. */
  async #undoing(part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch (error) {
      blame(this.#subject.label, error);
      // A stop that was asked for meanwhile waits for this very promise, and does the rest.
      if (this.#isStarting()) this.#active = false;
      if (this.#isStarting()) await this.#first?.("failed");
      if (this.#isStarting()) await this.#end(undefined, this.#subject.undoSignal).catch(ignore);
      throw error;
    }
  }

  #end(underWay: Promise<void> | undefined, signal: AbortSignal | undefined): Promise<void> {
    this.#state = "stopping";
    this.#active = false;
    this.#stopping = this.#stop(underWay, signal).finally(() => {
      this.#state = "stopped";
      this.#owed = false;
      this.#entering = this.#starting = this.#stopping = this.#signal = this.#first = undefined;
    });
    return this.#stopping;
  }

  async #stop(underWay: Promise<void> | undefined, outer: AbortSignal | undefined): Promise<void> {
    const deadline = Deadline.within(outer, this.#subject);
    this.#signal = deadline.signal;
    try {
      const late = underWay && (await this.#interrupt(underWay, deadline.signal));
      if (underWay) await this.#first?.("stopped");
      if (this.#owed) await this.#stopSubject(deadline.signal);
      if (late) throw late;
    } catch (error) {
      const { log, label } = this.#subject;
      if (!(error instanceof StopErrors))
        log.error({ err: error }, `${label} failed to stop: ${messageOf(error)}`);
      throw error;
    } finally {
      deadline.release();
    }
  }

  /** Waits for the start that is under way, whatever becomes of it; at the deadline it is abandoned. */
  async #interrupt(underWay: Promise<void>, signal: AbortSignal): Promise<Error | undefined> {
    this.#subject.pending?.stop(signal).catch(ignore);
    this.#subject.interrupt?.();
    try {
      await this.#waitFor(underWay.catch(ignore), signal, "starting");
      return undefined;
    } catch (error) {
      this.#abandon?.(new StartCancelled(this.#subject.label));
      await underWay.catch(ignore);
      return error as Error;
    }
  }

  async #stopSubject(signal: AbortSignal): Promise<void> {
    const work = this.#subject.stop(signal);
    if (typeof work?.then === "function") await this.#waitFor(work, signal);
  }

  #waitFor(work: Promise<void>, signal: AbortSignal, doing = "stopping"): Promise<void> {
    const subject = this.#subject;
    return waitWithin(work, {
      signal,
      clock: () => subject.clock,
      busy: () => subject.pending !== undefined,
      late: () => subject.log.warn(`${subject.label} is still ${doing} ${overdue(signal)}`),
      tooLate: () => new LateStop(subject.label),
    });
  }
}

const ignore = (): void => undefined;

function overdue({ reason }: AbortSignal): string {
  return reason instanceof StopDeadline ? `after ${seconds(reason.ms)}` : "at its deadline";
}
