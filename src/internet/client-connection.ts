import type { Socket } from "node:net";
import { after, type Clock } from "../service/clock";
import { overOf } from "./attempt";
import type { Kept } from "./connection-keeper";
import { ConnectionLost } from "./errors";
import { guarding } from "./guard";
import { sayGoodbye } from "./say-goodbye";

/** What a connection is for: what is made of it, and how it is looked after. */
export interface ConnectionCare<T> {
  readonly description: string;
  readonly clock: Clock;
  /** Milliseconds that it has to close once it is hung up. */
  readonly drain: number;
  readonly make: (socket: Socket) => T | PromiseLike<T>;
  readonly prepare?: ((product: T) => unknown) | undefined;
  /** Hears of what goes wrong with the connection itself. */
  readonly broke: (error: Error) => void;
  /** Hears what a listener of the socket throws, and what a protocol tells by its promise `finished`. */
  readonly failed: (socket: Socket, error: unknown) => void;
}

/**
 * Makes of a socket what it is for. When it rejects, or `signal` aborts, the socket has closed.
 *
 * @throws whatever `make` or `prepare` throws; ConnectionLost; the signal's reason
 */
export async function clientConnection<T>(
  socket: Socket,
  care: ConnectionCare<T>,
  signal: AbortSignal,
): Promise<Kept<T>> {
  const closed = closeOf(socket);
  const onAbort = (): void => void socket.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    guardSocket(socket, care);
    const product = await orLost(made(socket, care), { socket, closed, care });
    signal.throwIfAborted();
    return kept(product, { socket, closed, care });
  } catch (error) {
    socket.destroy();
    await closed;
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function made<T>(socket: Socket, { make, prepare, failed }: ConnectionCare<T>): Promise<T> {
  const product = await make(socket);
  // What it says of its end; a product that says nothing is its own, which is no promise.
  Promise.resolve(overOf(product)).catch((error: unknown) => failed(socket, error));
  await prepare?.(product);
  return product;
}

interface Opened<T> {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  readonly care: ConnectionCare<T>;
}

function orLost<T>(work: Promise<T>, { socket, closed, care }: Opened<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject);
    void closed.then(() => reject(new ConnectionLost(care.description, { cause: socket.errored })));
  });
}

function kept<T>(product: T, { socket, closed, care }: Opened<T>): Kept<T> {
  let callOff: (() => void) | undefined;
  void closed.then(() => callOff?.());
  return {
    product,
    closed,
    destroy: () => void socket.destroy(),
    hangUp() {
      if (callOff || socket.closed) return;
      callOff = after(care.clock, care.drain, () => socket.destroy());
      sayGoodbye(socket);
    },
  };
}

/** Makes sure that its errors, and what its listeners throw, end nothing but the connection. */
export function guardSocket(
  socket: Socket,
  { broke, failed }: Pick<ConnectionCare<never>, "broke" | "failed">,
): void {
  guarding(socket, (error, thrower) => failed(thrower, error))(socket);
  socket.on("error", broke);
}

/** Resolves when a socket has closed. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}
