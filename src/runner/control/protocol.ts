/**
 * control/: how a run is asked and told from outside, while it runs. A UNIX socket in the runtime folder, one JSON
 * request a line and one JSON answer a line; beside it a record for those who find nobody answering. The server, what
 * it answers, the client, the records and the way to end a process are here; what is printed of it is the command's.
 */
import type { ServiceDescription } from "../../service/describe-tree";
import { ControlRequestError } from "./errors";

/** Bytes that a request may have. */
export const LONGEST_REQUEST = 64 * 1024;

/** What a run says of itself. Times are milliseconds, memory is bytes. */
export interface StatusAnswer {
  readonly name: string;
  readonly pid: number;
  readonly state: RunState;
  /** When it was started, as ISO 8601 has it. */
  readonly since: string;
  /** How long ago that is, whatever was done to the clock meanwhile. */
  readonly uptime: number;
  /** Where its services listen: `127.0.0.1:1235`, `[::1]:1235`, the path of a UNIX socket. */
  readonly ports: readonly string[];
  /** What of it lies in memory; null where it can't see that itself, as in another root. */
  readonly rss: number | null;
  /** The version of the protocol. */
  readonly protocol: 1;
}

export type RunState = "starting" | "started" | "stopping";

/** What it takes to start the same again. It may hold secrets: it is never shown, and never written to a file. */
export interface LaunchAnswer {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly script: string;
  readonly argv: readonly string[];
  /** Where it was typed. */
  readonly folder: string;
  /** Those whose names begin with `APPD_`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly daemon: boolean;
}

/** The requests, and what is answered to each. */
export interface Answers {
  readonly status: StatusAnswer;
  /** It stops from now on, or did already; how long that may take. */
  readonly stop: { readonly state: RunState; readonly timeout: number };
  /** Answered with its last breath: with which status it ends. */
  readonly ended: { readonly status: number };
  readonly launch: LaunchAnswer;
  /** What was done. */
  readonly reload: { readonly done: string };
  readonly reopen: { readonly done: string };
  /** The log's file; null where it is none. */
  readonly logs: { readonly file: string | null };
  /** The tree of its services; null before it is made. */
  readonly graph: { readonly tree: ServiceDescription | null };
}

export type ControlCommand = keyof Answers;

/** One line of the server's. */
export type Reply<C extends ControlCommand = ControlCommand> =
  { readonly answer: Answers[C] } | { readonly error: { readonly code: string; readonly message: string } };

const COMMANDS: ReadonlySet<string> = new Set<ControlCommand>([
  "status",
  "stop",
  "ended",
  "launch",
  "reload",
  "reopen",
  "logs",
  "graph",
]);

/**
 * What a line asks for.
 *
 * @throws ControlRequestError
 */
export function readRequest(line: string): ControlCommand {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw new ControlRequestError("this is no JSON");
  }
  if (typeof request !== "object" || request === null || !Object.hasOwn(request, "command"))
    throw new ControlRequestError('a request is an object with a "command"');
  const { command } = request as { readonly command: unknown };
  if (typeof command !== "string" || !COMMANDS.has(command))
    throw new ControlRequestError(`there is no such command; there are ${[...COMMANDS].join(", ")}`);
  return command as ControlCommand;
}

/** Either as a line. */
export const asLine = (said: Reply | { readonly command: ControlCommand }): string =>
  `${JSON.stringify(said)}\n`;
