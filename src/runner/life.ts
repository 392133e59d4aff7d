import { EX_SOFTWARE, exitStatusOf } from "../base/exit-status";
import { messageOf } from "../log/describe-error";
import { after } from "../service/clock";
import type { RunView } from "./companion";
import { companionsFor } from "./companions";
import { Company } from "./company";
import { deferred } from "./deferred";
import { AlreadyRunningError, StartError, StartTimeoutError } from "./errors";
import { inherit } from "./inherit";
import { isBrokenPipe } from "./is-broken-pipe";
import type { ProcessLog } from "./process-log";
import { AppdError } from "../base/errors";
import { culpritOf } from "../service/culprits";
import { reportError } from "./report-error";
import type { MakeApplication, Runnable, RunOptions } from "./run-options";
import { listenToSignals } from "./signals";
import { suspectedPath } from "./suspect";
import type { SignalName, UncaughtKind, World } from "./world";

/** A start that takes longer than this is watched: its lines are shown before it is through. */
const SHOW_LOG_AFTER = 250;
/** How long a signal waits for an application that is being made. Nothing has started that could be lost. */
const MAKING_AFTER_SIGNAL = 1_000;

/** From the first signal handler to the last word. */
export class Life {
  readonly #world: World;
  readonly #log: ProcessLog;
  readonly #options: RunOptions;
  readonly #interrupted = deferred<0>();
  readonly #unwanted = new AbortController();
  readonly #releases: (() => void)[] = [];
  readonly #view: RunView;
  readonly #company: Company;
  #stopListening: () => void = () => undefined;
  #application: Runnable | undefined;
  /** One that is made, while the companions get ready for it. */
  #unstarted: Runnable | undefined;
  #signal: SignalName | undefined;
  #state: RunView["state"] = "starting";
  #isTold = false;
  #crashed = false;
  #fault: unknown;
  /** What kept the run from being announced although all had started. */
  #unannounced: { readonly error: unknown } | undefined;
  #over = false;

  constructor(world: World, log: ProcessLog, options: RunOptions) {
    this.#world = world;
    this.#log = log;
    this.#options = options;
    this.#view = this.#viewOf(Date.now());
    this.#company = new Company(() => companionsFor(options.deployment, world.environment), this.#view);
  }

  /** Ends the process when it is through. */
  async live(make: MakeApplication): Promise<void> {
    this.#takeTheProcess();
    let status: number;
    try {
      status = await this.#throughTheApplication(make);
    } catch (error) {
      status = exitStatusOf(error);
      this.#report(error);
    }
    this.#end(status);
  }

