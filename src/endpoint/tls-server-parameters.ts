import { LIST, oneOf, PATH, SECONDS } from "./argument-type";
import { optional, standing } from "./endpoint-kind";

/** What all kinds of servers with TLS take, behind what each takes by itself. */
export const TLS_SERVER_PARAMETERS = {
  alpn: optional(LIST, "Protocols to offer, the best one first; by default what the server speaks."),
  clientCAs: optional(
    PATH,
    "Who may have issued the certificates of clients: a PEM file, or a folder of them.",
  ),
  clientCertificate: optional(
    oneOf("required", "requested"),
    "Whether clients have to show a certificate; required by default where there are clientCAs.",
  ),
  minVersion: standing(oneOf("TLSv1.2", "TLSv1.3"), "TLSv1.2", "The oldest version of TLS that is spoken."),
  handshakeTimeout: standing(SECONDS, "10", "Seconds that a client has until its connection is secure."),
};
