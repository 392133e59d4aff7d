import type { PeerCertificate } from "node:tls";
import type { ErrorCode } from "../base/errors";
import { messageOf } from "../log/describe-error";
import { ConnectError } from "./errors";

/** The certificate that the server has shown, if it came to that. */
export interface Shown {
  certificate: PeerCertificate | undefined;
}

export interface TLSAttempt {
  readonly description: string;
  readonly hostname: string;
  readonly shown: Shown;
}

type Cause = Error & { readonly code?: string; readonly reason?: string };
type Found = readonly [code: ErrorCode, text: string];

const UNTRUSTED: ErrorCode = "APPD_CERTIFICATE_UNTRUSTED";
const REFUSED: ErrorCode = "APPD_TLS_REFUSED";

/** What OpenSSL's error, or Node's, means to whoever chose the server and what to trust. */
export function tlsConnectError(cause: Cause, attempt: TLSAttempt): ConnectError {
  const [code, text] = aboutCertificate(cause, attempt) ?? aboutHandshake(cause);
  return new ConnectError(code, `can't connect to ${attempt.description}: ${text}`, { cause });
}

function aboutCertificate(
  { code }: Cause,
  { hostname, shown: { certificate } }: TLSAttempt,
): Found | undefined {
  const whose = certificate ? `its certificate (${nameOf(certificate.subject)})` : "its certificate";
  const issuer = certificate ? nameOf(certificate.issuer) : "an authority";
  switch (code) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return [UNTRUSTED, `${whose} is self-signed; if it is the right one, name it as trustRoots`];
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return [
        UNTRUSTED,
        `${whose} leads to an authority that is not trusted; if it should be, name it as trustRoots`,
      ];
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return [
        UNTRUSTED,
        `${whose} was issued by ${issuer}, which is not trusted; name that authority as trustRoots, or let the ` +
          "server send the certificates in between",
      ];
    case "CERT_HAS_EXPIRED":
      return [UNTRUSTED, `${whose} has expired${on(certificate?.valid_to)}; the server needs a new one`];
    case "CERT_NOT_YET_VALID":
      return [UNTRUSTED, `${whose} is not valid yet${on(certificate?.valid_from)}; is the clock right?`];
    case "CERT_REVOKED":
      return [UNTRUSTED, `${whose} was revoked by ${issuer}`];
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return [
        UNTRUSTED,
        `${whose} is not for ${hostname}, but for ${certificate?.subjectaltname ?? "no host at all"}; ` +
          "say one of these as hostname if that is who is meant",
      ];
    default:
      return certificate && code !== undefined && /^[A-Z_]+$/.test(code) && !code.startsWith("E")
        ? [UNTRUSTED, `${whose}: ${code.toLowerCase().replaceAll("_", " ")}`]
        : undefined;
  }
}

function aboutHandshake(cause: Cause): Found {
  const { code = "", reason = messageOf(cause) } = cause;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST/.test(code))
    return [REFUSED, "what is there does not speak TLS; is it the right port?"];
  if (/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code))
    return [REFUSED, "the server speaks only versions of TLS that are too old, or too new"];
  if (/ALERT_HANDSHAKE_FAILURE|NO_SHARED_CIPHER/.test(code))
    return [
      REFUSED,
      `the server refused the handshake (${reason}): no common cipher, or it wants a certificate`,
    ];
  if (code.includes("NO_APPLICATION_PROTOCOL"))
    return [REFUSED, "the server speaks none of the protocols that were offered (alpn)"];
  if (/CERTIFICATE_REQUIRED|ALERT_.*CERTIFICATE|ALERT_UNKNOWN_CA/.test(code))
    return [REFUSED, `the server wants another certificate of ours (${reason})`];
  if (code === "ECONNRESET" || code === "")
    return [REFUSED, "the server closed the connection during the TLS handshake"];
  return ["APPD_CONNECT", `the TLS handshake failed: ${reason}`];
}

/** By what people know it: the common name, or all of it. */
function nameOf(subject: Partial<PeerCertificate["subject"]>): string {
  const { CN = Object.values(subject).flat().join(", ") } = subject;
  return String(CN);
}

const on = (date: string | undefined): string => (date === undefined ? "" : `, ${date}`);
