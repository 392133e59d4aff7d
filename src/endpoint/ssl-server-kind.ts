import { ADDRESS, COUNT, oneOf, PATH, PORT } from "./argument-type";
import { endpointKind, given, optional, required, standing } from "./endpoint-kind";
import { TCPServerEndpoint } from "./tcp-server-endpoint";
import { TLS_SERVER_PARAMETERS } from "./tls-server-parameters";
import { TLSServerEndpoint } from "./tls-server-endpoint";

const FOR_TWISTED = "Taken for Twisted's sake:";

export const sslServer = endpointKind({
  name: "ssl",
  help: "A TCP port with TLS, and one certificate in files.",
  examples: ["ssl:443:privateKey=key.pem:certKey=cert.pem", "ssl:443:server.pem"],
  parameters: {
    port: required(PORT, "The port; 0 lets the system choose one."),
    privateKey: standing(PATH, "server.pem", "The PEM file with the private key."),
    certKey: optional(PATH, "The PEM file with the certificate; the private key's by default."),
    sslmethod: optional(
      oneOf("TLS_METHOD", "SSLv23_METHOD", "TLSv1_2_METHOD"),
      `${FOR_TWISTED} the oldest version is a matter of minVersion.`,
    ),
    interface: optional(ADDRESS, "The address to listen at; all of this machine's by default."),
    backlog: optional(COUNT, "How many connections the system keeps waiting; 511 by default."),
    extraCertChain: optional(PATH, "A PEM file with certificates in between, where certKey lacks them."),
    dhParameters: optional(PATH, `${FOR_TWISTED} there are no ciphers that need it.`),
    ...TLS_SERVER_PARAMETERS,
  },
  make({ port, interface: address, backlog, privateKey, certKey, extraCertChain, ...values }) {
    const { alpn, clientCAs, clientCertificate, minVersion, handshakeTimeout } = values;
    return new TLSServerEndpoint(
      new TCPServerEndpoint({ port, interface: address, backlog }),
      given({
        privateKey,
        certificate: certKey ?? privateKey,
        chain: extraCertChain,
        alpn,
        clientCAs,
        clientCertificate,
        minVersion,
        handshakeTimeout,
      }),
    );
  },
});
