/** What a process has and a library must not touch, as values: tests hand in a fake of it. */
import type { WriteSome } from "../log/file-output";
import type { GuardedProcess } from "../plugin/import-guard";
import type { Clock } from "../service/clock";
import type { Inherited } from "../service/inherited";
import type { ProcessIds } from "./process-ids";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Standard output or standard error. */
export interface StandardStream {
  /** Writes all of it before it returns. A reader that has gone away is no error. */
  write(text: string): void;
  /** Writes what there is room for now: the log must not wait for a slow reader. */
  readonly writeSome: WriteSome;
  /** Asked only when it matters: finding out costs a start some milliseconds. */
  readonly isTerminal: boolean;
  /** The terminal's width; undefined where there is none. */
  readonly columns: number | undefined;
  /** Which file it is: the numbers of its device and of its inode, `9:1234`. */
  readonly file: string | undefined;
}

/** Standard input. Nothing is read before it is asked for. */
export interface StandardInput {
  readonly isTerminal: boolean;
  /** What comes in, as it comes. Whoever stops looking lets go of it for good. */
  read(): AsyncIterable<Uint8Array>;
  /** On a terminal: hands over each key as it is pressed, and shows none. Gives the way back. */
  hide(): () => void;
}

/** The signals that a run listens to. */
export type SignalName = "SIGINT" | "SIGTERM" | "SIGBREAK" | "SIGHUP" | "SIGUSR1" | "SIGUSR2";

/** What a process has done since it began, in milliseconds. */
export interface Load {
  /** How long its event loop was busy, rather than waiting for something to do. */
  readonly active: number;
  /** Processor time, of all its threads. */
  readonly computing: number;
}

/** How an error came to be that nothing caught. */
export type UncaughtKind = "exception" | "rejection";

/** Told of an error that nothing caught; says whether it took care of it. */
export type UncaughtListener = (error: unknown, kind: UncaughtKind) => boolean;

/** A program that Node runs. */
export interface Program {
  /** Node itself. */
  readonly execPath: string;
  /** Node's own options. */
  readonly execArgv: readonly string[];
  /** The absolute path of the script. */
  readonly script: string;
  /** Options that a process whose death is described has: they keep its environment out. None where Node has none. */
  readonly discretion: readonly string[];
}

/** The process around a run. `systemWorld()` is the real one. */
export interface World {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  /** Removes variables from it, so that processes which are started from here don't have them. */
  forgetVariables(names: readonly string[]): void;
  readonly pid: number;
  /** How this very program is started again. */
  readonly self: Program;
  /** The working directory. */
  readonly folder: string;
  /** Goes to another working directory. @throws Node's error */
  changeFolder(path: string): void;
  /** Takes these permissions from whatever the process makes from now on; gives the mask that there was. */
  setUmask(mask: number): number;
  /** Whom the process runs as; undefined where there is no such thing, as on Windows. */
  ids(): Promise<ProcessIds | undefined>;
  /** Called when the process is about to become another user or to go to another root. Returns how to stop listening. */
  onLeave(listener: () => void): () => void;
  /** Tells all of those. */
  leave(): void;
  readonly clock: Clock;
  /** Nanoseconds by the system's clock that is never set: what other processes mean by `CLOCK_MONOTONIC`. */
  monotonic(): bigint;
  readonly stdin: StandardInput;
  readonly stdout: StandardStream;
  readonly stderr: StandardStream;
  /** Standard input and output as they are, for a service whose business they are. */
  readonly streams: Pick<Inherited, "stdin" | "stdout">;

  /** Listens to a signal, which then no longer does what it does by default. Returns how to stop listening. */
  onSignal(signal: SignalName, listener: () => void): () => void;
  /** Listens to uncaught errors. The latest listener is asked first; one that returns false leaves it to the others. */
  onUncaught(listener: UncaughtListener): () => void;
  /** Called when the process ends, also by anyone's `process.exit`; only synchronous work gets done. */
  onExit(listener: (status: number) => void): () => void;
  /** Keeps the process up, whatever else is left to wait for. Returns how to let go. */
  keepAlive(): () => void;
  /** What an import guard holds on to while a plugin is loaded. Its rejections come before those of `onUncaught`. */
  readonly guarded: GuardedProcess;
  /** What lists of processes show in place of the command line. */
  setTitle(title: string): void;
  /** Makes stacks show the lines that were written, not those that a compiler made. */
  setSourceMaps(on: boolean): void;
  /** Sends what others write to standard output to standard error. Returns how to end that. */
  divertOutput(): () => void;
  /** How busy it was. */
  load(): Load;
  /**
   * Has Node describe its own death, such as that of having no memory left, in this file; undefined for nowhere.
   * False where Node would put the environment into it.
   */
  reportDeath(file: string | undefined): boolean;
  /** Hands what others write to standard output and standard error to `take` instead. Returns how to end that. */
  captureOutput(take: (stream: "stdout" | "stderr", bytes: Uint8Array) => void): () => void;
  /** The kinds of handles and requests that still keep the process busy. */
  leftovers(): string[];

  /** Ends the process, also while an import is guarded. In a fake world it returns. */
  exit(status: number): void;
  /** Dies by a signal, whoever listens to it, so that whoever waits for the process sees which. */
  die(signal: SignalName): void;
}
