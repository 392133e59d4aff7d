import { spawn, type ChildProcess } from "node:child_process";
import { readSync, writeSync } from "node:fs";
import type { Duplex } from "node:stream";
import { printable } from "../log/printable";
import { LINE_AT_MOST } from "../log/syslog-sink";
import type { SyslogWay, WayListener } from "./syslog-output";

export interface LoggerOptions {
  /** logger(1) of util-linux. */
  readonly program: string;
  /** What stands before each message: `web[1234]`. */
  readonly tag: string;
  /** Another socket than `/dev/log`. */
  readonly socket?: string | undefined;
}

/**
 * The signals that end a service come to all of its processes, from a terminal or from systemd. This one must be the
 * last: it ends when its input does, which is when the service has. It may repeat what it sent to nobody any more.
 */
const OUTLIVE = `trap "" HUP INT QUIT TERM PIPE; exec "$@"`;

/**
 * Runs logger(1), which sends each line of its input to the system's log, and then repeats it on its standard error:
 * that is how it is known that the line has arrived. It ends when the log can't be reached.
 *
 * @throws what the system says
 */
export function startLogger(options: LoggerOptions, listener: WayListener): SyslogWay {
  const child = spawn("/bin/sh", ["-c", OUTLIVE, "sh", options.program, ...wordsOf(options)], {
    cwd: "/",
    // It is not of the terminal's or of the service's group.
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "pipe"],
  });
  child.on("error", () => undefined);
  if (child.pid === undefined) throw new Error("can't start logger(1)");
  return new LoggerWay(child, options.tag, listener);
}

function wordsOf({ tag, socket }: LoggerOptions): string[] {
  return [
    "--tag",
    tag,
    "--prio-prefix",
    "--stderr",
    "--socket-errors=on",
    // Longer lines would go on in another message.
    "--size",
    String(LINE_AT_MOST + 100),
    ...(socket === undefined ? [] : ["--socket", socket]),
  ];
}

class LoggerWay implements SyslogWay {
  readonly #child: ChildProcess;
  readonly #listener: WayListener;
  /** What stands in each line that it repeats. */
  readonly #mark: string;
  #arrived = 0;
  #isGone = false;
  /** The line of its standard error that is not at its end yet. */
  #line = "";
  #complaint: string | undefined;

  constructor(child: ChildProcess, tag: string, listener: WayListener) {
    this.#child = child;
    this.#mark = `${tag}: `;
    this.#listener = listener;
    child.unref();
    for (const stream of [child.stdin, child.stderr] as (Duplex & { unref?(): void })[]) {
      stream.on("error", () => undefined);
      stream.unref?.();
    }
    child.stderr?.on("data", (bytes: Buffer) => {
      this.#heard(bytes);
      listener.progress();
    });
    child.on("exit", (status, signal) => {
      this.#isGone = true;
      listener.gone(this.#complaint ?? `logger(1) has ended (${String(signal ?? status)})`);
    });
  }

  readonly writeSome = (bytes: Buffer): number => writeSync(descriptorOf(this.#child.stdin), bytes);

  readonly arrived = (): number => {
    const arrived = this.#arrived;
    this.#arrived = 0;
    return arrived;
  };

  readonly listen = (): void => {
    const bytes = Buffer.allocUnsafe(65_536);
    try {
      for (;;) {
        const count = readSync(descriptorOf(this.#child.stderr), bytes);
        this.#isGone ||= count === 0;
        if (count === 0) return;
        this.#heard(bytes.subarray(0, count));
      }
    } catch {
      // Nothing more at the moment.
    }
  };

  readonly isGone = (): boolean => this.#isGone;

  readonly close = (): void => {
    this.#child.removeAllListeners("exit").stdin?.destroy();
  };

  /** A line is one that it has sent, or says what is wrong: `logger: socket /dev/log: Connection refused`. */
  #heard(bytes: Buffer): void {
    const lines = (this.#line + bytes.toString("latin1")).split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) {
      if (line.includes(this.#mark)) this.#arrived += 1;
      else this.#complains(line);
    }
  }

  #complains(line: string): void {
    if (line === "") return;
    this.#complaint ??= printable(line);
    this.#listener.refused(this.#complaint);
  }
}

/**
 * The number of the descriptor behind a child's stream, to use it synchronously. Node has no other way to it; it is
 * asked for each time, because a closed one's number may be another file's by now.
 */
function descriptorOf(stream: unknown): number {
  const { _handle: handle } = stream as { readonly _handle?: { readonly fd?: number } | null };
  const fd = handle?.fd ?? -1;
  if (fd < 0) throw Object.assign(new Error("it is closed"), { code: "EPIPE" });
  return fd;
}
