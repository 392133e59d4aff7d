import type { RemoteInfo, Socket, SocketOptions } from "node:dgram";
import type { AddressInfo } from "node:net";
import { datagramPlace, type DatagramPlace, type UDPWhere } from "../endpoint/datagram-place";
import { messageOf } from "../log/describe-error";
import { after } from "../service/clock";
import { NOTHING_INHERITED } from "../service/inherited";
import { labelOf } from "../service/label";
import { UNDO } from "../service/lifecycle";
import { Service } from "../service/service";
import { surroundingsOf } from "../service/surroundings";
import { formatAddress } from "./address";
import { checkAmounts, checkFunction } from "./check-options";
import { openDatagramSocket } from "./datagram-socket";
import { EarlyDatagrams } from "./early-datagrams";
import { SendError } from "./errors";
import { OnceASecond } from "./once-a-second";

/** Whom a datagram is from, or goes to. */
export interface DatagramPeer {
  readonly address: string;
  readonly port: number;
}

/**
 * What is done with a datagram. What it throws, or rejects with, is a line in the log; so is an answer that can't be
 * sent.
 */
export type DatagramHandler = (datagram: Buffer, from: RemoteInfo, server: UDPServer) => unknown;

/** How large, and how many at once, datagrams may be. */
export interface UDPServerOptions {
  /** Bytes that a datagram may have: 65,535 by default. Longer ones are dropped. */
  readonly maxPacketSize?: number;
  /** How many datagrams may be in an asynchronous handler's hands at once: 1,024 by default. Others are dropped. */
  readonly maxPending?: number;
  /** Milliseconds that handlers have to finish once the server stops: 5,000 by default. */
  readonly drain?: number;
  /** Bytes of the system's buffers; as the system has them by default. */
  readonly recvBufferSize?: number;
  readonly sendBufferSize?: number;
  /** Whether several sockets share the port, and the system its datagrams among them: with Node 22.12 and later. */
  readonly reusePort?: boolean;
}

/** How many datagrams were dropped, by the reason: too long, too many at once, too many before the start. */
export type Dropped = Readonly<Record<"size" | "pending" | "early", number>>;

/**
 * Receives datagrams at a UDP port, and calls `handler` with each, from `startService` on: what has come between that
 * and the binding is not lost. When it stops it waits for what its handler is about, and then lets go of the port.
 *
 * ```ts
 * new UDPServer(7, (datagram, from, server) => server.send(datagram, from));
 * new UDPServer("udp:7:interface=127.0.0.1", echo, { maxPacketSize: 512 });
 * ```
 */
export class UDPServer extends Service {
  readonly place: DatagramPlace;
  readonly #handler: DatagramHandler;
  readonly #options: UDPServerOptions;
  readonly #dropped = { size: 0, pending: 0, early: 0 };
  readonly #early = new EarlyDatagrams();
  readonly #pending = new Set<Promise<void>>();
  readonly #complaints = new OnceASecond();
  #socket: Socket | undefined;
  #isServing = false;

  /** @throws EndpointError; ServiceOptionError */
  constructor(where: UDPWhere, handler: DatagramHandler, options: UDPServerOptions = {}) {
    super();
    checkFunction(this, "the handler", handler);
    checkAmounts(this, options, ["maxPacketSize", "maxPending", "drain"]);
    this.place = datagramPlace(where);
    this.#handler = handler;
    this.#options = options;
  }

  /** Where it receives; undefined while it does not. */
  get address(): AddressInfo | undefined {
    return this.#socket?.address();
  }

