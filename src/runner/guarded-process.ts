import type { GuardedProcess } from "../plugin/import-guard";
import type { UncaughtKind, UncaughtListener, World } from "./world";

/** `reallyExit` is what `process.exit` calls, and what some programs call themselves. */
export type RealProcess = NodeJS.Process & { reallyExit: (code?: number) => never };
type Exits = Pick<RealProcess, "exit" | "reallyExit">;

/** How the process ends, as it was before anybody replaced it. */
export function exitsOf(real: RealProcess): Exits {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as they were, not called from here
  const { exit, reallyExit } = real;
  return { exit, reallyExit };
}

/** The process with its uncaught errors sorted: whoever guards an import hears of them before the run does. */
export function guardedProcess(real: RealProcess, world: Pick<World, "onUncaught">): GuardedProcess {
  const releases = new Map<unknown, () => void>();
  return {
    get exit() {
      return exitsOf(real).exit;
    },
    set exit(exit) {
      real.exit = exit;
    },
    get reallyExit() {
      return exitsOf(real).reallyExit;
    },
    set reallyExit(reallyExit) {
      Object.assign(real, { reallyExit });
    },
    get exitCode() {
      return real.exitCode;
    },
    set exitCode(code) {
      real.exitCode = code;
    },
    on(event, listener) {
      const wanted: UncaughtKind = event === "uncaughtException" ? "exception" : "rejection";
      const takes: UncaughtListener = (error, kind) => {
        if (kind === wanted) listener(error);
        return kind === wanted;
      };
      releases.set(listener, world.onUncaught(takes));
    },
    off(_, listener) {
      releases.get(listener)?.();
      releases.delete(listener);
    },
  };
}
