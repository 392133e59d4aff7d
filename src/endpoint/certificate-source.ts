import { basename } from "node:path";
import { CertificateError } from "./errors";
import { keyPair, ownCertificate, publicKeyOf, publicKeyOfKey, type KeyPair } from "./key-pair";
import { readPem, stampOfPem } from "./pem";

/** Where certificates with their keys come from: they are read again when it changes. */
export interface CertificateSource {
  /** Another one as soon as something has changed. */
  stamp(): Promise<string>;
  /** What it holds now. @throws AppdError when nothing of it can be used */
  load(): Promise<LoadedPairs>;
  /** Which of two files comes first. The first of all is shown to whoever asks for what is not there. */
  compare(a: string, b: string): number;
}

export interface LoadedPairs {
  readonly pairs: readonly KeyPair[];
  /** What is broken, by its file. */
  readonly faults: ReadonlyMap<string, unknown>;
}

export interface CertificateFiles {
  /** The path of a PEM file, or PEM itself: the certificate, and those that certify it. */
  readonly certificate: string;
  /** The same for its key; without it, the key is in the certificate's file. */
  readonly privateKey?: string | undefined;
  /** The same for the certificates in between, where they are kept apart. */
  readonly chain?: string | undefined;
}

/** One certificate, of one file or of several. */
export class CertificateFilesSource implements CertificateSource {
  readonly #files: CertificateFiles;

  constructor(files: CertificateFiles) {
    this.#files = files;
  }

  async stamp(): Promise<string> {
    const { certificate, privateKey = certificate, chain } = this.#files;
    const stamps = [certificate, privateKey, ...(chain === undefined ? [] : [chain])].map(stampOfPem);
    return (await Promise.all(stamps)).join("|");
  }

  async load(): Promise<LoadedPairs> {
    return { pairs: [await readKeyPair(this.#files)], faults: new Map() };
  }

  compare(): number {
    return 0;
  }
}

/**
 * Reads a certificate with its key.
 *
 * @throws NoCertificateError, CertificatePermissionError, CertificateError
 */
export async function readKeyPair({ certificate, privateKey, chain }: CertificateFiles): Promise<KeyPair> {
  const shown = await readPem(certificate, "the certificate");
  const own = ownCertificate(shown);
  const { keys, origin } = privateKey === undefined ? shown : await readPem(privateKey, "the private key");
  if (keys.length === 0)
    throw new CertificateError(
      `${origin}: there is no private key in it (PEM)${privateKey === undefined ? "; name the file that has it" : ""}`,
    );
  const wanted = publicKeyOf(own);
  const key = keys.find((one) => publicKeyOfKey(one, origin) === wanted);
  if (key === undefined) throw doesNotFit(shown.origin, origin);
  const more = chain === undefined ? [] : (await readPem(chain, "the chain")).certificates;
  if (chain !== undefined && more.length === 0)
    throw new CertificateError(`${chain}: there is no certificate in it (PEM)`);
  return keyPair({ ...shown, certificates: [...shown.certificates, ...more] }, own, key);
}

function doesNotFit(certificate: string, key: string): CertificateError {
  const first = "the first certificate of a file has to be the key's own, its chain follows";
  if (certificate === key)
    return new CertificateError(`${certificate}: its private key is not that of its certificate; ${first}`);
  return new CertificateError(
    `${certificate}: the private key in ${basename(key)} is not that of its certificate; ${first}`,
  );
}
