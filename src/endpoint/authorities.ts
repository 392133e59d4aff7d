import type * as Files from "node:fs/promises";
import { join } from "node:path";
import { CertificateError } from "./errors";
import { readCertificate } from "./key-pair";
import { isPemText, pemFiles, readPem, type Pem } from "./pem";

/** Certificates of authorities, as PEM, and the lists of what they have revoked. */
export interface Authorities {
  readonly certificates: readonly string[];
  readonly revocations: readonly string[];
}

/** As `update-ca-certificates` and `c_rehash` name them, too. */
const IS_AUTHORITY = /\.(?:pem|crt|cert|cer|crl|\d|r\d)$/;

const files = (): typeof Files => process.getBuiltinModule("node:fs/promises");

/** Authorities that are trusted: of a PEM file, of the files in a folder, or PEM itself. */
export class AuthoritiesSource {
  constructor(
    private readonly given: string,
    /** What to call them where they are PEM themselves. */
    private readonly what: string,
  ) {}

  async stamp(): Promise<string> {
    const stamps = (await this.#paths()).map(async (path) => `${path} ${await stampOf(path)}`);
    return (await Promise.all(stamps)).join("|");
  }

  /** @throws NoCertificateError, CertificatePermissionError, CertificateError */
  async load(): Promise<Authorities> {
    const read: Pem[] = [];
    for (const path of await this.#paths()) read.push(await readPem(path, this.what));
    const authorities = {
      certificates: read.flatMap(({ certificates }) => certificates),
      revocations: read.flatMap(({ revocations }) => revocations),
    };
    const origin = isPemText(this.given) ? this.what : this.given;
    if (authorities.certificates.length === 0)
      throw new CertificateError(`${origin}: there is no certificate in it (PEM)`);
    // OpenSSL passes over what it can't read, and would then trust less than was meant, without a word.
    for (const pem of authorities.certificates) readCertificate(pem, origin);
    return authorities;
  }

  async #paths(): Promise<string[]> {
    if (isPemText(this.given)) return [this.given];
    const about = pemFiles(this.given);
    const stats = await about.inWords(this.given, () => files().stat(this.given));
    if (!stats.isDirectory()) return [this.given];
    const names = await about.inWords(this.given, () => files().readdir(this.given));
    return names
      .filter((name) => IS_AUTHORITY.test(name))
      .sort()
      .map((name) => join(this.given, name));
  }
}

const stampOf = (path: string): Promise<string> =>
  isPemText(path) ? Promise.resolve("") : pemFiles(path).stampOf(path).catch(String);
