import type { ListenOptions, Server, Socket } from "node:net";
import type { ConnectionListener, ListeningPort } from "./i-stream-server-endpoint";

/** An address, or a socket that is there already. */
export type ListenPlace = ListenOptions | { readonly fd: number };

/** Node's server, with the property of which its types know only the option. */
type PausingServer = Server & { pauseOnConnect: boolean };

/**
 * Listens, and lets each connection in by the leave of `listener`. What does so is Node's own server, which knows
 * nothing of the connections afterwards.
 *
 * @throws Node's error
 */
export async function listenAndAccept(where: ListenPlace, listener: ConnectionListener): Promise<Server> {
  const { pauseOnConnect = false, ...options } = listener.socketOptions ?? {};
  // Asked for here, so that importing appd loads no network.
  const net = process.getBuiltinModule("node:net");
  const server = net.createServer({ ...options, pauseOnConnect: true }) as PausingServer;
  server.on("connection", (socket) => {
    if (listener.admit(socket)) listener.whenAccepting(() => goOn(socket));
  });
  const goOn = (socket: Socket): void => {
    if (socket.destroyed) return;
    if (!pauseOnConnect) unpause(socket);
    listener.connected(socket);
  };
  await bind(server, where, listener.signal);
  // Sockets that don't have to wait are made as Node makes them anyway.
  listener.whenAccepting(() => (server.pauseOnConnect = pauseOnConnect));
  server.on("error", (error) => listener.acceptFailed(error));
  return server;
}

/** What is listened at by Node's server. */
export function portOf(
  server: Server,
  address = (): ListeningPort["address"] => addressOf(server),
): ListeningPort {
  return {
    get address() {
      return address();
    },
    stopListening() {
      // Its handle is closed by the time that this returns; its event waits for the connections too.
      if (server.listening) server.close();
      return Promise.resolve();
    },
  };
}

const addressOf = (server: Server): ListeningPort["address"] => server.address() ?? undefined;

function bind(server: Server, where: ListenPlace, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const settle = (): void => {
      server.off("error", onError).off("listening", onListening);
      signal.removeEventListener("abort", onAbort);
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    const onListening = (): void => {
      settle();
      resolve();
    };
    const onAbort = (): void => {
      settle();
      server.close();
      reject(signal.reason as Error);
    };
    server.once("error", onError).once("listening", onListening);
    signal.addEventListener("abort", onAbort, { once: true });
    server.listen(where);
  });
}

/** As Node makes a socket that was not to wait: it reads ahead, and flows when someone listens. */
function unpause(socket: Socket): void {
  if (socket.readableFlowing !== false) return;
  (socket as { readableFlowing: boolean | null }).readableFlowing = null;
  socket.read(0);
}
