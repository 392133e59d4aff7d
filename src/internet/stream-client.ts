import type { Socket } from "node:net";
import { clientEndpoint, type ToWhere } from "../endpoint/client-endpoint";
import type { IStreamClientEndpoint } from "../endpoint/i-stream-client-endpoint";
import { messageOf } from "../log/describe-error";
import { after } from "../service/clock";
import { StartCancelled } from "../service/errors";
import { labelOf } from "../service/label";
import { INTERRUPT } from "../service/lifecycle";
import { Service } from "../service/service";
import { attempt, overOf } from "./attempt";
import { checkAmounts, checkFunction } from "./check-options";
import { closeOf, guardSocket } from "./client-connection";
import { isPeersFault } from "./peers-fault";
import { sayGoodbye } from "./say-goodbye";
import type { ConnectionHandler } from "./tcp-server";

/** Whether the connection is needed, and how long it may take to end. */
export interface StreamClientOptions {
  /**
   * Whether there is no start without a connection, which is so by default. If false, the start does not wait for it,
   * and a connection that can't be made is a line in the log.
   */
  readonly required?: boolean;
  /** Milliseconds that the connection has to close once the service stops: 5,000 by default. */
  readonly drain?: number;
}

/**
 * The base of clients that connect once, when they start: see `required`. That the connection
 * is lost later is a line in the log, and for `handler` to deal with; what has to be connected again and again is a
 * {@link ClientService}. When it stops it ends the connection (FIN), and waits until it has closed; what is open after
 * `drain` is destroyed.
 */
export class StreamClient extends Service {
  readonly endpoint: IStreamClientEndpoint;
  readonly #handler: ConnectionHandler;
  readonly #options: StreamClientOptions;
  #opening: AbortController | undefined;
  /** The attempt that nobody waits for. */
  #aside: Promise<void> | undefined;
  #socket: Socket | undefined;

  /** @throws EndpointError; ServiceOptionError */
  constructor(where: ToWhere, handler: ConnectionHandler, options: StreamClientOptions = {}) {
    super();
    checkFunction(this, "the handler", handler);
    checkAmounts(this, options, ["drain"]);
    this.endpoint = clientEndpoint(where);
    this.#handler = handler;
    this.#options = options;
  }

  /** The connection, while it is open. */
  get connection(): Socket | undefined {
    return this.#socket;
  }

  /** Where it connects to, and whether it is connected. */
  override describe(): object {
    const connection = this.#socket ? "connected" : "none";
    return { endpoint: this.endpoint.description, connection };
  }

  /** @throws EndpointError for an endpoint that can't be had */
  override privilegedStartService(): void | Promise<void> {
    return this.endpoint.prepare?.();
  }

  /** @throws ConnectError where the connection is required */
  override startService(): void | Promise<void> {
    const { required = true } = this.#options;
    if (required) return this.#connect();
    this.#aside = this.#connect().catch((error: unknown) => {
      if (this.state !== "stopping") this.log.warn({ err: error }, messageOf(error));
    });
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    this[INTERRUPT]();
    await this.#aside;
    const socket = this.#socket;
    if (!socket) return;
    const destroy = (): void => void socket.destroy();
    const callOff = after(this.clock, this.#options.drain ?? 5_000, destroy);
    if (signal?.aborted) destroy();
    signal?.addEventListener("abort", destroy, { once: true });
    sayGoodbye(socket);
    await closeOf(socket);
    callOff();
    signal?.removeEventListener("abort", destroy);
  }

  /** @internal */
  override [INTERRUPT](): void {
    this.#opening?.abort(new StartCancelled(labelOf(this)));
  }

  async #connect(): Promise<void> {
    const opening = (this.#opening = new AbortController());
    try {
      this.#connected(await this.endpoint.connect(opening.signal));
    } finally {
      this.#opening = undefined;
    }
  }

  #connected(socket: Socket): void {
    this.#socket = socket;
    this.log.info(`connected to ${this.endpoint.description}`);
    guardSocket(socket, {
      broke: (error) => this.log.debug({ err: error }, `a connection failed: ${error.message}`),
      failed: (failing, error) => this.#failed(failing, error),
    });
    socket.on("close", () => {
      this.#socket = undefined;
      if (this.state !== "stopping") this.log.info(`the connection to ${this.endpoint.description} is lost`);
    });
    attempt(
      () => overOf(this.#handler(socket)),
      (error) => this.#failed(socket, error),
    );
  }

  #failed(socket: Socket, error: unknown): void {
    const line = `the connection to ${this.endpoint.description} failed: ${messageOf(error)}`;
    this.log[isPeersFault(error, socket) ? "debug" : "error"]({ err: error }, line);
    socket.destroy();
  }
}
