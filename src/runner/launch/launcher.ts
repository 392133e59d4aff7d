import { EX_SOFTWARE } from "../../base/exit-status";
import { messageOf } from "../../log/describe-error";
import type { Environment, World } from "../world";
import { startChild, type Child, type ChildEnd } from "./child";
import { describeEnd, statusOfEnd, statusOfSignal } from "./child-end";
import type { Message, StartedNews } from "./messages";
import { Silence } from "./silence";

export interface LaunchOrder {
  /** What is to run, as messages call it. */
  readonly name: string;
  readonly role: "daemon" | "master";
  readonly environment: Environment;
  /** Milliseconds that the start may take, and the stop. */
  readonly startTimeout: number;
  readonly stopTimeout: number;
  /** Removes what a process leaves behind that had no time to. */
  readonly cleanUp?: ((pid: number) => void | Promise<void>) | undefined;
}

/** What keeps a whole process from turning is noticed so much later than the deadlines that it keeps itself. */
export const GRACE = 5_000;
/** How long an end that was forced may take. */
export const FORCED = 2_000;
const EX_UNAVAILABLE = 69;

/** How long a process that is started may show nothing, until it has started or has failed and stopped again. */
export const patienceFor = ({
  startTimeout,
  stopTimeout,
}: Pick<LaunchOrder, "startTimeout" | "stopTimeout">) => 2 * startTimeout + stopTimeout + GRACE;

/**
 * What a person waits for who types `--daemon`: it starts the daemon, shows what that has to say, and ends with 0 as
 * soon as all has started, else with the status that the foreground would have had.
 */
export class Launcher {
  readonly #world: World;
  readonly #order: LaunchOrder;
  readonly #start: typeof startChild;
  readonly #silence: Silence;
  readonly #releases: (() => void)[] = [];
  #child: Child | undefined;
  #log: string | undefined;
  #hasBegun = false;
  #hasPrinted = false;
  #hasComplained = false;
  #exit: number | undefined;
  #died: NodeJS.Signals | undefined;
  #signal: "SIGINT" | "SIGTERM" | undefined;
  #isTooLate = false;
  /** Whether standard output takes nothing any more. */
  #isFull = false;
  #isOver = false;

  constructor(world: World, order: LaunchOrder, start = startChild) {
    this.#world = world;
    this.#order = order;
    this.#start = start;
    this.#silence = new Silence(world.clock, (ms) => this.#giveUp(ms));
  }

  /** Ends the process when the verdict is there. */
  launch(): void {
    const { role, environment } = this.#order;
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      this.#releases.push(this.#world.onSignal(signal, () => this.#stop(signal)));
    this.#releases.push(this.#world.onSignal("SIGUSR1", () => undefined));
    this.#silence.allow(patienceFor(this.#order));
    const listener = {
      heard: (message: Message) => this.#heard(message),
      ended: (end: ChildEnd) => void this.#ended(end),
    };
    try {
      this.#child = this.#start(this.#world, { role, environment }, listener);
    } catch (error) {
      void this.#ended({ status: null, signal: null, error: error as Error });
    }
  }

  #heard({ out, err, printed, begun, started, exit, died }: Message): void {
    this.#silence.broken();
    if (out !== undefined) this.#print("stdout", out);
    if (err !== undefined) this.#print("stderr", err);
    if (printed) this.#print(printed.stream, printed.text);
    this.#hasPrinted ||= out !== undefined;
    this.#hasComplained ||= err !== undefined;
    if (begun) {
      this.#hasBegun = true;
      this.#log = begun.log ?? undefined;
    }
    this.#exit = exit ?? this.#exit;
    this.#died = died ?? this.#died;
    if (started) this.#started(started);
  }

  /** A full disk is no reason not to wait for the verdict. */
  #print(stream: "stdout" | "stderr", text: string): void {
    if (stream === "stdout" && this.#isFull) return;
    try {
      this.#world[stream].write(text);
    } catch (error) {
      this.#isFull = true;
      this.#say(messageOf(error));
    }
  }

  #started({ pid, log }: StartedNews): void {
    // Who has asked for the end gets it.
    if (this.#signal !== undefined || this.#isTooLate || this.#isOver) return;
    this.#say(`${this.#order.name} runs as process ${pid}${log ? `; its log is ${log}` : ""}`);
    this.#end(0);
  }

  async #ended(end: ChildEnd): Promise<void> {
    if (this.#isOver) return;
    this.#silence.end();
    const status = this.#verdict(end);
    if (this.#child?.pid !== undefined) await this.#cleanUp(this.#child.pid);
    this.#end(status);
  }

  /** The status to end with, once what there is to say is said. */
  #verdict(end: ChildEnd): number {
    const { name } = this.#order;
    if (end.error) return this.#fault(`can't start ${name}: ${messageOf(end.error)}`, EX_UNAVAILABLE);
    if (this.#isTooLate) return EX_UNAVAILABLE;
    if (this.#signal !== undefined)
      return this.#fault(`${name} was stopped by ${this.#signal} before it had started`, 0);
    const signal = this.#died ?? end.signal;
    if (signal !== null) return this.#fault(this.#describe({ status: null, signal }), statusOfSignal(signal));
    const status = statusOfEnd(end);
    if (status === 0) return this.#hasAnswered ? 0 : this.#fault(this.#describe(end), EX_SOFTWARE);
    return this.#hasComplained ? status : this.#fault(this.#describe(end), status);
  }

  /** It was asked for its help, or its version. */
  get #hasAnswered(): boolean {
    return this.#exit === 0 && this.#hasPrinted && !this.#hasBegun;
  }

  #describe(end: ChildEnd): string {
    return `${this.#order.name} ${describeEnd(end)} ${this.#when}`;
  }

  get #when(): string {
    return `before it had started${this.#log === undefined ? "" : `; its log is ${this.#log}`}`;
  }

  /** As whoever waits was told to. The second time the child ends at once, which it should do in no time. */
  #stop(signal: "SIGINT" | "SIGTERM"): void {
    this.#silence.allow(this.#signal === undefined ? this.#order.stopTimeout + GRACE : FORCED);
    this.#signal ??= signal;
    this.#child?.signal(signal);
  }

  /** Looks after a child that can't any more: as long as its event loop turns, it keeps its deadlines itself. */
  #giveUp(ms: number): void {
    if (this.#isTooLate) {
      this.#end(EX_UNAVAILABLE);
      return;
    }
    this.#isTooLate = true;
    const seconds = Math.round(ms / 1_000);
    this.#say(`${this.#order.name} gave no sign of life for ${seconds} s ${this.#when}; it was killed`);
    this.#silence.allow(FORCED);
    this.#child?.killAll();
  }

  async #cleanUp(pid: number): Promise<void> {
    try {
      await this.#order.cleanUp?.(pid);
    } catch (error) {
      this.#say(messageOf(error));
    }
  }

  #fault(text: string, status: number): number {
    this.#say(text);
    return status;
  }

  #say(text: string): void {
    this.#world.stderr.write(`appd: ${text}\n`);
  }

  #end(status: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#silence.end();
    this.#releases.forEach((release) => release());
    if (this.#signal === undefined) {
      this.#world.exit(status);
    } else {
      this.#world.die(this.#signal);
      // Whoever is process 1 of a container does not die by its own signal.
      this.#world.exit(statusOfSignal(this.#signal));
    }
  }
}
