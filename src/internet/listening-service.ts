/**
 * Services that use the network: what servers share is here. Where to listen is read, and listened at, in
 * `endpoint/`; what a listener of HTTP requests is in `http/`.
 */
import type { AddressInfo, Socket } from "node:net";
import { SoftwareError } from "../base/errors";
import { shown } from "../base/text";
import type {
  ConnectionListener,
  IStreamServerEndpoint,
  ListeningPort,
  SocketOptions,
} from "../endpoint/i-stream-server-endpoint";
import { serverEndpoint, type Where } from "../endpoint/server-endpoint";
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import type { Clock } from "../service/clock";
import { StartCancelled } from "../service/errors";
import { NOTHING_INHERITED } from "../service/inherited";
import { labelOf } from "../service/label";
import { INTERRUPT, UNDO } from "../service/lifecycle";
import { Service } from "../service/service";
import { surroundingsOf } from "../service/surroundings";
import { formatAddress, formatPeer } from "./address";
import type { Limits, Shed } from "./admission";
import { checkAmounts } from "./check-options";
import { Connections } from "./connections";
import { Farewells } from "./farewells";
import { guarding } from "./guard";
import { isPeersFault } from "./peers-fault";
import { ShedLog, type Refusal } from "./shed-log";

/** What every server takes. */
export type ListeningOptions = Limits;

/**
 * The base of servers. It binds in the privileged pass and hands connections to {@link accept} once it has started,
 * knows every connection that is open, and waits when it stops until the last of them has closed.
 */
export abstract class ListeningService extends Service {
  readonly endpoint: IStreamServerEndpoint;
  readonly #connections: Connections;
  #opening: AbortController | undefined;
  #port: ListeningPort | undefined;
  /** What a start that was given up has still to let go of. */
  #late: Promise<unknown> | undefined;
  #guard: ((socket: Socket) => void) | undefined;
  readonly #shed = new ShedLog();
  readonly #farewells = new Farewells();

