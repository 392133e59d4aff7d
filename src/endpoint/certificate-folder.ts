import type { X509Certificate } from "node:crypto";
import type * as Files from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { CertificateSource, LoadedPairs } from "./certificate-source";
import { CertificateError, NoCertificateError } from "./errors";
import { keyPair, ownCertificate, publicKeyOf, publicKeyOfKey, type KeyPair } from "./key-pair";
import { pemFiles, readPemFile, type Pem } from "./pem";

const IS_PEM = /\.(?:pem|crt|cert|cer|key)$/;
const IS_DEFAULT = /^default\b/;

const files = (): typeof Files => process.getBuiltinModule("node:fs/promises");

/**
 * Certificates in a folder: of files that end in `.pem`, `.crt`, `.cert`, `.cer` or `.key`, and of those in folders
 * right below it, so that certbot's `live` will do. What is hidden is passed over. A certificate finds its private key
 * by itself, in the same file or in any other. The one in a file or folder called `default…` is for whoever asks for no
 * host, or for one that is not there; without it, the first by name.
 */
export class CertificateFolder implements CertificateSource {
  readonly #path: string;
  /** The files that a certificate was found in, also those that are gone: they may be about to be written anew. */
  readonly #held = new Set<string>();

  constructor(path: string) {
    this.#path = path;
  }

  async stamp(): Promise<string> {
    const paths = await this.#paths();
    const stamps = paths.map(async (path) => `${path} ${await pemFiles(path).stampOf(path).catch(String)}`);
    return (await Promise.all(stamps)).join("|");
  }

  async load(): Promise<LoadedPairs> {
    const faults = new Map<string, unknown>();
    const found: Pem[] = [];
    for (const path of await this.#paths()) {
      const pem = await readPemFile(path).catch((error: unknown) => void faults.set(path, error));
      if (pem) found.push(pem);
    }
    const pairs = matched(found, faults);
    this.#findCutOff(found, faults);
    for (const { origin } of pairs) this.#held.add(origin);
    if (pairs.length === 0 && faults.size === 0)
      throw new NoCertificateError(`${this.#path}: there is no file with a certificate in it (NAME.pem)`);
    return { pairs, faults };
  }

  /** A file that had a certificate and has none is being written, or was not to the end. */
  #findCutOff(found: readonly Pem[], faults: Map<string, unknown>): void {
    for (const { origin, certificates } of found)
      if (certificates.length === 0 && this.#held.has(origin))
        faults.set(origin, new CertificateError(`${origin}: there is no certificate in it any more`));
  }

  compare(a: string, b: string): number {
    const rank = (path: string): number => (IS_DEFAULT.test(relative(this.#path, path)) ? 0 : 1);
    return rank(a) - rank(b) || (a < b ? -1 : 1);
  }

  async #paths(): Promise<string[]> {
    const top = await list(this.#path);
    const paths = top.files;
    for (const folder of top.folders) paths.push(...(await list(folder)).files);
    return paths.sort((a, b) => this.compare(a, b));
  }
}

async function list(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const about = pemFiles(folder);
  const entries = await about
    .inWords(folder, () => files().readdir(folder, { withFileTypes: true }))
    .catch((error: unknown) => {
      throw error instanceof NoCertificateError
        ? new NoCertificateError(`there is no folder ${folder}`, { cause: error })
        : error;
    });
  const seen = { files: [] as string[], folders: [] as string[] };
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (IS_PEM.test(entry.name)) seen.files.push(path);
    else if (entry.isDirectory()) seen.folders.push(path);
  }
  return seen;
}

/** Brings certificates and keys together, wherever in the folder they are. */
function matched(found: readonly Pem[], faults: Map<string, unknown>): KeyPair[] {
  const keys = new Map<string, string>();
  const trying = (origin: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      faults.set(origin, error);
    }
  };
  for (const { keys: held, origin } of found)
    trying(origin, () => held.forEach((key) => keys.set(publicKeyOfKey(key, origin), key)));
  const pairs = new Map<string, KeyPair>();
  for (const pem of found.filter(({ certificates }) => certificates.length > 0))
    trying(pem.origin, () => {
      const own = ownCertificate(pem);
      const key = keys.get(publicKeyOf(own));
      if (key === undefined) {
        refuseUnlessChain(pem, own);
        return;
      }
      const pair = keyPair(pem, own, key);
      const other = pairs.get(own.fingerprint256);
      // Certbot writes one without its chain (cert.pem) and one with it (fullchain.pem).
      if (!other || other.chain.length < pair.chain.length) pairs.set(own.fingerprint256, pair);
    });
  return [...pairs.values()];
}

/** Certificates of authorities may lie beside: those in between are in the files of the hosts, too. */
function refuseUnlessChain({ origin }: Pem, own: X509Certificate): void {
  if (own.ca) return;
  throw new CertificateError(
    `${origin}: no private key in its folder is that of its certificate (expected in ${basename(origin)} or beside it)`,
  );
}
