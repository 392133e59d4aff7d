import { fstatSync, writeSync } from "node:fs";
import { basename, dirname } from "node:path";
import { EX_SOFTWARE } from "../base/exit-status";
import { CannotCreateError, NoInputError } from "../base/errors";
import { LEAVING } from "../base/leaving";
import { stackOf } from "../log/describe-error";
import { writeChunk } from "../log/file-output";
import { sleep } from "../log/sleep";
import { systemClock } from "../service/clock";
import { exitsOf, guardedProcess, type RealProcess } from "./guarded-process";
import type { Load, SignalName, StandardStream, UncaughtKind, UncaughtListener, World } from "./world";

/** The real process. Nothing else in appd touches it. */
export function systemWorld(): World {
  const exits = exitsOf(process as RealProcess);
  const onUncaught = uncaughtListeners();
  return {
    argv: process.argv.slice(2),
    environment: process.env,
    forgetVariables(names) {
      for (const name of names) Reflect.deleteProperty(process.env, name);
    },
    pid: process.pid,
    self: {
      execPath: process.execPath,
      execArgv: process.execArgv,
      script: process.argv[1] ?? "",
      get discretion() {
        return discretion();
      },
    },
    get folder() {
      return workingDirectory();
    },
    changeFolder: (path) => process.chdir(path),
    setUmask: (mask) => process.umask(mask),
    onLeave(listener) {
      process.on(LEAVING, listener);
      return () => process.off(LEAVING, listener);
    },
    leave: () => void process.emit(LEAVING as never),
    ids: async () => (await import("./process-ids")).systemIds(),
    clock: systemClock,
    monotonic: () => process.hrtime.bigint(),
    stdin: {
      get isTerminal() {
        return isTerminalFile(0);
      },
      read: () => process.stdin,
      hide() {
        process.stdin.setRawMode(true);
        return () => process.stdin.setRawMode(false);
      },
    },
    stdout: standardStream(1, () => process.stdout.columns),
    stderr: standardStream(2, () => process.stderr.columns),
    streams: {
      get stdin() {
        return process.stdin;
      },
      get stdout() {
        return process.stdout;
      },
    },
    onSignal,
    onUncaught,
    onExit(listener) {
      process.on("exit", listener);
      return () => process.off("exit", listener);
    },
    keepAlive() {
      const timer = setInterval(() => undefined, 2 ** 31 - 1);
      return () => clearInterval(timer);
    },
    guarded: guardedProcess(process as RealProcess, { onUncaught }),
    setTitle: (title) => {
      process.title = title;
    },
    setSourceMaps: sourceMapsSetter(),
    divertOutput,
    captureOutput(take) {
      const ends = (["stdout", "stderr"] as const).map((name) =>
        replaceWrite(
          process[name],
          captured((bytes) => take(name, bytes)),
        ),
      );
      return () => ends.forEach((end) => end());
    },
    load: processLoad,
    reportDeath,
    leftovers: () => process.getActiveResourcesInfo(),
    exit: (status) => Object.assign(process, exits).exit(status),
    die: (signal) => void process.removeAllListeners(signal).kill(process.pid, signal),
  };
}

function processLoad(): Load {
  const { user, system } = process.cpuUsage();
  return { active: performance.eventLoopUtilization().active, computing: (user + system) / 1_000 };
}

const EXCLUDE_ENVIRONMENT = "--report-exclude-env";

function discretion(): string[] {
  return process.allowedNodeEnvironmentFlags.has(EXCLUDE_ENVIRONMENT) ? [EXCLUDE_ENVIRONMENT] : [];
}

/** Setting `report.excludeEnv` has no effect on what is written at a death: it takes the option. */
function reportDeath(file: string | undefined): boolean {
  const { report, execArgv } = process;
  const can = execArgv.includes(EXCLUDE_ENVIRONMENT);
  report.reportOnFatalError = can && file !== undefined;
  if (!can || file === undefined) return can;
  report.directory = dirname(file);
  report.filename = basename(file);
  Object.assign(report, { compact: true, excludeNetwork: true });
  return true;
}

