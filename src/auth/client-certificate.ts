import type { TLSSocket } from "node:tls";
import { ClientCertificate } from "../cred/client-certificate";
import { IClientCertificate } from "../cred/credentials";
import { DEFAULT_REALM } from "../cred/default-realm";
import { quoted, type GuardScheme } from "./guard-scheme";

export interface ClientCertificateOptions {
  readonly realm?: string;
}

/**
 * The certificate that the client has shown when the TLS connection was made. The server has to ask for it: an endpoint
 * with `clientCAs`, as `new HTTPServer("tls:/etc/site/tls:443:clientCAs=/etc/site/ca.pem", guard(…))`, or Node's own
 * `https.createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, guard(…))`.
 */
export function clientCertificate({ realm = DEFAULT_REALM }: ClientCertificateOptions = {}): GuardScheme {
  // A response with 401 has to name a scheme; this name was proposed for it once (draft-thomson-httpbis-cant).
  const challenge = `ClientCertificate realm=${quoted(realm)}`;
  return {
    credentialInterfaces: [IClientCertificate],
    read({ request }) {
      const socket = request.socket as Partial<TLSSocket> | null;
      if (typeof socket?.getPeerCertificate !== "function") return undefined;
      const credentials = ClientCertificate.of(socket as TLSSocket);
      if (!credentials) return undefined;
      const { certificate, authorized } = credentials;
      return { credentials, cacheKey: `certificate ${String(authorized)} ${certificate.fingerprint256}` };
    },
    challenges: () => [challenge],
  };
}
