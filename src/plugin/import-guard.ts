import type { SoftwareError } from "../base/errors";
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

/**
 * A guard over a process: while an import runs, its ways to exit are replaced by ones that record and throw. Where
 * imports overlap, the last that began answers for what happens.
 */
export function importGuard(world: GuardedProcess): ImportGuard {
  const watch = new Watch(world);
  return {
    async watch(load) {
      const fault = watch.begin();
      try {
        return await finished(load);
      } finally {
        watch.end(fault);
        // A plugin may have caught what exit threw: it wanted to end the process all the same.

        if (fault.error) throw fault.error;
      }
    },
  };
}

/** The outcome, after the turn in which Node tells of rejections that nobody handled. */
async function finished<T>(load: () => T | Promise<T>): Promise<T> {
  try {
    return await load();
  } finally {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What an import did that an import must not do. */
interface Fault {
  error?: SoftwareError;
}

class Watch {
  readonly #world: GuardedProcess;
  readonly #running: Fault[] = [];
  #before: Pick<GuardedProcess, "exit" | "reallyExit" | "exitCode"> | undefined;

  constructor(world: GuardedProcess) {
    this.#world = world;
  }

  begin(): Fault {
    if (this.#running.length === 0) this.#takeOver();
    const fault: Fault = {};
    this.#running.push(fault);
    return fault;
  }

  end(fault: Fault): void {
    this.#running.splice(this.#running.indexOf(fault), 1);
    if (this.#running.length === 0) this.#handBack();
  }

  #takeOver(): void {
    const { exit, reallyExit, exitCode } = this.#world;
    this.#before = { exit, reallyExit, exitCode };
    this.#world.exit = this.#refuseExit;
    if (reallyExit) this.#world.reallyExit = this.#refuseExit;
    this.#world.on("unhandledRejection", this.#onRejection);
    this.#world.on("uncaughtException", this.#onException);
  }

  #handBack(): void {
    Object.assign(this.#world, this.#before);
    this.#world.off("unhandledRejection", this.#onRejection);
    this.#world.off("uncaughtException", this.#onException);
  }

  #blame(error: SoftwareError): void {
    const fault = this.#running.at(-1);
    if (fault) fault.error ??= error;
  }

  readonly #refuseExit = (code?: number | string | null): never => {
    const error = new ExitDuringImportError(code ?? this.#world.exitCode ?? 0);
    this.#blame(error);
    throw error;
  };

  readonly #onRejection = (reason: unknown): void =>
    this.#blame(new LeftoverError("it leaves a rejection behind that nobody handles", reason));

  readonly #onException = (error: unknown): void =>
    this.#blame(new LeftoverError("it throws where nobody can catch it", error));
}
