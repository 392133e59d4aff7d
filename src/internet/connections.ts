import type { Socket } from "node:net";
import { Admission, type Limits, type PeerAddress } from "./admission";
import type { Refusal } from "./shed-log";

/** What is to be done about connections. */
export interface ConnectionsOwner {
  /** A connection is not let in: it is to be closed. */
  refuse(socket: Socket, why: Refusal): void;
  /** The connection's own failure, as when its peer resets it. */
  broke(socket: Socket, error: Error): void;
  /** Whether connections need not wait, whoever forgot to say so. */
  hasStarted(): boolean;
}

/** The connections of a server: those that wait for its start, those in a handshake, those that are served. */
export class Connections {
  /** Those that are served, as their handlers have them. */
  readonly served = new Set<Socket>();
  /** Those that carry one that is served, as below TLS. */
  readonly #carriers = new WeakSet<Socket>();
  readonly #owner: ConnectionsOwner;
  readonly #admission: Admission;
  /** One function for all of them: of ten thousand idle connections each has as little as it can. */
  readonly #onClose: (this: Socket) => void;
  readonly #onError: (this: Socket, error: Error) => void;
  #waiting: (() => void)[] | undefined = [];
  #onGone: (() => void) | undefined;

  constructor(owner: ConnectionsOwner, limits: Limits) {
    this.#owner = owner;
    this.#admission = new Admission(limits);
    const closed = (socket: Socket): void => this.#closed(socket);
    this.#onClose = function (this: Socket) {
      closed(this);
    };
    this.#onError = function (this: Socket, error: Error) {
      owner.broke(this, error);
    };
  }

  admit(socket: Socket, address?: PeerAddress): boolean {
    const known = this.#admission.has(socket);
    const reason = this.#admission.enter(socket, address);
    if (!known) this.#follow(socket, reason === undefined);
    if (reason === undefined) return true;
    this.#owner.refuse(socket, { reason, most: this.#admission.most(reason) });
    return false;
  }

  /** Calls back when connections may go on. */
  whenAccepting(goOn: () => void): void {
    if (this.#waiting && this.#owner.hasStarted()) this.accept();
    if (this.#waiting) this.#waiting.push(goOn);
    else goOn();
  }

  /** Lets those go on that have waited. */
  accept(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const goOn of waiting) goOn();
  }

  /** Takes a connection in that is ready. */
  serve(socket: Socket, carrier?: Socket): void {
    this.served.add(socket);
    if (carrier) this.#carriers.add(carrier);
    // What stands in front of another endpoint hands over a socket of its own.
    if (!this.#admission.has(socket)) this.#follow(socket, true);
  }

  /** Makes the next run's wait for its start. Those that wait still are reset: no one shall think they were served. */
  close(): void {
    if (this.#waiting) this.resetUnserved();
    this.#waiting = [];
  }

  /** Resets those that are not ready yet. */
  resetUnserved(): void {
    for (const socket of this.#admission.sockets())
      if (!this.served.has(socket) && !this.#carriers.has(socket)) reset(socket);
  }

  destroy(): void {
    for (const socket of this.served) socket.destroy();
    for (const socket of this.#admission.sockets()) socket.destroy();
  }

  /** Resolves when none is left. */
  gone(): Promise<void> {
    return new Promise((resolve) => {
      this.#onGone = resolve;
      this.#tellIfGone();
    });
  }

  #follow(socket: Socket, admitted: boolean): void {
    socket.on("error", this.#onError);
    if (admitted) socket.on("close", this.#onClose);
  }

  #closed(socket: Socket): void {
    this.served.delete(socket);
    this.#admission.leave(socket);
    this.#tellIfGone();
  }

  #tellIfGone(): void {
    if (this.#admission.size === 0 && this.served.size === 0) this.#onGone?.();
  }
}

/** What is no TCP can't be reset. */
function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}
