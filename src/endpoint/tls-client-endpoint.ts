import type { Socket } from "node:net";
import type { ConnectionOptions, SecureContext, SecureContextOptions, TLSSocket } from "node:tls";
import { Implements } from "../interface/implements";
import { after, systemClock, type Clock } from "../service/clock";
import { AuthoritiesSource } from "./authorities";
import { CertificateFilesSource } from "./certificate-source";
import { secureContext } from "./key-pair";
import { ConnectError, EndpointError } from "./errors";
import { IStreamClientEndpoint } from "./i-stream-client-endpoint";
import { tlsConnectError, type Shown } from "./tls-connect-error";
import { CIPHERS, type TLSVersion } from "./tls-settings";

/** Who the server has to be, who is trusted to say so, and what it is shown. */
export interface TLSClientSettings {
  /** Who the server has to be: a host name or an address that its certificate is for. */
  readonly hostname: string;
  /**
   * Who may have issued that certificate, in the place of those that Node trusts: a PEM file, a folder of them, or PEM
   * itself. Read again when it changes.
   */
  readonly trustRoots?: string | undefined;
  /** A PEM file with a certificate to show to the server, and those that certify it, or PEM itself. */
  readonly certificate?: string | undefined;
  /** The same for its private key; the certificate's file by default. */
  readonly privateKey?: string | undefined;
  /** Protocols to offer, the best one first (ALPN). */
  readonly alpn?: readonly string[] | undefined;
  /** `TLSv1.2` by default, and at least. */
  readonly minVersion?: TLSVersion | undefined;
  /** Milliseconds for the handshake: 10,000 by default. */
  readonly handshakeTimeout?: number | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * TLS over another endpoint. The server is verified, always: that its certificate is valid, issued by somebody who is
 * trusted, and for the very host that was meant.
 *
 * ```ts
 * const tcp = new HostnameEndpoint({ host: "db.example.com", port: 5432 });
 * const socket = await new TLSClientEndpoint(tcp, { hostname: "db.example.com" }).connect();
 * ```
 */
@Implements(IStreamClientEndpoint)
export class TLSClientEndpoint implements IStreamClientEndpoint {
  readonly #inner: IStreamClientEndpoint;
  readonly #settings: TLSClientSettings;
  #made: { readonly stamp: string; readonly context: SecureContext } | undefined;

  /** @throws EndpointError */
  constructor(inner: IStreamClientEndpoint, settings: TLSClientSettings) {
    const { hostname, certificate, privateKey } = settings;
    if (hostname === "")
      throw new EndpointError("the hostname that the server's certificate is for is missing");
    if (privateKey !== undefined && certificate === undefined)
      throw new EndpointError("privateKey is of no use without certificate");
    this.#inner = inner;
    this.#settings = settings;
  }

  get description(): string {
    return `${this.#inner.description}, with TLS`;
  }

  prepare(): void | Promise<void> {
    return this.#inner.prepare?.();
  }

  /** @throws ConnectError; NoCertificateError, CertificatePermissionError, CertificateError; the signal's reason */
  async connect(signal?: AbortSignal): Promise<Socket> {
    const secureContext = await this.#context();
    const raw = await this.#inner.connect(signal);
    return this.#handshake({ socket: raw, secureContext }, signal);
  }

  /** What it takes to trust and to be trusted; made anew when a file has changed. */
  async #context(): Promise<SecureContext> {
    const { trustRoots, certificate, privateKey, minVersion = "TLSv1.2" } = this.#settings;
    const roots = trustRoots === undefined ? undefined : new AuthoritiesSource(trustRoots, "trustRoots");
    const own =
      certificate === undefined ? undefined : new CertificateFilesSource({ certificate, privateKey });
    const stamp = `${(await roots?.stamp()) ?? ""}||${(await own?.stamp()) ?? ""}`;
    if (this.#made?.stamp === stamp) return this.#made.context;
    const options: SecureContextOptions = { minVersion, ciphers: CIPHERS };
    if (roots) {
      const { certificates, revocations } = await roots.load();
      options.ca = [...certificates];
      if (revocations.length > 0) options.crl = [...revocations];
    }
    const [pair] = (await own?.load())?.pairs ?? [];
    if (pair) Object.assign(options, { cert: pair.chain, key: pair.key });
    this.#made = { stamp, context: secureContext(options, pair?.origin ?? "trustRoots") };
    return this.#made.context;
  }

  async #handshake(
    options: ConnectionOptions & { socket: Socket },
    signal?: AbortSignal,
  ): Promise<TLSSocket> {
    const { hostname, alpn = [], handshakeTimeout = 10_000, clock = systemClock } = this.#settings;
    const isAddress = process.getBuiltinModule("node:net").isIP(hostname) !== 0;
    signal?.throwIfAborted();
    const socket = process.getBuiltinModule("node:tls").connect({
      ...options,
      host: hostname,
      // An address is no name that can be asked for (RFC 6066, 3); it is verified all the same.
      ...(isAddress ? {} : { servername: hostname }),
      ...(alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] }),
      // Said, because the environment can turn it off otherwise.
      rejectUnauthorized: true,
    });
    const late = new ConnectError(
      "APPD_CONNECT_TIMEOUT",
      `can't connect to ${this.description}: no TLS handshake within ${handshakeTimeout / 1000} s`,
    );
    const callOff = after(clock, handshakeTimeout, () => socket.destroy(late));
    const onAbort = (): void => void socket.destroy();
    signal?.addEventListener("abort", onAbort, { once: true });
    const shown: Shown = { certificate: undefined };
    try {
      await secured(socket, shown);
      signal?.throwIfAborted();
      return socket;
    } catch (error) {
      options.socket.destroy();
      signal?.throwIfAborted();
      if (error === late) throw late;
      throw tlsConnectError(error as Error, { description: this.description, hostname, shown });
    } finally {
      callOff();
      signal?.removeEventListener("abort", onAbort);
    }
  }
}

/** Rejects once the socket has closed, with what went wrong. Its errors have a listener from here on. */
function secured(socket: TLSSocket, shown: Shown): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const onClose = (): void => reject(failure ?? new Error("the server closed the connection"));
    socket.on("error", (error: Error) => (failure ??= error)).once("close", onClose);
    // Ahead of Node's own judgement, after which there is nothing left to look at. Not getPeerX509Certificate: once it
    // was called, Node finds no names in the certificate.
    socket.prependListener("secure", () => (shown.certificate = socket.getPeerCertificate()));
    socket.once("secureConnect", () => {
      socket.off("close", onClose);
      resolve();
    });
  });
}
