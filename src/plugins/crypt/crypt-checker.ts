import {
  ICredentialsChecker,
  Implements,
  IUsernamePassword,
  UnauthorizedLogin,
  type LoginAttempt,
} from "appd";
import { verifyCrypt } from "./crypt";
import { StandIns } from "./stand-in";

/** Someone who has an account; without a hash nobody logs in by it. */
export interface CryptEntry {
  readonly hash: string | undefined;
}

/** Where the accounts stand: looked at for each attempt. */
export interface CryptSource {
  entries(attempt?: Pick<LoginAttempt, "complain">): Promise<ReadonlyMap<string, CryptEntry>>;
  /** Another one as soon as they have changed. */
  revision(): Promise<unknown>;
}

/** Judges passwords by hashes of crypt(3). */
@Implements(ICredentialsChecker)
export class CryptChecker implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  readonly #source: CryptSource;
  readonly #standIns = new StandIns();

  constructor(source: CryptSource) {
    this.#source = source;
  }

  revision(): Promise<unknown> {
    return this.#source.revision();
  }

  async requestAvatarId({ username, password }: IUsernamePassword, attempt?: LoginAttempt): Promise<string> {
    const entries = await this.#source.entries(attempt);
    const name = username.normalize("NFC");
    const own = entries.get(name)?.hash;
    const hash = own ?? this.#standIns.for(name, entries);
    const fits = hash !== undefined && (await verifyCrypt(password, hash));
    if (fits && own !== undefined) return name;
    throw new UnauthorizedLogin();
  }
}
