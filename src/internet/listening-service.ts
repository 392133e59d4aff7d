/**
 * Services that use the network: what TCP and HTTP servers share is here. Where to listen is read in `endpoint/`,
 * what a listener of HTTP requests is in `http/`.
 */
import type { AddressInfo, Server, Socket } from "node:net";
import { serverEndpoint, type ServerEndpoint, type Where } from "../endpoint/server-endpoint";
import { UNDO } from "../service/lifecycle";
import { Service } from "../service/service";
import { messageOf } from "../log/describe-error";
import { formatAddress, formatPeer } from "./address";
import { listenError } from "./errors";
import { guarding } from "./guard";
import { isPeersFault } from "./peers-fault";

/**
 * The base of servers. It binds in the privileged pass, knows every connection that is open, and waits when it
 * stops until the last of them has closed.
 */
export abstract class ListeningService extends Service {
  readonly endpoint: ServerEndpoint;
  /** The connections that are open. */
  protected readonly sockets = new Set<Socket>();
  #server: Server | undefined;
  #guard: ((socket: Socket) => void) | undefined;
  #quietUntil = -Infinity;

  /** @throws EndpointError */
  constructor(where: Where) {
    super();
    this.endpoint = serverEndpoint(where);
  }

  /** Where it listens: Node's address, or the path of a UNIX socket. Undefined while it does not. */
  get address(): AddressInfo | string | undefined {
    return this.#server?.address() ?? undefined;
  }

  /** Binds. @throws ListenError, ListenPermissionError, ListenPathError */
  override async privilegedStartService(): Promise<void> {
    const server = await this.openServer();
    await listen(server, this.endpoint);
    server.on("error", (error) => this.#notAccepted(error));
    this.#server = server;
    this.log.info(`listening on ${formatAddress(server.address())}`);
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.once("close", resolve));
    const onAbort = (): void => this.destroySockets();
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    const release = this.closeServer(server);
    await closed;
    release();
    signal?.removeEventListener("abort", onAbort);
  }

  /** @internal A subclass may fail after the port was bound. */
  override get [UNDO](): "always" {
    return "always";
  }

  /** Makes the server for one run. Its connections have to be handed to {@link track}. */
  protected abstract openServer(): Server | Promise<Server>;

  /** Accepts no more, and begins to end what is open. Gives the way to call off what it still plans to do. */
  protected abstract closeServer(server: Server): () => void;

  /** Keeps count of a connection, and makes sure that its errors, and its listeners', end nothing but itself. */
  protected track(socket: Socket): void {
    this.sockets.add(socket);
    this.#guard ??= guarding(socket, (error, failed) => this.connectionFailed(failed, error));
    this.#guard(socket);
    socket.on("error", (error) => this.log.debug({ err: error }, `a connection failed: ${error.message}`));
    socket.on("close", () => this.sockets.delete(socket));
  }

  /** What a handler of a connection throws, or a listener of its events, costs that connection. */
  protected connectionFailed(socket: Socket, error: unknown): void {
    const line = `the connection from ${formatPeer(socket)} failed: ${messageOf(error)}`;
    this.log[isPeersFault(error, socket) ? "debug" : "error"]({ err: error }, line);
    socket.destroy();
  }

  protected destroySockets(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** As when all file descriptors are in use: of a flood of these one line a second is enough. */
  #notAccepted(error: Error): void {
    const now = this.clock.now();
    if (now < this.#quietUntil) return;
    this.#quietUntil = now + 1_000;
    this.log.warn({ err: error }, `could not accept a connection: ${error.message}`);
  }
}

function listen(server: Server, endpoint: ServerEndpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(listenError(error, endpoint));
    server.once("error", onError);
    server.listen(endpoint.listen, () => {
      server.off("error", onError);
      resolve();
    });
  });
}
