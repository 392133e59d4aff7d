import type { Socket } from "node:net";
import { Implements } from "../interface/implements";
import { after } from "../service/clock";
import { EndpointError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import type { ProxyHeader } from "./proxy-header";
import { readProxyHeader } from "./read-proxy-header";
import { giveAddresses, type SocketAddresses } from "./socket-addresses";
import { TrustedPeers } from "./trusted-peers";

/** Which proxies are believed, and how long they have. */
export interface HAProxyServerSettings {
  /**
   * Addresses and networks of the proxies, such as `10.0.0.0/8`; `"*"` for whoever connects. Without it only this
   * machine's own. Whoever else connects is closed: it could claim to be anybody.
   */
  readonly trust?: readonly string[] | "*" | undefined;
  /** Milliseconds within which the header has to come: 5,000 by default. */
  readonly timeout?: number | undefined;
}

/** Why a connection was closed for want of a header that can be believed. */
type Reason = "untrusted" | "malformed" | "late";

/** How many of them there were, by the reason. */
export type Unbelieved = Readonly<Record<Reason, number>>;

/** Milliseconds in which one line for each reason is enough; the others are for who looks closely. */
const QUIET = 60_000;

/**
 * An endpoint behind a proxy such as HAProxy, which says in front of each connection from whom it is: the PROXY
 * protocol, in either version. `remoteAddress` and the like of a connection are those of the client.
 *
 * Where there is TLS as well, the header comes first: `new TLSServerEndpoint(new HAProxyServerEndpoint(…), …)`.
 */
@Implements(IStreamServerEndpoint)
export class HAProxyServerEndpoint implements IStreamServerEndpoint {
  readonly inner: IStreamServerEndpoint;
  readonly #trusted: TrustedPeers;
  readonly #timeout: number;
  readonly #unbelieved: Record<Reason, number> = { untrusted: 0, malformed: 0, late: 0 };
  readonly #quietUntil = new Map<Reason, number>();

  /** @throws EndpointError */
  constructor(inner: IStreamServerEndpoint, { trust, timeout = 5_000 }: HAProxyServerSettings = {}) {
    if (!(timeout > 0))
      throw new EndpointError(`the time for a PROXY header must be more than 0 ms, got ${timeout}`);
    this.inner = inner;
    this.#trusted = new TrustedPeers(trust);
    this.#timeout = timeout;
  }

  get description(): string {
    return `${this.inner.description}, behind a proxy`;
  }

  /** How many connections it has closed so far. */
  get unbelieved(): Unbelieved {
    return { ...this.#unbelieved };
  }

  /** Whom it believes, as one writes it. */
  get trust(): string {
    return this.#trusted.description;
  }

  get isPlain(): boolean {
    return this.inner.isPlain ?? false;
  }

  listen(listener: ConnectionListener): Promise<ListeningPort> {
    return this.inner.listen({
      ...listener,
      socketOptions: { ...listener.socketOptions, pauseOnConnect: false },
      admit: (socket) => this.#admit(socket, listener),
      connected: (socket) => this.#connected(socket, listener),
    });
  }

  /** A proxy's own address counts for nobody. */
  #admit(socket: Socket, listener: ConnectionListener): boolean {
    if (!listener.admit(socket, null)) return false;
    const isTrusted = this.#trusted.has(socket);
    if (isTrusted) return true;
    const why = `it is none of the proxies that are trusted (${this.trust})`;
    if (isTrusted === false) this.#disbelieve(socket, listener, { reason: "untrusted", why });
    else socket.destroy();
    return false;
  }

  #connected(socket: Socket, listener: ConnectionListener): void {
    const refuse = (reason: Reason, why: string): void => this.#disbelieve(socket, listener, { reason, why });
    const late = (): void => refuse("late", "no PROXY header came in time");
    const callOff = after(listener.clock, this.#timeout, late);
    receive(socket, (header) => {
      callOff();
      if (header?.is === "malformed") refuse("malformed", header.why);
      if (header?.is !== "whole") {
        socket.destroy();
        return;
      }
      if (header.addresses && !this.#readdress(socket, header.addresses, listener)) return;
      if (listener.socketOptions?.pauseOnConnect) socket.pause();
      listener.connected(socket);
    });
  }

  /** From here on it counts for the client; says whether there is room for one more of these. */
  #readdress(socket: Socket, addresses: SocketAddresses, listener: ConnectionListener): boolean {
    giveAddresses(socket, addresses);
    return listener.admit(socket, addresses.remoteAddress ?? null);
  }

  /** Somebody has forgotten to name the proxy, or to make it send the header; or knocks at the wrong door. */
  #disbelieve(
    socket: Socket,
    { log, clock }: ConnectionListener,
    { reason, why }: { readonly reason: Reason; readonly why: string },
  ): void {
    this.#unbelieved[reason] += 1;
    const now = clock.now();
    const level = now < (this.#quietUntil.get(reason) ?? -Infinity) ? "debug" : "warn";
    if (level === "warn") this.#quietUntil.set(reason, now + QUIET);
    log[level](`closed a connection from ${socket.remoteAddress ?? "a peer"}: ${why}`);
    socket.destroy();
  }
}

/** Calls back once: with the header when all of it has come, or what is wrong; with nothing if the peer left. */
function receive(socket: Socket, done: (header: ProxyHeader | undefined) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const settle = (header: ProxyHeader | undefined): void => {
    socket.off("readable", onReadable).off("end", onOver).off("close", onOver);
    if (header?.is === "whole" && header.length < bytes.length) socket.unshift(bytes.subarray(header.length));
    done(header);
  };
  const onOver = (): void => settle(undefined);
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const header = readProxyHeader(bytes);
    if (header.is !== "partial") settle(header);
  };
  socket.on("readable", onReadable).on("end", onOver).on("close", onOver);
}
