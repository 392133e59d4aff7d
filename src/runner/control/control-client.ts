import { closeSync, openSync } from "node:fs";
import { connect, type Socket } from "node:net";
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

/** Characters; a tree of tens of thousands of services. */
const LONGEST_ANSWER = 16 * 1024 * 1024;
/** Bytes of a path that a socket's address has room for, everywhere. */
const LONGEST_PATH = 103;

/** Asks one thing over a control socket. */
export async function ask<C extends ControlCommand>(
  path: string,
  command: C,
  { clock, patience }: AskOptions,
): Promise<Asked<C>> {
  const address = addressOf(path);
  const socket = connect(address.path);
  try {
    const line = await answerLine(socket, command, { clock, patience });
    return typeof line === "string" ? read(line) : { kind: line.failed };
  } finally {
    socket.destroy();
    address.close();
  }
}

interface Failed {
  readonly failed: "nobody" | "silent";
}

function answerLine(
  socket: Socket,
  command: ControlCommand,
  { clock, patience }: AskOptions,
): Promise<string | Failed> {
  return new Promise<string | Failed>((resolve) => {
    const cancel = after(clock, patience, () => resolve({ failed: "silent" }));
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      received += text;
      const end = received.indexOf("\n");
      if (end >= 0) resolve(received.slice(0, end));
      else if (received.length > LONGEST_ANSWER) resolve({ failed: "silent" });
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) =>
      resolve({ failed: code === "ECONNREFUSED" || code === "ENOENT" ? "nobody" : "silent" }),
    );
    socket.on("close", () => {
      cancel();
      resolve({ failed: "silent" });
    });
    socket.write(asLine({ command }));
  });
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
