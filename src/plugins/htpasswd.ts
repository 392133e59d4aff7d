import {
  ICheckerFactory,
  Implements,
  IUsernamePassword,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";
import { incompleteCrypt } from "./crypt/incomplete";

/** `--auth htpasswd:site.htpasswd`: the files of Apache's htpasswd. */
@Implements(ICheckerFactory)
export class HtpasswdFactory implements ICheckerFactory {
  readonly authType = "htpasswd";
  readonly argStringFormat = "PATH";
  readonly credentialInterfaces = [IUsernamePassword];
  readonly authHelp = `
    A file that Apache's htpasswd made: $apr1$ (its own MD5), {SHA} (htpasswd -s), $5$ and $6$ (htpasswd -2 and -5).
    It is read again when it changes. Passwords in the clear (htpasswd -p) and of the old DES kind (-d) are refused.
    $2y$ (htpasswd -B: bcrypt, which looks at the first 72 bytes of a password) needs npm install @node-rs/bcrypt.`;

  incomplete(): string | undefined {
    return incompleteCrypt("$2b$");
  }

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    const { path = "" } = args.read({ places: ["path"] });
    const { openCryptFile } = await import("./crypt/open-crypt-file");
    return openCryptFile(surroundings.resolve(path));
  }
}
