import { Implements } from "../interface/implements";
import { canonical } from "./canonical";
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
    this.#users.set(canonical(username), canonical(password));
  }

  revision(): number {
    return this.#revision;
  }

  requestAvatarId(credentials: IUsernamePassword | IUsernameHashedPassword): string | Promise<string> {
    const name = canonical(credentials.username);
    const password = this.#users.get(name);
    // Someone unknown costs what a wrong password costs.
    const right = credentials.checkPassword(password ?? NOBODYS);
    const settle = (fits: boolean): string | Promise<string> =>
      fits && password !== undefined ? name : Promise.reject(new UnauthorizedLogin());
    return typeof right === "boolean" ? settle(right) : right.then(settle);
  }
}

const NOBODYS = "nobody's password";
