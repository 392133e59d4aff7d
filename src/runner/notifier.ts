import { spawn, spawnSync } from "node:child_process";
import { findProgram } from "../base/find-program";
import { unixDatagrams, type UnixDatagrams } from "../base/unix-datagrams";
import { messageOf } from "../log/describe-error";
import { printable } from "../log/printable";

/** What is told, by sd_notify(3)'s names. */
export type Notice = Readonly<Record<string, string>>;

/** Word to a service manager. Nothing here throws or waits for it; what could not be told is one warning. */
export interface Notifier {
  tell(notice: Notice): void;
  /**
   * The process is about to end: sends off what has not been told yet. A last notice is told before this returns, or
   * not at all.
   */
  close(last?: Notice): void;
}

export interface NotifierOptions {
  /** The address: an absolute path, or `@` and a name. */
  readonly socket: string;
  /** Where commands are looked for: `PATH`. */
  readonly searchPath: string | undefined;
  /** Told when something could not be told. */
  readonly failed: (why: string) => void;
}

/** The way that there is: the process itself where `koffi` is installed, else systemd-notify(1). */
export function openNotifier(options: NotifierOptions): Notifier {
  const connect = unixDatagrams();
  return connect ? new DirectNotifier(options, connect) : new ProgramNotifier(options);
}

const KEEP = 100;
const RETRY_SOON = 20;

/** Is connected from the beginning: later there may be another root. */
class DirectNotifier implements Notifier {
  readonly #failed: (why: string) => void;
  readonly #socket: UnixDatagrams | undefined;
  #queue: Notice[] = [];
  #retry: NodeJS.Timeout | undefined;

  constructor({ socket, failed }: NotifierOptions, connect: (path: string) => UnixDatagrams) {
    this.#failed = failed;
    try {
      this.#socket = connect(socket);
    } catch (error) {
      failed(messageOf(error));
    }
  }

  tell(notice: Notice): void {
    if (!this.#socket || this.#queue.length >= KEEP) return;
    this.#queue.push(notice);
    if (this.#retry === undefined) this.#send(this.#socket);
  }

  close(last?: Notice): void {
    if (last) this.tell(last);
    if (this.#socket) this.#send(this.#socket);
  }

  #send(socket: UnixDatagrams): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (let notice = this.#queue[0]; notice; notice = this.#queue[0]) {
      try {
        socket.send(Buffer.from(linesOf(notice).join("\n"), "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EAGAIN") {
          this.#retry = setTimeout(() => this.#send(socket), RETRY_SOON).unref();
          return;
        }
        this.#failed(messageOf(error));
      }
      this.#queue.shift();
    }
  }
}

const PROGRAM = "systemd-notify";
/** It waits for five seconds by itself until what it has told is taken note of. */
const PROGRAM_AT_MOST = 10_000;
const LAST_AT_MOST = 1_000;
/** What may go along with whatever is told next. */
const PASSING: ReadonlySet<string> = new Set(["STATUS", "WATCHDOG"]);

/**
 * Each notice is a process of its own, one after the other. It is never told not to wait: then it may be gone before
 * systemd has looked at whose word it is, and the word counts for nothing.
 */
class ProgramNotifier implements Notifier {
  readonly #options: NotifierOptions;
  readonly #program: string | undefined;
  #queue: Notice[] = [];
  #isBusy = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#program = findProgram(PROGRAM, options.searchPath);
    if (this.#program === undefined) options.failed(`${PROGRAM}(1) is not here, and neither is koffi`);
  }

  tell(notice: Notice): void {
    if (this.#program === undefined) return;
    const last = this.#queue.at(-1);
    const passes = Object.keys(notice).every((name) => PASSING.has(name));
    if (last && passes) this.#queue.splice(-1, 1, { ...last, ...notice });
    else this.#queue.push(notice);
    if (!this.#isBusy) this.#tellNext(this.#program);
  }

  close(last?: Notice): void {
    const words = linesOf(Object.assign({}, ...this.#queue.splice(0), last) as Notice);
    if (this.#program === undefined || words.length === 0) return;
    const how = { env: { NOTIFY_SOCKET: this.#options.socket }, stdio: "ignore" } as const;
    if (last) spawnSync(this.#program, words, { ...how, timeout: LAST_AT_MOST });
    // It goes on by itself.
    else spawn(this.#program, words, how).on("error", () => undefined);
  }

  #tellNext(program: string): void {
    const notice = this.#queue.shift();
    this.#isBusy = notice !== undefined;
    if (!notice) return;
    let said = "";
    const child = spawn(program, linesOf(notice), {
      env: { NOTIFY_SOCKET: this.#options.socket },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: PROGRAM_AT_MOST,
    });
    child.unref();
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("error", (error) => (said = messageOf(error)));
    child.on("close", (status, signal) => {
      const why = said.trim() || `${PROGRAM} has ended (${String(signal ?? status)})`;
      this.#ended(program, status === 0 ? undefined : why);
    });
  }

  #ended(program: string, why: string | undefined): void {
    if (why !== undefined) this.#options.failed(printable(why));
    this.#tellNext(program);
  }
}

/** One line each, whatever stands in them. */
const linesOf = (notice: Notice): string[] =>
  Object.entries(notice).map(([name, value]) => `${name}=${printable(value)}`);
