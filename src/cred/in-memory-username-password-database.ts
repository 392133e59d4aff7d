import { Implements } from "../interface/implements";
import { ICredentialsChecker } from "./checker";
import { IUsernameHashedPassword, IUsernamePassword } from "./credentials";
import { UnauthorizedLogin } from "./errors";

/** Names and passwords in the clear, for tests and for trying things out. */
@Implements(ICredentialsChecker)
export class InMemoryUsernamePasswordDatabase implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword, IUsernameHashedPassword];
  readonly #users = new Map<string, string>();
  #revision = 0;

  constructor(users: Readonly<Record<string, string>> = {}) {
    for (const [username, password] of Object.entries(users)) this.addUser(username, password);
  }

  addUser(username: string, password: string): void {
    this.#revision++;
    this.#users.set(username.normalize("NFC"), password.normalize("NFC"));
  }

  revision(): number {
    return this.#revision;
  }

  async requestAvatarId(credentials: IUsernamePassword | IUsernameHashedPassword): Promise<string> {
    const name = credentials.username.normalize("NFC");
    const password = this.#users.get(name);
    // Someone unknown costs what a wrong password costs.
    const right = await credentials.checkPassword(password ?? NOBODYS);
    if (password !== undefined && right) return name;
    throw new UnauthorizedLogin();
  }
}

const NOBODYS = "nobody's password";
