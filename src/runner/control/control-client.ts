import { closeSync, openSync } from "node:fs";
import { connect } from "node:net";
import { basename, dirname } from "node:path";
import { after, type Clock } from "../../service/clock";
import { ControlAnswerError } from "./errors";
import { asLine, type Answers, type ControlCommand } from "./protocol";

/** What came of asking. */
export type Asked<C extends ControlCommand> =
  | { readonly kind: "answer"; readonly answer: Answers[C] }
  /** Somebody answers, but not that. */
  | { readonly kind: "error"; readonly error: ControlAnswerError }
  /** Nobody listens there. */
  | { readonly kind: "nobody" }
  /** Somebody listens and says nothing, or nothing that could be understood. */
  | { readonly kind: "silent" };

export interface AskOptions {
  readonly clock: Clock;
  /** Milliseconds to wait for the answer; Infinity for as long as there is hope. */
  readonly patience: number;
}

/** Bytes; a tree of tens of thousands of services. */
const LONGEST_ANSWER = 16 * 1024 * 1024;
/** Bytes of a path that a socket's address has room for, everywhere. */
const LONGEST_PATH = 103;

/** Asks one thing over a control socket. */
export async function ask<C extends ControlCommand>(
  path: string,
  command: C,
  options: AskOptions,
): Promise<Asked<C>> {
  const address = addressOf(path);
  try {
    const line = await answerLine(address.path, command, options);
    return typeof line === "string" ? read(line) : { kind: line.failed };
  } finally {
    address.close();
  }
}

interface Failed {
  readonly failed: "nobody" | "silent";
}

function answerLine(
  path: string,
  command: ControlCommand,
  { clock, patience }: AskOptions,
): Promise<string | Failed> {
  return new Promise<string | Failed>((resolve) => {
    const answer = new AnswerLine();
    const end = (outcome: string | Failed): void => {
      cancel();
      socket.destroy();
      resolve(outcome);
    };
    // Read into a buffer that is no larger than most answers, because fifty may be asked at once.
    const callback = (length: number, buffer: Uint8Array): boolean => {
      const line = answer.add(buffer.subarray(0, length));
      if (line !== undefined) end(line);
      return true;
    };
    const socket = connect({ path, onread: { buffer: new Uint8Array(READ_AT_ONCE), callback } });
    const cancel = after(clock, patience, () => end({ failed: "silent" }));
    socket.on("error", ({ code }: NodeJS.ErrnoException) =>
      end({ failed: code === "ECONNREFUSED" || code === "ENOENT" ? "nobody" : "silent" }),
    );
    socket.on("close", () => end({ failed: "silent" }));
    socket.write(asLine({ command }));
  });
}

const NEWLINE = 0x0a;
const READ_AT_ONCE = 4 * 1024;

/** What comes in, until it is a line. */
class AnswerLine {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** The line, once it is there; one that is too long is none. */
  add(bytes: Uint8Array): string | undefined {
    const end = bytes.indexOf(NEWLINE);
    this.#chunks.push(Uint8Array.from(end < 0 ? bytes : bytes.subarray(0, end)));
    this.#length += bytes.length;
    if (end >= 0) return Buffer.concat(this.#chunks).toString();
    return this.#length > LONGEST_ANSWER ? "" : undefined;
  }
}

function read<C extends ControlCommand>(line: string): Asked<C> {
  let reply: Partial<Record<"answer" | "error", unknown>> | null;
  try {
    reply = JSON.parse(line) as typeof reply;
  } catch {
    return { kind: "silent" };
  }
  if (isObject(reply?.answer)) return { kind: "answer", answer: (reply as { answer: Answers[C] }).answer };
  if (!isObject(reply?.error)) return { kind: "silent" };
  const { message } = (reply as { error: { message?: unknown } }).error;
  return {
    kind: "error",
    error: new ControlAnswerError(typeof message === "string" ? message : "it failed"),
  };
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** A path that is too long is reached through its folder, where the system has a name for that. */
function addressOf(path: string): { readonly path: string; close(): void } {
  if (Buffer.byteLength(path) <= LONGEST_PATH || process.platform !== "linux")
    return { path, close: () => undefined };
  const fd = openSync(dirname(path), "r");
  return { path: `/proc/self/fd/${fd}/${basename(path)}`, close: () => closeSync(fd) };
}
