import type { Socket } from "node:net";
import { clientEndpoint, type ToWhere } from "../endpoint/client-endpoint";
import type { IStreamClientEndpoint } from "../endpoint/i-stream-client-endpoint";
import { ConnectError } from "../endpoint/errors";
import { messageOf } from "../log/describe-error";
import { labelOf } from "../service/label";
import { AGAIN } from "../service/lifecycle";
import { Service } from "../service/service";
import { backoffPolicy, type RetryPolicy } from "./backoff-policy";
import { checkAmounts, checkFunction } from "./check-options";
import { clientConnection, type ConnectionCare } from "./client-connection";
import { ConnectionKeeper, type Kept, type KeeperState } from "./connection-keeper";
import { ConnectionCancelled } from "./errors";
import { isPeersFault } from "./peers-fault";

/** How long to wait between attempts, and what a connection has to pass before it counts. */
export interface ClientServiceOptions<T> {
  /** How long to wait between attempts; {@link backoffPolicy} by default. */
  readonly retryPolicy?: RetryPolicy;
  /**
   * Called with each product before anyone gets it, to log in or to look whether all is well. Where it throws or
   * rejects, the attempt has failed.
   */
  readonly prepareConnection?: (product: T) => unknown;
  /** Milliseconds that the connection has to close once the service stops: 5,000 by default. */
  readonly drain?: number;
}

/**
 * Keeps one connection to a server: connects when it starts, and again, with growing delays, whenever an attempt
 * fails or the connection is lost. `factory` makes of each connection what the rest of the program talks to; what
 * it gives may be a promise. Somebody has to read the socket, or `resume()` it: of a connection that nobody reads
 * the end is not noticed.
 *
 * ```ts
 * const queue = new ClientService("tcp:queue.example.com:5672", (socket) => new QueueProtocol(socket));
 * (await queue.whenConnected()).publish("hello");
 * ```
 */
export class ClientService<T> extends Service {
  readonly endpoint: IStreamClientEndpoint;
  readonly #factory: (socket: Socket) => T | PromiseLike<T>;
  readonly #options: ClientServiceOptions<T>;
  readonly #retryPolicy: RetryPolicy;
  readonly #keeper: ConnectionKeeper<T>;

  /** @throws EndpointError; ServiceOptionError */
  constructor(
    where: ToWhere,
    factory: (socket: Socket) => T | PromiseLike<T>,
    options: ClientServiceOptions<T> = {},
  ) {
    super();
    checkFunction(this, "the factory", factory);
    checkAmounts(this, options, ["drain"]);
    this.endpoint = clientEndpoint(where);
    this.#factory = factory;
    this.#options = options;
    this.#retryPolicy = options.retryPolicy ?? backoffPolicy();
    this.#keeper = new ConnectionKeeper(() => ({
      clock: this.clock,
      connect: (signal) => this.#connect(signal),
      retryDelay: (failures, error) => this.#retryDelay(failures, error),
      cancelled: () => new ConnectionCancelled(labelOf(this)),
    }));
  }

  /** Where the connection is in its life. */
  get connectionState(): KeeperState {
    return this.#keeper.state;
  }

  /** Where it connects to, and how far that is. */
  override describe(): object {
    return { endpoint: this.endpoint.description, connection: this.connectionState };
  }

  /**
   * What the factory made of the connection: of the one that is open, else of the next one. With
   * `failAfterFailures` it waits for no more than so many failures from now on.
   *
   * @throws the error of the last of these failures; ConnectionCancelled when the service is stopped, or was
   */
  whenConnected(failAfterFailures?: number): Promise<T> {
    return this.#keeper.whenConnected(failAfterFailures);
  }

  /** @throws EndpointError for an endpoint that can't be had */
  override privilegedStartService(): void | Promise<void> {
    return this.endpoint.prepare?.();
  }

  /** Begins to connect; that there is no connection yet is no failure to start. */
  override startService(): void | Promise<void> {
    this.#keeper.start();
  }

  /** Hangs up, or calls the attempt off. */
  override async stopService(signal?: AbortSignal): Promise<void> {
    const destroy = (): void => this.#keeper.destroy();
    signal?.addEventListener("abort", destroy, { once: true });
    const stopped = this.#keeper.stop();
    if (signal?.aborted) destroy();
    await stopped;
    signal?.removeEventListener("abort", destroy);
  }

  /** @internal */
  override [AGAIN](call: "start" | "stop"): void {
    if (call === "stop") void this.#keeper.stop();
    else if (this.state === "stopping") this.#keeper.start();
    else this.log.warn(`Duplicate ClientService.startService ${labelOf(this)}`);
  }

  async #connect(signal: AbortSignal): Promise<Kept<T>> {
    const socket = await this.endpoint.connect(signal);
    const connection = await clientConnection(socket, this.#care(), signal);
    this.log.info(`connected to ${this.endpoint.description}`);
    return connection;
  }

  #care(): ConnectionCare<T> {
    return {
      description: this.endpoint.description,
      clock: this.clock,
      drain: this.#options.drain ?? 5_000,
      make: this.#factory,
      prepare: this.#options.prepareConnection,
      broke: (error) => this.log.debug({ err: error }, `a connection failed: ${error.message}`),
      failed: (socket, error) => this.#connectionFailed(socket, error),
    };
  }

  #connectionFailed(socket: Socket, error: unknown): void {
    const line = `the connection to ${this.endpoint.description} failed: ${messageOf(error)}`;
    this.log[isPeersFault(error, socket) ? "debug" : "error"]({ err: error }, line);
    socket.destroy();
  }

  #retryDelay(failures: number, error: unknown): number {
    const delay = this.#delayAfter(failures);
    const retry =
      delay === Infinity
        ? "there will be no other attempt"
        : `scheduling retry ${failures} to connect in ${Math.round(delay / 10) / 100} seconds`;
    if (error === undefined)
      this.log.info(`the connection to ${this.endpoint.description} is lost; ${retry}`);
    else this.log.warn({ err: error }, `${this.#failureOf(error)}; ${retry}`);
    return delay;
  }

  #failureOf(error: unknown): string {
    if (error instanceof ConnectError) return error.message;
    return `the connection to ${this.endpoint.description} failed: ${messageOf(error)}`;
  }

  /** Somebody else's policy has no right to end what it is asked for. */
  #delayAfter(failures: number): number {
    try {
      const delay = this.#retryPolicy(failures);
      if (delay >= 0) return delay;
      this.log.error(`the retry policy gave a delay of ${String(delay)}; going by the default one`);
    } catch (error) {
      this.log.error(
        { err: error },
        `the retry policy failed: ${messageOf(error)}; going by the default one`,
      );
    }
    return backoffPolicy()(failures);
  }
}
