import {
  ICheckerFactory,
  Implements,
  IUsernamePassword,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";
import { incompleteCrypt } from "./crypt/incomplete";

/** `--auth unix`: the accounts of the system. */
@Implements(ICheckerFactory)
export class UnixFactory implements ICheckerFactory {
  readonly authType = "unix";
  readonly argStringFormat = "";
  readonly credentialInterfaces = [IUsernamePassword];
  readonly authHelp = `
    The accounts of this system, as getent lists them, by their hashes in the shadow file: that takes root, or
    membership of the group shadow. What was read before still counts where that is lost later. An account that is
    locked or has expired does not log in. Hashes of yescrypt ($y$, what Debian and Fedora store) need
    npm install koffi, bcrypt ($2b$) needs npm install @node-rs/bcrypt.
    PAM is not asked, nor accounts whose hashes are kept elsewhere: for those see --auth ldap.`;

  incomplete(): string | undefined {
    return incompleteCrypt("$2b$", "$y$");
  }

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    args.read({});
    const { openAccounts } = await import("./unix/open-accounts");
    const { CryptChecker } = await import("./crypt/crypt-checker");
    return new CryptChecker(await openAccounts((line) => surroundings.warn(`--auth unix: ${line}`)));
  }
}
