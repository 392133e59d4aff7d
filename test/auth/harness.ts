import {
  AuthOptions,
  ICheckerFactory,
  Implements,
  InMemoryUsernamePasswordDatabase,
  AllowAnonymousAccess,
  IAnonymous,
  ISSHPrivateKey,
  IUsernamePassword,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";
import { readOptions } from "../../src/options/read-options";
import { shapeOf } from "../../src/options/options-shape";

@Implements(ICheckerFactory)
export class MemoryFactory implements ICheckerFactory {
  authType = "memory";
  authHelp = "Names and passwords\nas they are typed.";
  argStringFormat = "NAME:PASSWORD[:NAME:PASSWORD...]";
  credentialInterfaces = [IUsernamePassword];
  hasSecrets = true;
  generateChecker({ all }: AuthArguments): ICredentialsChecker {
    return new InMemoryUsernamePasswordDatabase({ [all[0]?.text ?? ""]: all[1]?.text ?? "" });
  }
}

@Implements(ICheckerFactory)
export class AnonymousFactory implements ICheckerFactory {
  authType = "anonymous";
  authHelp = "Anybody.";
  argStringFormat = "";
  credentialInterfaces = [IAnonymous];
  generateChecker(args: AuthArguments): ICredentialsChecker {
    args.read({});
    return new AllowAnonymousAccess();
  }
}

/** Does what a test says. */
@Implements(ICheckerFactory)
export class OtherFactory implements ICheckerFactory {
  authHelp = "Something else.";
  argStringFormat = "PATH[:hash=NAME]";
  credentialInterfaces: ICheckerFactory["credentialInterfaces"] = [IUsernamePassword];
  missing: (() => string | undefined) | undefined;
  constructor(
    readonly authType: string,
    readonly make: (args: AuthArguments, around: FactorySurroundings) => ICredentialsChecker,
  ) {}
  generateChecker(args: AuthArguments, around: FactorySurroundings): ICredentialsChecker {
    return this.make(args, around);
  }
}

@Implements(ICheckerFactory)
export class KeyFactory implements ICheckerFactory {
  authType = "sshkey";
  authHelp = "Keys.";
  argStringFormat = "";
  credentialInterfaces = [ISSHPrivateKey];
  missing = (): string => "npm install keys";
  generateChecker(): ICredentialsChecker {
    return new AllowAnonymousAccess();
  }
}

/** AuthOptions with these factories and no plugins. */
export function optionsWith(...factories: ICheckerFactory[]): typeof AuthOptions {
  return class Options extends AuthOptions {
    static override findCheckerFactories = async () => factories;
  };
}

type Cls = new () => object;

export function read<C extends Cls>(cls: C, argv: readonly string[], environment = {}) {
  return readOptions(shapeOf<InstanceType<C>>(cls as never), { command: "myserver", argv, environment });
}

export async function valuesOf<C extends Cls>(cls: C, argv: readonly string[], environment = {}) {
  const outcome = await read(cls, argv, environment);
  if (outcome.kind !== "values") throw new Error(`it is ${outcome.kind}`);
  return outcome;
}

export async function textOf(cls: Cls, ...argv: string[]): Promise<string> {
  const outcome = await read(cls, argv);
  if (outcome.kind !== "text") throw new Error(`it is ${outcome.kind}`);
  return outcome.text;
}
