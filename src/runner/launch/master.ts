import { EX_SOFTWARE } from "../../base/exit-status";
import { messageOf } from "../../log/describe-error";
import { after } from "../../service/clock";
import type { Environment, World } from "../world";
import { startChild, type Child, type ChildEnd } from "./child";
import { describeEnd, statusOfEnd } from "./child-end";
import type { LaunchPipe } from "./launch-pipe";
import { FORCED, GRACE, patienceFor } from "./launcher";
import type { MasterLog } from "./master-log";
import type { Message, StartedNews } from "./messages";
import { RestartPolicy } from "./restart-policy";
import { Silence } from "./silence";

export interface MasterOrder {
  readonly environment: Environment;
  /** To whoever has launched the master. */
  readonly pipe: LaunchPipe;
  readonly log: MasterLog;
  readonly maxRestarts: number;
  /** Milliseconds that a worker's start may take, and its stop. */
  readonly startTimeout: number;
  readonly stopTimeout: number;
  /** Called at the end. */
  readonly cleanUp?: (() => void) | undefined;
}

export interface MasterParts {
  readonly start?: typeof startChild;
  readonly random?: () => number;
}

/**
 * Starts a worker again when it dies. The death of the first before it has started is the failure of the start; a
 * worker that ends well, or because it was told to, takes the master with it.
 */
export class Master {
  readonly #world: World;
  readonly #order: MasterOrder;
  readonly #start: typeof startChild;
  readonly #policy: RestartPolicy;
  readonly #silence: Silence;
  readonly #releases: (() => void)[] = [];
  #worker: Child | undefined;
  /** Of the worker that there is. */
  #startedAt: number | undefined;
  #exit: Pick<Message, "exit" | "by"> = {};
  #stopTimeout: number;
  #hasServed = false;
  #signals = 0;
  #isTold = false;
  #isOver = false;

  constructor(world: World, order: MasterOrder, { start = startChild, random }: MasterParts = {}) {
    this.#world = world;
    this.#order = order;
    this.#start = start;
    this.#stopTimeout = order.stopTimeout;
    this.#policy = new RestartPolicy({ most: order.maxRestarts, ...(random && { random }) });
    this.#silence = new Silence(world.clock, (ms) => this.#giveUp(ms));
  }

  /** Ends the process when there is no worker any more, and none to come. */
  run(): void {
    // It is the worker's event loop that matters.
    this.#order.pipe.quiet();
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      this.#releases.push(this.#world.onSignal(signal, () => this.#stop(signal)));
    for (const signal of ["SIGHUP", "SIGUSR2"] as const)
      this.#releases.push(this.#world.onSignal(signal, () => this.#worker?.signal(signal)));
    this.#releases.push(
      this.#world.onSignal("SIGUSR1", () => undefined),
      this.#world.onUncaught((error) => this.#uncaught(error)),
      this.#world.keepAlive(),
    );
    this.#begin();
  }

  #begin(): void {
    this.#startedAt = undefined;
    this.#exit = {};
    // Whoever has launched the master notices first.
    this.#silence.allow(patienceFor(this.#order) + GRACE);
    const listener = {
      heard: (message: Message) => this.#heard(message),
      ended: (end: ChildEnd) => this.#ended(end),
      complained: (line: string) => this.#complained(line),
    };
    const { environment } = this.#order;
    try {
      this.#worker = this.#start(this.#world, { role: "worker", environment }, listener);
    } catch (error) {
      this.#ended({ status: null, signal: null, error: error as Error });
    }
  }

  #heard(message: Message): void {
    const { started, begun, stopping, exit, by } = message;
    this.#silence.broken();
    if (!this.#hasServed && !started) this.#order.pipe.say(message);
    if (begun) this.#order.log.file = begun.log ?? undefined;
    if (exit !== undefined) this.#exit = { exit, ...(by !== undefined && { by }) };
    if (stopping) this.#told();
    if (started) this.#started(started);
  }

  #started(news: StartedNews): void {
    this.#startedAt = this.#world.clock.now();
    this.#stopTimeout = news.stopTimeout ?? this.#order.stopTimeout;
    if (this.#signals === 0 && !this.#isTold) this.#silence.end();
    this.#say("info", `worker process ${news.pid} has started`);
    if (this.#hasServed) return;
    this.#hasServed = true;
    this.#order.pipe.say({ started: { ...news, pid: this.#world.pid } });
    this.#order.pipe.close();
  }

  /** Somebody has told the worker to stop, and means the whole. */
  #told(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#silence.allow(this.#stopTimeout + 2 * GRACE);
  }

  #ended(end: ChildEnd): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#silence.end();
    const isMeant = this.#exit.exit === 0 && this.#exit.by === undefined;
    if (this.#signals > 0 || this.#isTold || isMeant) this.#end(statusOfEnd(end));
    else if (!this.#hasServed) this.#neverStarted(end);
    else this.#died(end, worker?.pid);
  }

  #neverStarted(end: ChildEnd): void {
    if (end.signal !== null) this.#order.pipe.say({ died: end.signal });
    if (end.error) this.#order.pipe.say({ err: `appd: can't start a worker: ${messageOf(end.error)}\n` });
    this.#end(statusOfEnd(end));
  }

  #died(end: ChildEnd, pid: number | undefined): void {
    const now = this.#world.clock.now();
    const upFor = this.#startedAt === undefined ? 0 : now - this.#startedAt;
    const wait = this.#policy.died(now, upFor);
    const what = end.error
      ? `a worker can't be started: ${messageOf(end.error)}`
      : `worker process ${pid} ${describeEnd(end)} ${this.#startedAt === undefined ? "before it had started" : `after ${seconds(upFor)}`}`;
    if (wait === undefined) {
      const { maxRestarts } = this.#order;
      this.#say("fatal", `${what}; giving up, because --max-restarts is ${maxRestarts}`);
      this.#end(statusOfEnd(end) || EX_SOFTWARE);
      return;
    }
    this.#say("error", `${what}; the next starts in ${seconds(wait)}`);
    const cancel = after(this.#world.clock, wait, () => this.#begin());
    this.#releases.push(cancel);
  }

  #stop(signal: "SIGINT" | "SIGTERM"): void {
    this.#signals += 1;
    if (!this.#worker) {
      this.#say("info", `received ${signal} while no worker ran, ending`);
      this.#end(0);
      return;
    }
    this.#worker.say({ stop: signal });
    this.#silence.allow(this.#signals === 1 ? this.#stopTimeout + 2 * GRACE : FORCED);
  }

  /** A worker whose event loop turns keeps its deadlines itself. */
  #giveUp(ms: number): void {
    this.#say(
      "fatal",
      `worker process ${this.#worker?.pid} gave no sign of life for ${seconds(ms)}: it is killed`,
    );
    this.#worker?.killAll();
  }

  /** What comes past the worker's log: the last words of V8, programs that it has started. */
  #complained(line: string): void {
    if (!this.#hasServed) this.#order.pipe.say({ err: `${line}\n` });
    this.#say("error", line, { stream: "stderr" });
  }

  #uncaught(error: unknown): boolean {
    this.#say("error", `in the master: ${messageOf(error)}`);
    return true;
  }

  #say(...line: Parameters<MasterLog["write"]>): void {
    this.#order.log.write(...line);
  }

  #end(status: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#silence.end();
    this.#releases.forEach((release) => release());
    this.#order.cleanUp?.();
    this.#world.exit(status);
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
