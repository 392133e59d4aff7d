import { Implements } from "../interface/implements";
import { canonical } from "./canonical";
import { IUsernamePassword } from "./credentials";
import { sameSecret } from "./same-secret";

/** A name and a password, as a person types them. */
@Implements(IUsernamePassword)
export class UsernamePassword implements IUsernamePassword {
  constructor(
    readonly username: string,
    readonly password: string,
  ) {}

  checkPassword(password: string): boolean {
    return sameSecret(canonical(this.password), canonical(password));
  }
}
