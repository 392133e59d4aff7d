import { X509Certificate } from "node:crypto";
import {
  ICredentialsChecker,
  IClientCertificate,
  Implements,
  TrustedContent,
  UnauthorizedLogin,
  type LoginAttempt,
} from "appd";
import { UselessSourceError } from "../_errors";
import { certifiedName, type NameKind } from "./certified-name";
import { isIssuedBy } from "./issued-by";

/** Judges client certificates by who has issued them. */
@Implements(ICredentialsChecker)
export class CertChecker implements ICredentialsChecker {
  readonly credentialInterfaces = [IClientCertificate];
  readonly #authorities: TrustedContent<readonly X509Certificate[]>;
  readonly #kind: NameKind;

  constructor(authorities: TrustedContent<readonly X509Certificate[]>, kind: NameKind) {
    this.#authorities = authorities;
    this.#kind = kind;
  }

  /** @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError, UselessSourceError */
  static async open(path: string, kind: NameKind): Promise<CertChecker> {
    const authorities = new TrustedContent(path, readAuthorities, { worldReadable: true });
    await authorities.load();
    return new CertChecker(authorities, kind);
  }

  revision(): Promise<string> {
    return this.#authorities.revision();
  }

  async requestAvatarId(shown: IClientCertificate, attempt?: LoginAttempt): Promise<string> {
    const authorities = await this.#authorities.current(attempt);
    // What TLS says stands first: it has seen that the client holds the key.
    if (!shown.authorized) throw new UnauthorizedLogin();
    const chain = chainOf(shown);
    const [certificate] = chain;
    if (!certificate || !isIssuedBy(authorities, chain, new Date()))
      throw new UnauthorizedLogin(whyNot(chain, authorities));
    const name = certifiedName(certificate, this.#kind);
    if (name === undefined)
      throw new UnauthorizedLogin(`its certificate has not one name of the kind ${this.#kind}`);
    return name;
  }
}

/** The certificate and those above it, as far as they were shown; the last is often its own issuer. */
function chainOf({ certificate }: IClientCertificate): X509Certificate[] {
  const chain = new Map<string, X509Certificate>();
  let current: Partial<typeof certificate> | undefined = certificate;
  while (current?.raw !== undefined) {
    const one = new X509Certificate(current.raw);
    if (chain.has(one.fingerprint256)) break;
    chain.set(one.fingerprint256, one);
    current = current.issuerCertificate;
  }
  return [...chain.values()];
}

/** For the log: TLS may have seen an authority in between that nobody here is shown (nodejs/node#65579). */
function whyNot(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): string | undefined {
  const last = chain.at(-1);
  if (!last || [...authorities, last].some((one) => last.checkIssued(one))) return undefined;
  return `nobody in the file of authorities has issued its certificate; if ${word(last.issuer)} is one in between, add it there`;
}

const word = (name: string): string => JSON.stringify(name.replaceAll("\n", ", "));

function readAuthorities(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new UselessSourceError("there is no certificate in it (PEM)");
  return blocks.map((block, index) => {
    const certificate = parsed(block, index + 1);
    if (!certificate.ca) throw new UselessSourceError(`its certificate ${index + 1} is of no authority`);
    return certificate;
  });
}

function parsed(block: string, number: number): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (cause) {
    throw new UselessSourceError(`its certificate ${number} can't be read`, { cause });
  }
}
