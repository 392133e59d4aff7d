import { Implements } from "../interface/implements";
import { ANONYMOUS } from "./avatar-id";
import { ICredentialsChecker } from "./checker";
import { IAnonymous } from "./credentials";

/** Lets anybody in who does not say who he is. */
@Implements(ICredentialsChecker)
export class AllowAnonymousAccess implements ICredentialsChecker {
  readonly credentialInterfaces = [IAnonymous];

  requestAvatarId(): typeof ANONYMOUS {
    return ANONYMOUS;
  }
}
