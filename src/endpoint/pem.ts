/** Files in PEM (RFC 7468): what of them TLS has use for. */
import { TrustedFiles } from "../base/trusted-files";
import { CertificateError, CertificatePermissionError, NoCertificateError } from "./errors";

export interface Pem {
  /** The file, or what to call a text that came from none. */
  readonly origin: string;
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
  readonly revocations: readonly string[];
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^]*?-----END \1-----/g;
const IS_TEXT = "-----BEGIN ";

/** Whether it is PEM itself instead of the path of a file. */
export const isPemText = (given: string): boolean => given.includes(IS_TEXT);

/** Reads one file, or a text that is PEM itself. @throws as {@link readPemFile} */
export async function readPem(given: string, what: string): Promise<Pem> {
  return isPemText(given) ? parsePem(given, what) : readPemFile(given);
}

/**
 * Reads a file. One with a private key may be read by nobody else.
 *
 * @throws NoCertificateError, CertificatePermissionError, CertificateError
 */
export async function readPemFile(path: string): Promise<Pem> {
  const files = pemFiles(path);
  const first = await files.read(path, { worldReadable: true });
  const pem = parsePem(first.bytes.toString("latin1"), path);
  if (pem.keys.length === 0) return pem;
  const { bytes } = await files.read(path, { worldReadable: false });
  return parsePem(bytes.toString("latin1"), path);
}

/** Tells one state of a file from another; a text stays as it is. */
export async function stampOfPem(given: string): Promise<string> {
  return isPemText(given) ? "" : pemFiles(given).stampOf(given);
}

/** Whatever reads certificates at `path`: its errors name it. */
export function pemFiles(path: string): TrustedFiles {
  return new TrustedFiles({
    absent: (problem, options) => new NoCertificateError(problem, options),
    denied: (problem, options) => new CertificatePermissionError(`${path}: ${problem}`, options),
    unfit: (problem, options) => new CertificateError(`${path}: ${problem}`, options),
  });
}

function parsePem(text: string, origin: string): Pem {
  const blocks = [...text.matchAll(BLOCK)].map(([block, label = ""]) => ({ block, label }));
  const of = (wanted: RegExp): string[] =>
    blocks.filter(({ label }) => wanted.test(label)).map(({ block }) => block);
  const keys = of(/PRIVATE KEY$/);
  if (keys.some((key) => /BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(key)))
    throw new CertificateError(
      `${origin}: its private key is encrypted, and nobody is there to type the passphrase; ` +
        "decrypt it with: openssl pkey -in FILE -out NEW, and chmod 600 NEW",
    );
  return {
    origin,
    certificates: of(/^(?:X509 )?CERTIFICATE$/),
    keys,
    revocations: of(/^X509 CRL$/),
  };
}