  /** @throws EndpointError; ServiceOptionError */
  constructor(where: Where, limits: ListeningOptions = {}) {
    super();
    checkAmounts(this, limits, ["maxConnections", "maxConnectionsPerAddress"]);
    this.endpoint = serverEndpoint(where);
    this.#connections = new Connections(
      {
        // A subclass may have a start of its own that does not call this one's.
        hasStarted: () => this.state === "started",
        refuse: (socket, why) => this.#refuse(socket, why),
        broke: (_, error) => this.log.debug({ err: error }, `a connection failed: ${error.message}`),
      },
      limits,
    );
  }

  /** Where it listens: Node's address, or the path of a UNIX socket. Undefined while it does not. */
  get address(): AddressInfo | string | undefined {
    return this.#port?.address;
  }

  /** How many connections it has refused so far, by the reason. */
  get shed(): Shed {
    return this.#shed.counts;
  }

  /** Where it listens, how many connections are open, and how many it has refused. */
  override describe(): object {
    const { endpoint, address, sockets, shed } = this;
    return { endpoint: endpoint.description, address, connections: sockets.size, shed };
  }

  /** The connections that are open, and handed over. */
  protected get sockets(): ReadonlySet<Socket> {
    return this.#connections.served;
  }

  /** Binds. @throws ListenError, ListenPermissionError, ListenPathError */
  override async privilegedStartService(): Promise<void> {
    await this.#late;
    await this.prepare();
    this.#port = await this.#listen();
    const { address } = this.#port;
    this.log.info(
      `listening on ${address === undefined ? this.endpoint.description : formatAddress(address)}`,
    );
  }

  /** Accepts what has come in since it is bound, and whatever comes. Call it from what you override. */
  override startService(): void | Promise<void> {
    this.#connections.accept();
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    if (!port) return;
    const closed = port.stopListening();
    const onAbort = (): void => this.#connections.destroy();
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#connections.close();
    this.#farewells.cut();
    const release = this.drain();
    try {
      await Promise.all([closed, this.#connections.gone()]);
    } finally {
      release();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** @internal A subclass may fail after the port was bound. */
  override get [UNDO](): "always" {
    return "always";
  }

  /** @internal */
  override [INTERRUPT](): void {
    this.#opening?.abort(new StartCancelled(labelOf(this)));
  }

  /** Makes ready for one run, before anything is bound. */
  protected prepare(): void | Promise<void> {
    // For subclasses.
  }

  /** Takes a connection, once the service has started. What it throws costs that connection. */
  protected abstract accept(socket: Socket): void;

  /** Begins to end what is open; nothing more comes in. Gives the way to call off what it still plans to do. */
  protected abstract drain(): () => void;

  /** How sockets are to be made. */
  protected get socketOptions(): SocketOptions | undefined {
    return undefined;
  }

  /** Protocols that can be spoken, the best one first, for an endpoint that negotiates them. */
  protected get protocols(): readonly string[] | undefined {
    return undefined;
  }

  /** What a peer is told that is not let in, where it can be. */
  protected get farewell(): string | undefined {
    return undefined;
  }

  /** What a handler of a connection throws, or a listener of its events, costs that connection. */
  protected connectionFailed(socket: Socket, error: unknown): void {
    const line = `the connection from ${formatPeer(socket)} failed: ${messageOf(error)}`;
    this.log[isPeersFault(error, socket) ? "debug" : "error"]({ err: error }, line);
    socket.destroy();
  }

  protected destroySockets(): void {
    this.#connections.destroy();
  }

  /** Resets connections that are still in a handshake. */
  protected resetUnserved(): void {
    this.#connections.resetUnserved();
  }

  async #listen(): Promise<ListeningPort> {
    const opening = (this.#opening = new AbortController());
    const listening = this.endpoint.listen(this.#listener(opening.signal));
    try {
      return portOf(await orAbort(listening, opening.signal), this.endpoint);
    } catch (error) {
      this.#late = listening.then((port) => port.stopListening()).catch(ignore);
      throw error;
    } finally {
      this.#opening = undefined;
    }
  }

  #listener(signal: AbortSignal): ConnectionListener {
    const connections = this.#connections;
    return {
      log: this.log,
      clock: this.clock,
      inherited: surroundingsOf(this).inherited ?? NOTHING_INHERITED,
      signal,
      protocols: this.protocols,
      socketOptions: this.socketOptions,
      admit: (socket, address) => connections.admit(socket, address),
      whenAccepting: (goOn) => connections.whenAccepting(goOn),
      connected: (socket, carrier) => this.#connected(socket, carrier),
      acceptFailed: (error) => this.#shed.notAccepted(error, this.#owner),
    };
  }

  #connected(socket: Socket, carrier?: Socket): void {
    this.#connections.serve(socket, carrier);
    // Makes sure that what its listeners throw ends nothing but itself.
    this.#guard ??= guarding(socket, (error, failed) => this.connectionFailed(failed, error));
    this.#guard(socket);
    this.accept(socket);
  }

  #refuse(socket: Socket, why: Refusal): void {
    this.#shed.refused(socket, this.#owner, why);
    const text = this.endpoint.isPlain === true ? this.farewell : undefined;
    this.#farewells.say(socket, text, { clock: this.clock, others: why.most });
  }

  get #owner(): { readonly log: Logger; readonly clock: Clock } {
    return { log: this.log, clock: this.clock };
  }
}

/** An endpoint may be a plugin's, in JavaScript. */
function portOf(given: ListeningPort, { description }: IStreamServerEndpoint): ListeningPort {
  if (typeof (given as Partial<ListeningPort> | undefined)?.stopListening === "function") return given;
  const problem = `listen() of the endpoint "${description}" gave ${shown(given)}, and nothing with a method stopListening`;
  throw new SoftwareError("APPD_ENDPOINT_PORT", problem);
}

function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

const ignore = (): void => undefined;