  /** How many datagrams it has dropped so far. */
  get dropped(): Dropped {
    return { ...this.#dropped };
  }

  /** Where it receives, and how many datagrams it has dropped. */
  override describe(): object {
    return { endpoint: this.place.description, address: this.address, dropped: this.dropped };
  }

  /** Binds. @throws ListenError, ListenPermissionError, EndpointError */
  override async privilegedStartService(): Promise<void> {
    const inherited = surroundingsOf(this).inherited ?? NOTHING_INHERITED;
    const socket = await openDatagramSocket(this.place, { options: this.socketOptions, inherited });
    socket.on("message", (datagram, from) => this.#received(datagram, from));
    socket.on("error", (error) => this.#complain(`can't receive: ${error.message}`, error));
    this.#socket = socket;
    this.bound(socket);
    this.log.info(`listening on ${formatAddress(socket.address())} (UDP)`);
  }

  /** Delivers what has come since it is bound, and whatever comes. */
  override startService(): void | Promise<void> {
    this.#isServing = true;
    for (const { datagram, from } of this.#early.take()) this.#deliver(datagram, from);
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    const socket = this.#socket;
    this.#isServing = false;
    this.#early.take();
    if (!socket) return;
    await this.#finished(signal);
    this.#socket = undefined;
    await new Promise<void>((resolve) => socket.close(resolve));
  }

  /**
   * Sends a datagram. The promise is fulfilled when the system has it, which says nothing of its arrival; where
   * nobody waits for it, a failure is a line in the log and nothing else.
   *
   * @throws SendError
   */
  send(datagram: Uint8Array | string, { address, port }: DatagramPeer): Promise<void> {
    const sent = this.#send(datagram, { address, port });
    sent.catch((error: unknown) => this.log.debug({ err: error }, messageOf(error)));
    return sent;
  }

  /** @internal What comes behind the binding may fail. */
  override get [UNDO](): "always" {
    return "always";
  }

  /** How its socket is to be made, in Node's words. */
  protected get socketOptions(): Omit<SocketOptions, "type"> {
    const { recvBufferSize, sendBufferSize, reusePort } = this.#options;
    return {
      ...(recvBufferSize !== undefined && { recvBufferSize }),
      ...(sendBufferSize !== undefined && { sendBufferSize }),
      ...(reusePort !== undefined && { reusePort }),
    };
  }

  /** Called as soon as the socket is bound; what it throws keeps the service from starting. */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- subclasses override with it
  protected bound(socket: Socket): void {
    // For subclasses.
  }

  /** The socket, while it is bound. */
  protected get socket(): Socket | undefined {
    return this.#socket;
  }

  #received(datagram: Buffer, from: RemoteInfo): void {
    if (datagram.length > (this.#options.maxPacketSize ?? 65_535)) this.#dropped.size += 1;
    else if (this.#isServing) this.#deliver(datagram, from);
    else if (this.state === "starting" && !this.#early.keep(datagram, from)) this.#dropped.early += 1;
  }

  #deliver(datagram: Buffer, from: RemoteInfo): void {
    if (this.#pending.size >= (this.#options.maxPending ?? 1_024)) {
      this.#dropped.pending += 1;
      return;
    }
    const failed = (error: unknown): void => this.#failed(from, error);
    try {
      const handled = this.#handler(datagram, from, this) as PromiseLike<unknown> | undefined;
      if (typeof handled?.then !== "function") return;
      const done: Promise<void> = Promise.resolve(handled)
        .then(() => undefined, failed)
        .finally(() => this.#pending.delete(done));
      this.#pending.add(done);
    } catch (error) {
      failed(error);
    }
  }

  #failed(from: RemoteInfo, error: unknown): void {
    // Anyone can send one whose answer goes nowhere; it has been told of already.
    if (error instanceof SendError) return;
    this.#complain(`a datagram from ${formatAddress(from)} failed: ${messageOf(error)}`, error);
  }

  /** One a second is graver than the rest. */
  #complain(line: string, error: unknown): void {
    this.log[this.#complaints.isDue(this.clock) ? "error" : "debug"](
      { err: error, dropped: this.dropped },
      line,
    );
  }

  #send(datagram: Uint8Array | string, to: DatagramPeer): Promise<void> {
    const socket = this.#socket;
    const where = `${to.address}, port ${to.port}`;
    if (!socket) return Promise.reject(new SendError(where, `${labelOf(this)} does not run`));
    return new Promise((resolve, reject) => {
      const failed = (cause: Error): void => reject(new SendError(where, cause.message, { cause }));
      try {
        socket.send(datagram, to.port, to.address, (error) => (error ? failed(error) : resolve()));
      } catch (error) {
        // A port such as 0, which a datagram may be from.
        failed(error as Error);
      }
    });
  }

  /** Resolves when the handler is done, or has had its time. */
  #finished(signal: AbortSignal | undefined): Promise<void> {
    if (this.#pending.size === 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const callOff = after(this.clock, this.#options.drain ?? 5_000, resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
      void Promise.all(this.#pending).then(() => {
        callOff();
        resolve();
      });
    });
  }
}
