import { directlyProvides, Implements } from "../interface/implements";
import type { Logger } from "../log/logger";
import { SILENT } from "../log/silent-logger";
import { ApplicationRun, type Finished } from "./application-run";
import { after, systemClock, type Clock } from "./clock";
import { Deadline } from "./deadline";
import { ExitCodeError, LateStart, StartCancelled, StopErrors, treeError } from "./errors";
import { IProcess } from "./i-process";
import { NOTHING_INHERITED, type Inherited } from "./inherited";
import { MultiService } from "./multi-service";
import { labelOf } from "./label";
import { LIFECYCLE } from "./lifecycle";
import { Shutdown } from "./shutdown";
import { LINK, SURROUNDINGS, type Surroundings } from "./surroundings";

/** The logger, the clock and the deadlines of a tree. */
export interface ApplicationOptions {
  /** Where its services write to; nowhere by default. */
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** Milliseconds that the start may take: 60,000 by default. Infinity sets no limit. */
  readonly startTimeout?: number | undefined;
  /** Milliseconds that the stop may take before its signal aborts: 30,000 by default. */
  readonly stopTimeout?: number | undefined;
  /**
   * Milliseconds that servers leave idle connections open once they stop, in the place of what each of them says:
   * 0 where all clients are one's own, as in a test.
   */
  readonly idleGrace?: number | undefined;
  /** What the process was given when it was started, for `systemd:` and `stdio:`; nothing by default. */
  readonly inherited?: Inherited | undefined;
  /** How services are told that the process ends although they still run; who runs the application knows. */
  readonly atExit?: ((listener: () => void) => () => void) | undefined;
  /** What the process is called and whom it runs as, where the command line does not say. */
  readonly processName?: string | undefined;
  readonly uid?: number | string | undefined;
  readonly gid?: number | string | undefined;
}

/** What whoever runs an application does on its way. */
export interface StartHooks {
  /** Called when all services have had their privileged pass, before any of them starts; what it throws fails the start. */
  readonly betweenPasses?: (() => void | Promise<void>) | undefined;
  /** Called once, when the tree begins to stop. */
  readonly stopping?: ((reason: string | undefined) => void) | undefined;
}

/**
 * The root of a service tree. Once started it runs, and keeps Node's event loop alive, until it is told to stop.
 *
 * ```ts
 * const application = new Application("hello");
 * new TCPServer(1235, greet).setServiceParent(application);
 * await application.start();
 * const { exitCode } = await application.finished;
 * ```
 */
@Implements(IProcess)
export class Application extends MultiService implements IProcess, AsyncDisposable {
  /** What anything may ask for the end. */
  readonly shutdown: Shutdown;
  readonly processName: string | undefined;
  readonly uid: number | string | undefined;
  readonly gid: number | string | undefined;
  #surroundings: Surroundings;
  #options: ApplicationOptions;
  #run = new ApplicationRun();
  #undo: Deadline | undefined;
  #hooks: StartHooks = {};

  constructor(name: string, options: ApplicationOptions = {}) {
    super();
    this.setName(name);
    this.#options = options;
    this.stopTimeout = options.stopTimeout ?? 30_000;
    this.processName = options.processName;
    this.uid = options.uid;
    this.gid = options.gid;
    this.#surroundings = this.#give(options);
    const shutdown: Shutdown = { request: (exitCode = 0, reason) => this.#request(exitCode, reason) };
    provideShutdown(shutdown);
    this.shutdown = shutdown;
  }

  /** What whoever runs the application adds where its author left it open. To be called before the start. */
  surround(
    defaults: Pick<ApplicationOptions, "atExit" | "inherited" | "logger" | "startTimeout" | "stopTimeout">,
  ): void {
    const { atExit, inherited, logger, startTimeout, stopTimeout } = this.#options;
    this.#options = {
      ...this.#options,
      atExit: atExit ?? defaults.atExit,
      inherited: inherited ?? defaults.inherited,
      logger: logger ?? defaults.logger,
      startTimeout: startTimeout ?? defaults.startTimeout,
      stopTimeout: stopTimeout ?? defaults.stopTimeout,
    };
    this.stopTimeout = this.#options.stopTimeout ?? 30_000;
    this.#surroundings = this.#give(this.#options);
  }

