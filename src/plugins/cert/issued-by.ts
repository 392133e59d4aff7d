import type { X509Certificate } from "node:crypto";

/** No chain is as long. */
const LONGEST = 8;
/** What a certificate for servers alone does not name (RFC 5280, 4.2.1.12). */
const FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
const FOR_ALL = "2.5.29.37.0";

/**
 * Whether one of the authorities has issued a certificate, by itself or through those that were shown along with
 * it, and all of them are in their time.
 */
export function isIssuedBy(
  authorities: readonly X509Certificate[],
  shown: readonly X509Certificate[],
  now: Date,
): boolean {
  const [first, ...others] = shown;
  if (!first || !isForClients(first)) return false;
  let current = first;
  for (let length = 0; length < LONGEST; length++) {
    if (!isInTime(current, now)) return false;
    if (authorities.some((one) => isInTime(one, now) && issued(one, current))) return true;
    const next = others.find(
      (one) => one.ca && one.fingerprint256 !== current.fingerprint256 && issued(one, current),
    );
    if (!next) return false;
    current = next;
  }
  return false;
}

const issued = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const isInTime = ({ validFrom, validTo }: X509Certificate, now: Date): boolean =>
  new Date(validFrom) <= now && now <= new Date(validTo);

/** A certificate that does not say what it is for may be used for anything. */
function isForClients({ keyUsage }: X509Certificate): boolean {
  const purposes = keyUsage as string[] | undefined;
  return purposes === undefined || purposes.includes(FOR_CLIENTS) || purposes.includes(FOR_ALL);
}
