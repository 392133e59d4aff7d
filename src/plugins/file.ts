import {
  FilePasswordDB,
  ICheckerFactory,
  Implements,
  InvalidAuthArgumentString,
  IUsernameDigestHash,
  IUsernameHashedPassword,
  IUsernamePassword,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";

const HASHES = ["argon2id", "scrypt", "ha1"] as const;
const INSECURE = ["plaintext", "readable"] as const;

/** `--auth file:users.passwd`: the files that `appd passwd` makes. */
@Implements(ICheckerFactory)
export class FileFactory implements ICheckerFactory {
  readonly authType = "file";
  readonly authHelp = `
    A file of lines "name:hash", as "appd passwd add FILE NAME" makes it; it is read again when it changes.
    hash= says what a password is stored as when its owner logs in and the hash is not that yet, or has less than
    today's parameters: argon2id, or scrypt. hash=ha1 is for files that serve HTTP digest.
    The file may be read by its owner and group, and written by its owner alone.
    insecure=readable takes one that everybody can read, insecure=plaintext one with passwords in the clear;
    both are written as insecure=plaintext,readable.`;
  readonly argStringFormat = "PATH[:hash=argon2id|scrypt|ha1][:insecure=plaintext,readable]";
  readonly credentialInterfaces = [IUsernamePassword, IUsernameHashedPassword, IUsernameDigestHash];

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    const { path = "", hash, insecure } = args.read({ places: ["path"], named: ["hash", "insecure"] });
    const allowed = insecure?.split(",").map((one) => oneOf(INSECURE, "insecure", one));
    const checker = await FilePasswordDB.open(surroundings.resolve(path), {
      hash: hash === undefined ? undefined : oneOf(HASHES, "hash", hash),
      insecure: allowed,
    });
    if (allowed?.includes("plaintext"))
      surroundings.warn(
        `--auth file: passwords may stand in the clear in ${JSON.stringify(path)}; better hash them`,
      );
    return checker;
  }
}

function oneOf<const T extends string>(known: readonly T[], name: string, given: string): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw new InvalidAuthArgumentString(
    `${name} has to be one of ${known.join(", ")}, got ${JSON.stringify(given)}`,
  );
}
