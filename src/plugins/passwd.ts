import {
  ICheckerFactory,
  Implements,
  IUsernamePassword,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";
import { incompleteCrypt } from "./crypt/incomplete";

/** `--auth passwd:site.passwd`: a file in the form of passwd(5), with the hashes in it. */
@Implements(ICheckerFactory)
export class PasswdFactory implements ICheckerFactory {
  readonly authType = "passwd";
  readonly argStringFormat = "PATH";
  readonly credentialInterfaces = [IUsernamePassword];

  readonly authHelp = `
    A file of lines "name:hash:…" as in passwd(5), such as mkpasswd's hashes stand in: $1$, $5$ and $6$ (MD5 and
    SHA crypt). It is read again when it changes. An entry with "x", "*", "!" or nothing in the hash's place
    never logs in. In /etc/passwd there is usually nothing else: the accounts of the system are for --auth unix.
    $2b$ (bcrypt, which looks at the first 72 bytes of a password) needs npm install @node-rs/bcrypt, $y$
    (yescrypt) npm install koffi.`;

  incomplete(): string | undefined {
    return incompleteCrypt("$2b$", "$y$");
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