  get #startTimeout(): number {
    return this.#options.startTimeout ?? 60_000;
  }

  /** Resolves when the tree has stopped, or has failed to start; a new promise for each run. */
  get finished(): Promise<Finished> {
    return this.#run.finished;
  }

  /**
   * Starts the tree: the privileged pass, then the other. If it fails, whatever had begun is stopped again.
   *
   * @throws what the first service to fail threw; LateStart; StartCancelled when a stop came first
   */
  start(hooks: StartHooks = {}): Promise<void> {
    const run = this.#run;
    if (run.over) this.#run = new ApplicationRun();
    else if (run.ending) return run.finished.then(() => this.start(hooks));
    if (!this.#run.starting) this.#hooks = hooks;
    return (this.#run.starting ??= this.#start(this.#run));
  }

  /** Stops the tree, the last started first. Resolves when that is done; never rejects, see {@link finished}. */
  async stop(reason?: string): Promise<void> {
    const run = this.#run;
    if (!run.starting) return;
    run.wish(0, reason);
    await this.#end(run);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  override async startService(): Promise<void> {
    await this.#hooks.betweenPasses?.();
    await super.startService();
  }

  /** @internal */
  override [LINK](): never {
    throw treeError("APPD_APPLICATION_IS_ROOT", `${labelOf(this)} is the root of a tree: it joins no parent`);
  }

  /** @internal */
  get [SURROUNDINGS](): Surroundings {
    return this.#surroundings;
  }

  async #start(run: ApplicationRun): Promise<void> {
    run.hold();
    const cancel = after(this.clock, this.#startTimeout, () => this.#startIsLate(run));
    try {
      if (run.ended) throw new StartCancelled(labelOf(this));
      await this.startService();
    } catch (error) {
      throw await this.#startFailed(run, error);
    } finally {
      cancel();
    }
  }

  async #startFailed(run: ApplicationRun, error: unknown): Promise<unknown> {
    if (run.ending) await run.ending;
    else if (!run.ended) run.startFault(error);
    this.#settle(run);
    return run.hasFailed ? run.error : error;
  }

  #startIsLate(run: ApplicationRun): void {
    const late = (label: string): LateStart => new LateStart(label, this.#startTimeout);
    if (this[LIFECYCLE].abandonStart(late)) return;
    run.startFault(late(labelOf(this)));
    void this.#end(run);
  }

  #end(run: ApplicationRun): Promise<void> {
    if (run.ending) return run.ending;
    // A turn later, because a stop that begins here may ask for the end once more.
    run.ending = Promise.resolve().then(() => this.#stopTree(run));
    this.#hooks.stopping?.(run.reason);
    return run.ending;
  }

  async #stopTree(run: ApplicationRun): Promise<void> {
    try {
      await this.stopService();
    } catch (error) {
      run.fault(error instanceof StopErrors && error.errors.length === 1 ? error.errors[0] : error);
    }
    this.#settle(run);
  }

  #settle(run: ApplicationRun): void {
    this.#undo?.release();
    this.#undo = undefined;
    run.settle();
  }

  #request(exitCode: number, reason: string | undefined): void {
    if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > 255) throw new ExitCodeError(exitCode);
    const run = this.#run;
    const isFirst = run.wish(exitCode, reason);
    if (isFirst && reason !== undefined) this.log.info(`asked to stop: ${reason}`);
    if (run.starting) void this.#end(run);
  }

  #failed(error: unknown): void {
    const run = this.#run;
    run.fault(error);
    run.ended = true;
    if (run.starting) void this.#end(run);
  }

  #give({
    logger = SILENT,
    clock = systemClock,
    idleGrace,
    inherited = NOTHING_INHERITED,
    atExit,
  }: ApplicationOptions): Surroundings {
    const undoSignal = (): AbortSignal =>
      (this.#undo ??= Deadline.after(clock, this.stopTimeout ?? Infinity)).signal;
    return {
      logger,
      clock,
      idleGrace,
      inherited,
      atExit,
      get undoSignal() {
        return undoSignal();
      },
      failed: (_label, error) => this.#failed(error),
    };
  }
}

function provideShutdown(shutdown: Shutdown): void {
  directlyProvides(shutdown, Shutdown);
}
