/** What a TLS server endpoint is told. Give `certificates`, or `certificate`. */
export interface TLSServerSettings {
  /**
   * A folder of PEM files, each with a certificate and its private key, or in pairs of files; which certificate is
   * shown depends on the host that a client asks for (SNI). The one called `default…` is for all others; without it,
   * the first by name. Read again when something in it changes.
   */
  readonly certificates?: string;
  /** A PEM file with the certificate and those that certify it, or PEM itself. Read again when it changes. */
  readonly certificate?: string;
  /** The same for its private key; the certificate's file by default. */
  readonly privateKey?: string;
  /** The same for certificates in between, where they are not in the certificate's file. */
  readonly chain?: string;
  /** Protocols to offer, the best one first (ALPN); what the server can speak by default. */
  readonly alpn?: readonly string[];
  /** Who may issue the certificates of clients: a PEM file, a folder of them, or PEM itself, with CRLs if you like. */
  readonly clientCAs?: string;
  /**
   * Whether a client has to show a certificate: `required` by default if there are `clientCAs`. `requested` lets in
   * those without, and those with a certificate of somebody else; it shows in the socket's `authorized`.
   */
  readonly clientCertificate?: "required" | "requested";
  /** `TLSv1.2` by default, and at least. */
  readonly minVersion?: TLSVersion;
  /** OpenSSL's list of ciphers; those with forward secrecy and authenticated encryption by default. */
  readonly ciphers?: string;
  /** Milliseconds that a client has until the connection is secure: 10,000 by default. */
  readonly handshakeTimeout?: number;
}

/** The versions of TLS that are spoken; older ones are not safe (RFC 8996). */
export type TLSVersion = "TLSv1.2" | "TLSv1.3";

/** Mozilla's intermediate list (5.7) without DHE, which no client of today is in need of. */
export const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");
