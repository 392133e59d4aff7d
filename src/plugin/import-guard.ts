import { ExitDuringImportError, LeftoverError } from "./errors";

/** Keeps what a plugin does while it is imported from ending the process. */
export interface ImportGuard {
  /**
   * Runs an import. Calls of `process.exit` in it, and what nobody catches until the next turn, become its failure.
   *
   * @throws whatever `load` throws, ExitDuringImportError, LeftoverError
   */
  watch<T>(load: () => T | Promise<T>): Promise<T>;
}

/** The part of Node's process that {@link importGuard} needs; the runner hands it in. */
export interface GuardedProcess {
  exit: (code?: number | string | null) => never;
  reallyExit?: ((code?: number) => never) | undefined;
  exitCode?: number | string | null | undefined;
  on(event: UncaughtEvent, listener: (thrown: unknown) => void): unknown;
  off(event: UncaughtEvent, listener: (thrown: unknown) => void): unknown;
}

export type UncaughtEvent = "uncaughtException" | "unhandledRejection";

/** No guard: for tests, and for code that loads plugins in a process of its own. */
export const UNGUARDED: ImportGuard = { watch: async (load) => load() };

/** A guard over a process: while an import runs, its ways to exit are replaced by ones that record and throw. */
export function importGuard(world: GuardedProcess): ImportGuard {
  return {
    async watch(load) {
      const watch = new Watch(world);
      try {
        const loaded = await watch.guarded(load);
        await watch.settle();
        return loaded;
      } finally {
        watch.end();
      }
    },
  };
}

class Watch {
  readonly #world: GuardedProcess;
  readonly #exit: GuardedProcess["exit"];
  readonly #reallyExit: GuardedProcess["reallyExit"];
  readonly #exitCode: GuardedProcess["exitCode"];
  readonly #uncaught: LeftoverError[] = [];
  #exited: ExitDuringImportError | undefined;

  constructor(world: GuardedProcess) {
    this.#world = world;
    this.#exit = world.exit;
    this.#reallyExit = world.reallyExit;
    this.#exitCode = world.exitCode;
    world.exit = this.#refuseExit;
    if (world.reallyExit) world.reallyExit = this.#refuseExit;
    world.on("unhandledRejection", this.#onRejection);
    world.on("uncaughtException", this.#onException);
  }

  async guarded<T>(load: () => T | Promise<T>): Promise<T> {
    try {
      return await load();
    } catch (error) {
      throw this.#exited ?? error;
    }
  }

  /** Waits the turn in which Node tells of rejections, then throws what was recorded. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    // A plugin may have caught what exit threw: it wanted to end the process all the same.
    if (this.#exited) throw this.#exited;
    if (this.#uncaught[0]) throw this.#uncaught[0];
  }

  end(): void {
    this.#world.exit = this.#exit;
    if (this.#reallyExit) this.#world.reallyExit = this.#reallyExit;
    this.#world.exitCode = this.#exitCode;
    this.#world.off("unhandledRejection", this.#onRejection);
    this.#world.off("uncaughtException", this.#onException);
  }

  readonly #refuseExit = (code?: number | string | null): never => {
    this.#exited ??= new ExitDuringImportError(code ?? this.#world.exitCode ?? 0);
    throw this.#exited;
  };

  readonly #onRejection = (reason: unknown): void => {
    this.#uncaught.push(new LeftoverError("it leaves a rejection behind that nobody handles", reason));
  };

  readonly #onException = (error: unknown): void => {
    this.#uncaught.push(new LeftoverError("it throws where nobody can catch it", error));
  };
}
