import {
  ICheckerFactory,
  Implements,
  InMemoryUsernamePasswordDatabase,
  InvalidAuthArgumentString,
  IUsernameHashedPassword,
  IUsernamePassword,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";

const SOURCES = ["env", "file", "fd"] as const;
const NAMED = [...SOURCES, "insecure"] as const;

/** `--auth memory:alice:s3cret`: names and passwords that stand nowhere else. */
@Implements(ICheckerFactory)
export class MemoryFactory implements ICheckerFactory {
  readonly authType = "memory";
  readonly argStringFormat =
    "USER:PASSWORD[:USER:PASSWORD…] or env=NAME or file=PATH[:insecure=readable] or fd=N";
  readonly credentialInterfaces = [IUsernamePassword, IUsernameHashedPassword];
  readonly authHelp = `
    Users with their passwords in the clear, for tests and for trying things out. A ":" in a password is written
    "\\:", a backslash "\\\\". What is typed can be seen by everybody on the machine, so better let it be read:
    env=NAME from a variable of the environment, file=PATH from a file, fd=N from an open file descriptor; there
    stands one USER:PASSWORD a line, all behind the first colon being the password. The file is read again when it
    changes; others may not read it, unless insecure=readable is said. A variable can be read as long as the process
    runs by whoever may act for its user (/proc/PID/environ), and goes to every process that it starts.`;

  /** What is typed shows in lists of processes; what is read from elsewhere does not. */
  readonly hasSecrets = (args: AuthArguments): boolean => args.text !== "" && !namesSource(args);

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    if (!namesSource(args)) return new InMemoryUsernamePasswordDatabase(typedUsers(args));
    const { insecure, ...given } = args.read({ named: NAMED });
    const [source, ...more] = SOURCES.filter((one) => given[one] !== undefined);
    if (source === undefined || more.length > 0)
      throw new InvalidAuthArgumentString("give it one of env, file and fd; for more, say --auth again");
    if (insecure !== undefined && (insecure !== "readable" || source !== "file"))
      throw new InvalidAuthArgumentString("insecure=readable is all that can be said, and of a file only");
    const { usersFrom } = await import("./memory/users-from");
    return usersFrom(source, { value: given[source] ?? "", readable: insecure !== undefined, surroundings });
  }
}

/** A name such as `env=x` can be had with its "=" escaped. */
const namesSource = ({ all: [first] }: AuthArguments): boolean => NAMED.some((name) => name === first?.name);

/** Nothing of what was typed is shown: it may be a password. */
function typedUsers({ all }: AuthArguments): Record<string, string> {
  if (all.length === 0) throw new InvalidAuthArgumentString("it requires users");
  if (all.length % 2 === 1) throw new InvalidAuthArgumentString("the last user has no password");
  const users = new Map<string, string>();
  for (let at = 0; at < all.length; at += 2) {
    const [name, password] = [all[at]?.text ?? "", all[at + 1]?.text ?? ""];
    if (name === "" || password === "") throw new InvalidAuthArgumentString("a name or a password is empty");
    if (users.has(name)) throw new InvalidAuthArgumentString("a user is given twice");
    users.set(name, password);
  }
  return Object.fromEntries(users);
}
