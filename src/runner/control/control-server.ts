import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { bindFile } from "../../endpoint/socket-file";
import { systemClock, type Clock } from "../../service/clock";
import { ControlConnection } from "./control-connection";
import { ControlRequestError, ControlSocketError } from "./errors";
import type { Answers, ControlCommand, Reply } from "./protocol";

/** What is answered to each request but `ended`. May throw: then that is the answer. */
export type ControlAnswers = {
  readonly [C in Exclude<ControlCommand, "ended">]: () => Answers[C];
};

export interface ControlServerOptions {
  readonly clock?: Clock;
  /** How many clients there may be at once. */
  readonly clients?: number;
  /** Milliseconds that a client may take to ask, and to take the answer. */
  readonly idle?: number;
}

const CLIENTS = 64;
const IDLE = 10_000;

/**
 * Answers over the control socket. Nothing waits for it: neither the process, which it does not keep up, nor a stop.
 */
export class ControlServer {
  readonly #answers: ControlAnswers;
  readonly #clock: Clock;
  readonly #clients: number;
  readonly #idle: number;
  readonly #connections = new Set<ControlConnection>();
  readonly #waiting = new Set<ControlConnection>();
  #server: Server | undefined;
  #remove: () => void = () => undefined;

  constructor(answers: ControlAnswers, options: ControlServerOptions = {}) {
    this.#answers = answers;
    this.#clock = options.clock ?? systemClock;
    this.#clients = options.clients ?? CLIENTS;
    this.#idle = options.idle ?? IDLE;
  }

  /**
   * Listens on a socket that only this user can open.
   *
   * @throws ControlSocketError
   */
  async listen(folder: string, file: string): Promise<void> {
    const server = createServer();
    server.on("connection", (socket) => {
      const connection: ControlConnection = new ControlConnection(socket.unref(), {
        clock: this.#clock,
        idle: this.#idle,
        answer: (command) => this.#answer(command, connection),
      });
      this.#connections.add(connection);
      socket.once("close", () => {
        this.#connections.delete(connection);
        this.#waiting.delete(connection);
      });
      if (this.#connections.size > this.#clients)
        connection.refuse(new ControlRequestError("too many clients ask at once; try again"));
    });
    try {
      const place = { path: join(folder, file), mode: 0o600, uid: undefined, gid: undefined };
      this.#remove = await bindFile(place, (path) => listening(server, path));
    } catch (error) {
      server.close();
      throw new ControlSocketError(folder, error);
    }
    // A client that can't be accepted, as when there are too many open files, is a client that gets no answer.
    server.on("error", () => undefined);
    this.#server = server.unref();
  }

  /** The last word, to all who asked for it. Synchronous: a socket takes so little at once. */
  end(status: number): void {
    for (const connection of this.#waiting) connection.say({ answer: { status } });
    this.close();
  }

  /** Listens no more. */
  close(): void {
    this.#remove();
    this.#server?.close();
    this.#server = undefined;
  }

  /** Hangs up on everyone as well. */
  destroy(): void {
    this.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #answer(command: ControlCommand, connection: ControlConnection): Reply | undefined {
    if (command !== "ended") return { answer: this.#answers[command]() };
    this.#waiting.add(connection);
    return undefined;
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
