import {
  AllowAnonymousAccess,
  IAnonymous,
  ICheckerFactory,
  Implements,
  type AuthArguments,
  type ICredentialsChecker,
} from "appd";

/** `--auth anonymous`: anybody, without a name. */
@Implements(ICheckerFactory)
export class AnonymousFactory implements ICheckerFactory {
  readonly authType = "anonymous";
  readonly authHelp = "Lets anybody in who does not say who he is. A wrong name or password stays one.";
  readonly argStringFormat = "";
  readonly credentialInterfaces = [IAnonymous];

  generateChecker(args: AuthArguments): ICredentialsChecker {
    args.read({});
    return new AllowAnonymousAccess();
  }
}
