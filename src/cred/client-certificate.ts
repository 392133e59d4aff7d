import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { Implements } from "../interface/implements";
import { IClientCertificate } from "./credentials";

/** The certificate that a client has shown, and what TLS thinks of it. */
@Implements(IClientCertificate)
export class ClientCertificate implements IClientCertificate {
  constructor(
    readonly certificate: DetailedPeerCertificate,
    readonly authorized: boolean,
  ) {}

  /** That of a connection; undefined where the client has shown none. */
  static of(socket: TLSSocket): ClientCertificate | undefined {
    const certificate = socket.getPeerCertificate(true);
    if (Object.keys(certificate).length === 0) return undefined;
    return new ClientCertificate(certificate, socket.authorized);
  }
}