  #takeTheProcess(): void {
    const { front } = this.#log;
    this.#stopListening = listenToSignals(this.#world, {
      log: front.logger,
      stop: (signal) => this.#stop(signal),
      force: (signal) => this.#force(signal),
      reopen: () => this.#reopenLogs(),
    });
    this.#releases.push(
      this.#world.onUncaught((error, kind) => this.#uncaught(error, kind)),
      this.#world.onExit((status) => this.#endedByOthers(status)),
      this.#world.keepAlive(),
    );
    this.#after(SHOW_LOG_AFTER, () => front.open());
  }

  async #throughTheApplication(make: MakeApplication): Promise<number> {
    const application = await this.#made(make);
    if (typeof application === "number") return application;
    this.#unstarted = application;
    if (this.#signal === undefined) await this.#company.made();
    this.#application = application;
    if (this.#signal !== undefined) {
      await application.stop(this.#signal);
      return 0;
    }
    return await this.#served(application);
  }

  async #made(make: MakeApplication): Promise<Runnable | number> {
    const { startTimeout = 60 } = this.#options;
    const late = deferred<never>();
    const cancel = this.#after(startTimeout * 1_000, () => late.reject(new StartTimeoutError(startTimeout)));
    const log = this.#log.front.logger;
    const inherited = inherit(this.#world, log);
    const prepare = (): Promise<void> => this.#company.prepare();
    const beginning = { log, signal: this.#unwanted.signal, inherited, prepare };
    try {
      return await Promise.race([make(beginning), this.#interrupted.promise, late.promise]);
    } catch (error) {
      if (this.#signal === undefined) throw error;
      // Whoever asked for the end is not interested in why there would have been no beginning.
      beginning.log.debug({ err: error }, "gave up making the application");
      return 0;
    } finally {
      cancel();
    }
  }

  async #served(application: Runnable): Promise<number> {
    const fault = await this.#startFault(application);
    if (fault === undefined) setImmediate(() => void this.#started());
    const finished = await application.finished;
    const { exitCode, error } = finished;
    if (this.#unannounced) throw this.#unannounced.error;
    // A start that gave way to a stop leaves no error: it has not failed.
    if (error !== undefined || ("error" in finished && exitCode !== 0)) {
      if (fault) this.#report(fault.error);
      else this.#alsoOnStderr(error);
    }
    return this.#crashed ? EX_SOFTWARE : exitCode;
  }

  /** What the start failed with, which may be anything; undefined when it did not. */
  #startFault(application: Runnable): Promise<{ readonly error: unknown } | undefined> {
    const hooks = {
      betweenPasses: () => this.#company.bound(),
      stopping: (reason: string | undefined) => this.#stopping(reason ?? "an error"),
    };
    return application.start(hooks).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  }

  /** A turn after the start, because what it has left to go wrong at once does so before that. */
  async #started(): Promise<void> {
    this.#log.front.open();
    if (this.#state !== "starting") return;
    this.#state = "started";
    try {
      await this.#company.started();
    } catch (error) {
      this.#unannounced = { error };
      this.#tellToStop(messageOf(error));
    }
  }

  #stopping(reason: string): void {
    this.#state = "stopping";
    this.#company.stopping(reason);
  }

  /** As SIGTERM would, for whoever asks within the process. */
  #stopFor(reason: string): void {
    this.#isTold = true;
    if (this.#signal === undefined) this.#stop("SIGTERM", reason);
  }

  #stop(signal: SignalName, why = `received ${signal}`): void {
    this.#signal = signal;
    this.#log.front.logger.info("%s, stopping", why);
    this.#unwanted.abort(signal);
    if (this.#application) this.#tellToStop(signal);
    else this.#after(MAKING_AFTER_SIGNAL, () => this.#interrupted.resolve(0));
  }

  #force(signal: SignalName): void {
    this.#log.front.logger.warn("received %s while stopping, ending at once", signal);
    this.#end(1);
  }

  #tellToStop(reason: string): void {
    this.#application?.stop(reason).catch((error: unknown) => this.#log.front.logger.debug({ err: error }));
  }

  #uncaught(error: unknown, kind: UncaughtKind): boolean {
    const { logger } = this.#log.front;
    if (kind === "exception" && isBrokenPipe(error)) {
      logger.debug({ err: error }, "nobody reads any more what was written");
      return true;
    }
    if (!this.#application) {
      this.#interrupted.reject(error);
      return true;
    }
    const what = kind === "rejection" ? "a promise was rejected" : "an error was thrown";
    const level = this.#options.onUnhandled === "log" ? "error" : "fatal";
    const service = suspectedPath(this.#application, error);
    const log = service === undefined ? logger : logger.child({ service });
    log[level]({ err: error }, `${what} and nothing caught it: ${messageOf(error)}`);
    if (this.#options.onUnhandled !== "log" && !this.#crashed) {
      this.#crashed = true;
      this.#alsoOnStderr(error);
      this.#tellToStop(what);
    }
    return true;
  }

  /** What happened before anything ran is for who typed the command; a log file has it with its stack. */
  #report(thrown: unknown): void {
    const { front, onStderr } = this.#log;
    const culprit = thrown instanceof AppdError ? undefined : culpritOf(thrown);
    const error = culprit === undefined ? thrown : new StartError(culprit, thrown);
    // The log may be that of the one that runs already: it is no business of its.
    if (!onStderr && !(error instanceof AlreadyRunningError))
      front.logger.fatal({ err: error }, messageOf(error));
    front.flush();
    this.#fault = error;
    reportError(error, this.#world, this.#options);
  }

  #alsoOnStderr(error: unknown): void {
    if (!this.#log.onStderr) reportError(error, this.#world, this.#options);
  }

  #reopenLogs(): string {
    if (this.#log.file === undefined) return "there is no log file to open anew";
    return this.#log.reopen()
      ? "the log is opened anew"
      : "the log stays the one that it was, and has a line that says why";
  }

  #toldToReopenLogs(): string {
    const outcome = this.#reopenLogs();
    this.#log.front.logger.info("told to open the log anew: %s", outcome);
    return outcome;
  }

  #viewOf(began: number): RunView {
    const life = (): Life => this;
    return {
      world: this.#world,
      log: this.#log.front.logger,
      logFile: this.#log.file,
      get logDescriptor() {
        return life().#log.descriptor;
      },
      logInRoot: (folder) => this.#log.inRoot(folder),
      openLog: () => this.#log.front.open(),
      get application() {
        return life().#application ?? life().#unstarted;
      },
      get state() {
        return life().#state;
      },
      get isTold() {
        return life().#isTold;
      },
      get fault() {
        return life().#fault;
      },
      began,
      stop: (reason) => this.#stopFor(reason),
      reopenLogs: () => this.#toldToReopenLogs(),
    };
  }

  #endedByOthers(status: number): void {
    if (this.#over) return;
    this.#log.front.logger.warn("process.exit was called in the application, status %d", status);
    this.#company.ended(status);
    this.#log.front.flush();
  }

  #end(status: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#releases.forEach((release) => release());
    const left = this.#application ? this.#world.leftovers() : [];
    if (left.length > 0) this.#log.front.logger.debug("ending with open handles: %s", left.join(", "));
    this.#company.ended(status);
    this.#log.front.flush();
    if (this.#signal === "SIGINT" && status === 0) {
      this.#world.die("SIGINT");
      // Whoever is process 1 of a container does not die by its own signal.
      this.#world.exit(130);
    } else {
      this.#world.exit(status);
    }
    // Only now, where there still is a now: one more signal on the way to the exit would kill instead.
    this.#stopListening();
  }

  /** Calls back after `ms`, unless the life is over by then. */
  #after(ms: number, callback: () => void): () => void {
    const cancel = after(this.#world.clock, ms, callback);
    this.#releases.push(cancel);
    return cancel;
  }
}
