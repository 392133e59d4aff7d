import type * as Crypto from "node:crypto";
import type { X509Certificate } from "node:crypto";
import type { SecureContext, SecureContextOptions } from "node:tls";
import { messageOf } from "../log/describe-error";
import { CertificateError } from "./errors";
import type { Pem } from "./pem";

/** A certificate with those that certify it, and its private key: what TLS shows to prove who it is. */
export interface KeyPair {
  /** The file of the certificate. */
  readonly origin: string;
  /** The certificate and its chain, as PEM. */
  readonly chain: string;
  readonly key: string;
  /** The host names that it is for, in lower case; some begin with `*.`. */
  readonly names: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

const crypto = (): typeof Crypto => process.getBuiltinModule("node:crypto");

/** The first certificate of a file: its owner's. @throws CertificateError */
export function ownCertificate({ origin, certificates: [first] }: Pem): X509Certificate {
  if (first === undefined)
    throw new CertificateError(`${origin}: there is no certificate in it (PEM, -----BEGIN CERTIFICATE-----)`);
  return readCertificate(first, origin);
}

/** @throws CertificateError */
export function readCertificate(pem: string, origin: string): X509Certificate {
  try {
    return new (crypto().X509Certificate)(pem);
  } catch (cause) {
    throw new CertificateError(`${origin}: a certificate in it can't be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** What a certificate and its private key have in common. */
export const publicKeyOf = (certificate: X509Certificate): string => exported(certificate.publicKey);

/** The same of the private key. @throws CertificateError */
export function publicKeyOfKey(key: string, origin: string): string {
  try {
    return exported(crypto().createPublicKey(key));
  } catch (cause) {
    throw new CertificateError(`${origin}: its private key can't be read: ${messageOf(cause)}`, { cause });
  }
}

/** What is known to belong together, as a pair. */
export function keyPair({ origin, certificates }: Pem, own: X509Certificate, key: string): KeyPair {
  return {
    origin,
    chain: certificates.join("\n"),
    key,
    names: namesOf(own),
    from: new Date(own.validFrom),
    to: new Date(own.validTo),
  };
}

/** What OpenSSL makes of certificates that each can be read. @throws CertificateError */
export function secureContext(options: SecureContextOptions, origin: string): SecureContext {
  try {
    return process.getBuiltinModule("node:tls").createSecureContext(options);
  } catch (cause) {
    throw new CertificateError(`${origin}: TLS can't make use of it: ${reasonOf(cause)}`, { cause });
  }
}

/** The words of OpenSSL's error without its numbers and places, or the message of any other. */
export const reasonOf = (error: unknown): string =>
  (error as { readonly reason?: string } | undefined)?.reason ?? messageOf(error);

const exported = (key: Crypto.KeyObject): string =>
  key.export({ type: "spki", format: "der" }).toString("base64");

/** As Node writes them: a name with a character that could mislead is in quotes, as JSON. */
const ALTERNATIVE = /([^:,]+):("(?:\\.|[^"\\])*"|[^,]*)(?:, |$)/gy;

/** Host names alone: the common name counts only where there are no others (RFC 6125, 6.4.4). */
function namesOf({ subjectAltName, subject }: X509Certificate): string[] {
  const names = [...(subjectAltName ?? "").matchAll(ALTERNATIVE)]
    .filter(([, kind]) => kind === "DNS")
    .map(([, , name = ""]) => (name.startsWith('"') ? (JSON.parse(name) as string) : name));
  const common = subjectAltName === undefined ? /^CN=(.+)$/m.exec(subject)?.[1] : undefined;
  return [...names, ...(common === undefined ? [] : [common])].map((name) => name.toLowerCase());
}