/** Who started Node with source maps keeps them. */
function sourceMapsSetter(): (on: boolean) => void {
  const asked = process.sourceMapsEnabled;
  return (on) => asked || process.setSourceMapsEnabled(on);
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new NoInputError("APPD_NO_FOLDER", "the working directory no longer exists", { cause });
  }
}

function onSignal(signal: SignalName, listener: () => void): () => void {
  process.on(signal, listener);
  return () => process.off(signal, listener);
}

/** The same `write` for all who print: `console` and `process.stdout`. `stdout` above writes by itself. */
function divertOutput(): () => void {
  const { stdout, stderr } = process;
  return replaceWrite(stdout, stderr.write.bind(stderr));
}

type Write = NodeJS.WriteStream["write"];

function replaceWrite(stream: NodeJS.WriteStream, write: Write): () => void {
  const original = Object.getOwnPropertyDescriptor(stream, "write");
  stream.write = write;
  return () => {
    if (original) Object.defineProperty(stream, "write", original);
    else Reflect.deleteProperty(stream, "write");
  };
}

/** A stream's `write`, in each of the ways in which that is called. */
function captured(take: (bytes: Uint8Array) => void): Write {
  return (
    chunk: Uint8Array | string,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    callback?: (error?: Error | null) => void,
  ) => {
    const done = typeof encoding === "function" ? encoding : callback;
    const named = typeof encoding === "string" ? encoding : "utf8";
    take(typeof chunk === "string" ? Buffer.from(chunk, named) : chunk);
    if (done) process.nextTick(done);
    return true;
  };
}

function standardStream(fd: 1 | 2, columns: () => number | undefined): StandardStream {
  let terminal: boolean | undefined;
  const isTerminal = (): boolean => (terminal ??= isTerminalFile(fd));
  return {
    write: (text) => writeAll(fd, text),
    writeSome: (chunk) => writeChunk(fd, chunk),
    get isTerminal() {
      return isTerminal();
    },
    get columns() {
      return isTerminal() ? columns() : undefined;
    },
    get file() {
      return fileAt(fd);
    },
  };
}

function fileAt(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** `tty` costs four milliseconds, and only a character device can be a terminal. */
function isTerminalFile(fd: number): boolean {
  try {
    // With bigints, because before Node 24 a plain fstat of a pipe makes the next `require` leave links unresolved
    // (realpathSync looks at the kind of whatever was asked about last), and node_modules may be full of links.
    if (!fstatSync(fd, { bigint: true }).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only where the answer may be yes
  return (require("node:tty") as { isatty(fd: number): boolean }).isatty(fd);
}

/** Synchronous, because what follows may be the end of the process; a pipe may take less than it is given. */
function writeAll(fd: 1 | 2, text: string): void {
  let bytes: Uint8Array = Buffer.from(text, "utf8");
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") sleep(5);
      else if (code === "EPIPE" || fd === 2) return;
      else throw cannotWrite(code ?? "", error);
    }
  }
}

function cannotWrite(code: string, cause: unknown): CannotCreateError {
  return new CannotCreateError("APPD_OUTPUT", `can't write to standard output: ${code}`, { cause });
}

function uncaughtListeners(): World["onUncaught"] {
  const listeners: UncaughtListener[] = [];
  const tell = (error: unknown, kind: UncaughtKind): void => {
    if (listeners.some((listener) => listener(error, kind))) return;
    writeAll(2, `${stackOf(error)}\n`);
    process.exit(EX_SOFTWARE);
  };
  const exception = (error: unknown, origin: string): void =>
    tell(error, origin === "unhandledRejection" ? "rejection" : "exception");
  const rejection = (reason: unknown): void => tell(reason, "rejection");
  return (listener) => {
    if (listeners.length === 0)
      process.on("uncaughtException", exception).on("unhandledRejection", rejection);
    listeners.unshift(listener);
    return () => {
      if (!listeners.includes(listener)) return;
      listeners.splice(listeners.indexOf(listener), 1);
      if (listeners.length === 0)
        process.off("uncaughtException", exception).off("unhandledRejection", rejection);
    };
  };
}
