import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { SecureContextOptions, Server, TLSSocket, TlsOptions } from "node:tls";
import { Implements } from "../interface/implements";
import { after } from "../service/clock";
import { AuthoritiesSource } from "./authorities";
import { CertificateFilesSource, type CertificateSource } from "./certificate-source";
import { CertificateFolder } from "./certificate-folder";
import { EndpointError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import { reasonOf } from "./key-pair";
import { carryAddresses } from "./socket-addresses";
import { TLSContexts } from "./tls-contexts";
import { CIPHERS, type TLSServerSettings } from "./tls-settings";

/**
 * TLS in front of another endpoint: what it hands over are `TLSSocket`s whose handshake is done.
 *
 * ```ts
 * new HTTPServer(new TLSServerEndpoint(new TCPServerEndpoint({ port: 443 }), { certificates: "/etc/myserver/tls" }), app);
 * ```
 */
@Implements(IStreamServerEndpoint)
export class TLSServerEndpoint implements IStreamServerEndpoint {
  readonly #inner: IStreamServerEndpoint;
  readonly #settings: TLSServerSettings;

  /** @throws EndpointError when the settings contradict each other */
  constructor(inner: IStreamServerEndpoint, settings: TLSServerSettings) {
    this.#inner = inner;
    this.#settings = settings;
    certificatesOf(settings);
    refuseContradictions(settings);
  }

  get description(): string {
    return `${this.#inner.description}, with TLS`;
  }

  /** The same over another endpoint, which is made of the one that it is over. */
  over(make: (inner: IStreamServerEndpoint) => IStreamServerEndpoint): TLSServerEndpoint {
    return new TLSServerEndpoint(make(this.#inner), this.#settings);
  }

  /** @throws as the endpoint below, and NoCertificateError, CertificatePermissionError, CertificateError */
  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    const contexts = await this.#openContexts(listener);
    const server = this.#makeServer(contexts, listener);
    const secure = (raw: Socket): void => this.#handshake(server, raw, listener);
    return this.#inner.listen({
      ...listener,
      connected: (raw) => {
        const looking = contexts.refresh();
        if (!looking) {
          secure(raw);
          return;
        }
        void looking.then(() => secure(raw));
      },
    });
  }

  async #openContexts(listener: ConnectionListener): Promise<TLSContexts> {
    const { clientCAs, minVersion = "TLSv1.2", ciphers = CIPHERS } = this.#settings;
    const { constants, randomBytes } = process.getBuiltinModule("node:crypto");
    const settings: SecureContextOptions = {
      minVersion,
      ciphers,
      // All of them are good: which one is fast the client knows.
      honorCipherOrder: false,
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      // What was agreed with one endpoint is worth nothing at another, which may ask clients for other certificates.
      sessionIdContext: randomBytes(16).toString("hex"),
    };
    const clients = clientCAs === undefined ? undefined : new AuthoritiesSource(clientCAs, "clientCAs");
    const contexts = new TLSContexts(
      { certificates: certificatesOf(this.#settings), clients, settings },
      listener,
    );
    await contexts.open();
    return contexts;
  }

  /** A server that never listens: it is handed connections, and makes them secure. */
  #makeServer(contexts: TLSContexts, { protocols = [] }: ConnectionListener): Server {
    const { certificates, alpn = protocols, clientCAs, clientCertificate = "required" } = this.#settings;
    const options: TlsOptions = {
      ...contexts.options,
      requestCert: clientCAs !== undefined,
      rejectUnauthorized: clientCertificate === "required",
      // Only for when ours should fail: Node takes nothing longer than its own two minutes for none.
      handshakeTimeout: 2 * this.#timeout,
    };
    if (alpn.length > 0) options.ALPNProtocols = [...alpn];
    if (certificates !== undefined)
      options.SNICallback = (host, choose) => choose(null, contexts.contextFor(host));
    const server = process.getBuiltinModule("node:tls").createServer(options);
    contexts.serveWith(server);
    return server;
  }

  get #timeout(): number {
    return this.#settings.handshakeTimeout ?? 10_000;
  }

  #handshake(server: Server, raw: Socket, listener: ConnectionListener): void {
    if (raw.destroyed) return;
    const { log, clock } = listener;
    const from = raw.remoteAddress ?? "a peer";
    let isOver = false;
    const ended = (problem: string, error?: Error): void => {
      calledOff();
      if (isOver) return;
      isOver = true;
      log.debug({ err: error }, `a TLS handshake with ${from} failed: ${problem}`);
    };
    // A client whose certificate is refused is told nothing by Node, and neither are we.
    const closed = (): void => ended("the connection was closed, or the certificate of the client refused");
    const calledOff = after(clock, this.#timeout, () => {
      ended("it took too long");
      raw.destroy();
    });
    raw.once("close", closed);
    // Who hangs up in the middle of a handshake has gone, whatever the server makes of that later.
    const { allowHalfOpen } = raw;
    raw.allowHalfOpen = false;
    forOne(server, {
      secureConnection: (socket) => {
        isOver = true;
        calledOff();
        raw.off("close", closed);
        socket.allowHalfOpen = raw.allowHalfOpen = allowHalfOpen;
        carryAddresses(raw, socket);
        listener.connected(socket, raw);
      },
      tlsClientError: (error) => ended(reasonOf(error), error),
    }).emit("connection", raw);
  }
}

interface OneHandshake {
  readonly secureConnection: (socket: TLSSocket) => void;
  readonly tlsClientError: (error: Error) => void;
}

/** The same server, for one connection: what it tells of that is told to `heard`. */
function forOne(server: Server, heard: OneHandshake): Server {
  const one = Object.create(server) as Server;
  const emit = (event: string, ...args: unknown[]): boolean => {
    if (event === "secureConnection") heard.secureConnection(args[0] as TLSSocket);
    else if (event === "tlsClientError") heard.tlsClientError(args[0] as Error);
    else return EventEmitter.prototype.emit.call(one, event, ...args);
    return true;
  };
  return Object.assign(one, { emit });
}

function certificatesOf({
  certificates,
  certificate,
  privateKey,
  chain,
}: TLSServerSettings): CertificateSource {
  if (
    certificates !== undefined &&
    certificate === undefined &&
    privateKey === undefined &&
    chain === undefined
  )
    return new CertificateFolder(certificates);
  if (certificates === undefined && certificate !== undefined)
    return new CertificateFilesSource({ certificate, privateKey, chain });
  throw new EndpointError(
    "TLS needs either certificates (a folder), or certificate with privateKey and chain (files)",
  );
}

function refuseContradictions({ clientCAs, clientCertificate, minVersion }: TLSServerSettings): void {
  if (clientCertificate !== undefined && clientCAs === undefined)
    throw new EndpointError("certificates of clients need clientCAs: who may have issued them");
  if (minVersion !== undefined && !["TLSv1.2", "TLSv1.3"].includes(minVersion))
    throw new EndpointError(`minVersion has to be TLSv1.2 or TLSv1.3, got ${JSON.stringify(minVersion)}`);
}
