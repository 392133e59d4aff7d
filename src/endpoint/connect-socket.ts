import type { NetConnectOpts, Socket } from "node:net";
import { after, type Clock } from "../service/clock";
import { connectError, connectTimeout, type Destination } from "./connect-error";
import { ConnectError, EndpointError } from "./errors";

export interface ConnectSettings {
  readonly to: Destination;
  /** Milliseconds; Infinity for no limit but the system's. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/**
 * Connects once. When it rejects, the socket has closed: nothing of it is left, not even a timer of Node's. The
 * socket that it gives has a listener for its errors, so that one that comes early ends nothing.
 *
 * @throws ConnectError; the signal's reason
 */
export async function connectSocket(
  options: NetConnectOpts,
  { to, timeout, clock, signal }: ConnectSettings,
): Promise<Socket> {
  signal?.throwIfAborted();
  // Asked for here, so that importing appd loads no network.
  const socket = process.getBuiltinModule("node:net").connect(options);
  const tried: string[] = [];
  socket.on("connectionAttempt", (address: string) => tried.push(address));
  const callOff = after(clock, timeout, () => socket.destroy(connectTimeout(timeout, to, tried)));
  const onAbort = (): void => void socket.destroy();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await connected(socket);
    signal?.throwIfAborted();
    return socket;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw error instanceof ConnectError ? error : connectError(error as Error, to, tried);
  } finally {
    callOff();
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Rejects once the socket has closed, with what went wrong. */
function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const onClose = (): void => reject(failure ?? new Error("closed"));
    socket.on("error", (error) => (failure ??= error)).once("close", onClose);
    socket.once("connect", () => {
      socket.off("close", onClose);
      resolve();
    });
  });
}

/** @throws EndpointError */
export function refuseTimeout(timeout: number | undefined): void {
  if (timeout === undefined || timeout > 0) return;
  throw new EndpointError(`the time to connect must be more than 0 ms, got ${timeout}`);
}
