import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What is to be done when a connection is lost; one listener a connection, however many requests it has brought. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * A request and its response. A peer may send one request after the other without waiting: of the responses that are
 * still in line when the connection is lost, Node says nothing.
 */
export class Exchange {
  readonly #response: ServerResponse & { readonly stream?: { readonly destroyed: boolean } };
  /** Of HTTP/1 alone: a request of HTTP/2 has a stream of its own, and its response hears once of its end. */
  readonly #socket: Socket | undefined;

  constructor({ httpVersionMajor, socket }: IncomingMessage, response: ServerResponse) {
    this.#response = response;
    this.#socket = httpVersionMajor === 1 ? socket : undefined;
  }

  get isOver(): boolean {
    const { destroyed, stream } = this.#response;
    return destroyed || (this.#socket ?? stream)?.destroyed === true;
  }

  /** Calls back once, when the response is sent or nobody is there to get it. */
  onceOver(work: () => void): void {
    const lost = this.#socket && whenLost(this.#socket);
    const over = (): void => {
      this.#response.off("close", over);
      if (lost?.delete(over) !== false) work();
    };
    lost?.add(over);
    this.#response.once("close", over);
  }
}

function whenLost(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known) return known;
  const all = new Set<() => void>();
  waiting.set(socket, all);
  socket.once("close", () => {
    for (const over of all) over();
  });
  return all;
}
