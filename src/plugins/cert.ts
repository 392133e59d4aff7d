import {
  ICheckerFactory,
  IClientCertificate,
  Implements,
  InvalidAuthArgumentString,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";
import type { NameKind } from "./cert/certified-name";

const KINDS: readonly NameKind[] = ["cn", "email", "dns", "uri"];

/** `--auth cert:ca.pem`: the certificates that clients show when a TLS connection is made. */
@Implements(ICheckerFactory)
export class CertFactory implements ICheckerFactory {
  readonly authType = "cert";
  readonly argStringFormat = "CA-FILE[:id=cn|email|dns|uri]";
  readonly credentialInterfaces = [IClientCertificate];
  readonly authHelp = `
    Client certificates that an authority of the file has issued (PEM, one or more), by itself or through others
    that the client shows; it is read again when it changes. Some versions of Node (24.21, 26.8) don't hand on what
    a client shows besides its own certificate: with those, authorities in between have to stand in the file, too.
    id= says who it is: cn, the common name of the subject, if nothing else is said; email, dns or uri, that name
    of the subject's alternative names. A certificate that has no such name, or several, lets nobody in.
    The server has to ask for certificates itself, of the same authorities (requestCert, ca; crl for those that
    were revoked), and what it does not find authorized lets nobody in.`;

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    const { ca = "", id = "cn" } = args.read({ places: ["ca"], named: ["id"] });
    const kind = KINDS.find((one) => one === id);
    if (!kind)
      throw new InvalidAuthArgumentString(
        `id has to be one of ${KINDS.join(", ")}, got ${JSON.stringify(id)}`,
      );
    const { CertChecker } = await import("./cert/cert-checker");
    return CertChecker.open(surroundings.resolve(ca), kind);
  }
}
