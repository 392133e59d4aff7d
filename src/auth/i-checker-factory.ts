/**
 * `--auth`: how people log in, chosen by whoever types the command. Here are the factories that make checkers of
 * text, the options that hold the choice, and what the container makes of it. What a checker is, and what a
 * portal does with it, is in `cred/`; the factories that come with appd are guests in `plugins/`.
 */
import type { ICredentialsChecker } from "../cred/checker";
import type { ICredentials } from "../cred/credentials";
import { SharedInterface } from "../interface/interface";
import type { AbstractClass } from "../interface/record";
import { IPlugin } from "../plugin/plugin";
import type { AuthArguments } from "./auth-arguments";

/** What a factory may use of the world that the command runs in. */
export interface FactorySurroundings {
  /** Where relative paths begin: hand each path through it. */
  resolve(path: string): string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The only interfaces that the service takes; undefined where it takes any. */
  readonly interfaces: readonly AbstractClass[] | undefined;
  /** Says something to whoever typed the command, that stops nobody. */
  warn(line: string): void;
}

/** Makes a checker of what was typed behind `--auth`. Export one from a plugin file. */
@SharedInterface(
  "appd:ICheckerFactory",
  "authType",
  "authHelp",
  "argStringFormat",
  "credentialInterfaces",
  "generateChecker",
)
export abstract class ICheckerFactory extends IPlugin {
  /** What is typed: `file` of `--auth file:users.passwd`. Small letters, digits and "-". */
  abstract readonly authType: string;
  /** The long text of `--help-auth-type`. */
  abstract readonly authHelp: string;
  /** How its arguments are written, in a line: `PATH[:hash=argon2id|scrypt]`. Empty where it takes none. */
  abstract readonly argStringFormat: string;
  /** The interfaces of the credentials that its checkers can judge. */
  abstract readonly credentialInterfaces: readonly AbstractClass<ICredentials>[];
  /** Whether the arguments hold secrets: then no message shows them, and who typed them is warned. */
  abstract readonly hasSecrets?: boolean | ((args: AuthArguments) => boolean) | undefined;
  /** Why it can't work in this installation, and what to install: `npm install jose@5`. Undefined when it can. */
  abstract readonly missing?: (() => string | undefined) | undefined;
  /** What it can't do in this installation, though it works: `$2b$ needs npm install @node-rs/bcrypt`. */
  abstract readonly incomplete?: (() => string | undefined) | undefined;
  /**
   * Makes a checker that is able to work. What it throws is reported behind `--auth TYPE:ARGUMENTS: `, as a line,
   * and nothing starts: a UsageError for the arguments, a NoInputError, NoPermissionError or ConfigurationError
   * for what they name. What Node says of a file (ENOENT, EACCES, EISDIR) is put into words.
   */
  abstract generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): ICredentialsChecker | Promise<ICredentialsChecker>;
}
