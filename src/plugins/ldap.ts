import {
  ICheckerFactory,
  Implements,
  IUsernamePassword,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";
import { lacking } from "./peer/optional";

const NAMED = ["dn", "base", "filter", "bind", "secret", "id", "ca", "timeout", "insecure"] as const;

/** `--auth ldap:ldaps://ldap.example.org:dn=uid=%u,ou=people,dc=example,dc=org`: a directory. */
@Implements(ICheckerFactory)
export class LDAPFactory implements ICheckerFactory {
  readonly authType = "ldap";
  readonly argStringFormat =
    "URL:dn=PATTERN or URL:base=DN:filter=PATTERN[:bind=DN:secret=PATH], with [:id=ATTRIBUTE][:ca=PATH][:timeout=SECONDS][:insecure=plaintext]";
  readonly credentialInterfaces = [IUsernamePassword];
  readonly authHelp = `
    A directory (LDAP v3) that says whether a password is right, by binding as the person.
    dn= is how names become entries, %u being the name: dn=uid=%u,ou=people,dc=example,dc=org; for Active
    Directory dn=%u@example.org:base=dc=example,dc=org:filter=(sAMAccountName=%u). Where the entry has to be
    searched for, base= and filter= say how, and bind= with secret=PATH, a file with the password, as whom; anybody
    may search if they are not said.
    Who it is says the attribute that %u is compared with, as the directory spells it, or the one of id=.
    ldaps:// is encrypted, and so is ldap://, by StartTLS; ca= is the authority's certificate, where it is not one
    of the usual. insecure=plaintext sends passwords in the clear. timeout= is 5 seconds if it is not said.`;

  missing(): string | undefined {
    return lacking(() => require.resolve("ldapts"), "ldapts", "ldapts@8");
  }

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    const given = args.read({ places: ["url"], named: NAMED });
    const { readSettings } = await import("./ldap/settings");
    const { openDirectory } = await import("./ldap/open-directory");
    return openDirectory(readSettings(given), surroundings);
  }
}
