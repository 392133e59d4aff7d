import { resolve } from "node:path";
import type { ICredentialsChecker } from "../cred/checker";
import { classChain, interfaceId, type AbstractClass } from "../interface/record";
import { MetadataKey, ownMetadata, recordMetadata, type AnyClass } from "../metadata/metadata";
import { Option, Parameter } from "../options/decorators";
import type { Asked } from "../options/details";
import { FINISH, type Finishing } from "../options/finish";
import { findCheckerFactories } from "./checker-factories";
import { describeAuthType, listAuthTypes, type HelpAuth } from "./help-auth";
import type { ICheckerFactory } from "./i-checker-factory";
import { makeCheckers } from "./make-checkers";
import type { PluginError } from "../plugin/errors";

/** What a class with an `--auth` family says about all of its instances. */
interface AuthClass {
  /** The interfaces of the credentials that the service takes; undefined for any. */
  readonly supportedInterfaces: readonly AbstractClass[] | undefined;
  /** Where the types come from: the plugins, unless it is overridden. */
  findCheckerFactories(onError?: (error: PluginError) => void): Promise<readonly ICheckerFactory[]>;
}

/** What the options hold about logging in, once they stand. */
export interface IAuthOptions {
  /** As it was typed. */
  auth: string[];
  /** The checkers that were chosen, in their order. */
  readonly credCheckers: readonly ICredentialsChecker[];
  /** The same by the interfaces that they judge. */
  readonly credInterfaces: ReadonlyMap<AbstractClass, readonly ICredentialsChecker[]>;
}

/** The heading in the help. */
const GROUP = "Authentication";

/** Every class that has an `--auth` family; a registered symbol, so that copies of appd know each other's. */
const HAS_AUTH = new MetadataKey<true>("auth.options.v1");

/** Whether a class has an `--auth` family. */
export const hasAuthOptions = (type: AnyClass): boolean =>
  classChain(type).some((cls) => ownMetadata(HAS_AUTH, cls) === true);

/** The checkers that options hold; undefined for options without an `--auth` family. */
export function checkersIn(options: object): readonly ICredentialsChecker[] | undefined {
  return (options as Partial<IAuthOptions>).credCheckers;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript's rule for a class that extends one it does not know
type Extensible<T = object> = new (...args: any[]) => T;

/**
 * Options that let whoever types the command choose how people log in: `--auth file:users.passwd`, as often as
 * there are sources, which are asked in this order. `--help-auth` lists the types.
 *
 * ```ts
 * class ServerOptions extends AuthOptions.supporting(IUsernamePassword) {
 *   @Parameter("Server port number", { short: "p" }) port = 1234;
 * }
 * ```
 */
export class AuthOptions implements IAuthOptions {
  /** The interfaces of the credentials that the service takes; undefined for any. */
  static readonly supportedInterfaces: readonly AbstractClass[] | undefined = undefined;

  auth: string[] = [];
  helpAuth = false;
  helpAuthType?: string;

  get credCheckers(): readonly ICredentialsChecker[] {
    return made.get(this) ?? [];
  }

  get credInterfaces(): ReadonlyMap<AbstractClass, readonly ICredentialsChecker[]> {
    return byInterface(this);
  }

  /** The same for a service that takes credentials of these interfaces only. */
  static supporting<C extends AuthClass & Extensible, const I extends readonly AbstractClass[]>(
    this: C,
    ...interfaces: I
  ): C & { readonly supportedInterfaces: I } {
    const Supporting = class extends this {
      static override readonly supportedInterfaces = interfaces;
    };
    return called(this.name, Supporting);
  }

  /** The same with ways to log in that stand until the first `--auth` is typed. */
  static withDefault<C extends AuthClass & Extensible<IAuthOptions>>(this: C, ...defaults: string[]): C {
    const WithDefault = class extends this {
      override auth = [...defaults];
    };
    declareAuth(WithDefault.prototype, defaults);
    return called(this.name, WithDefault);
  }

  /** A class that has a base of its own, with the `--auth` family. */
  static mixin<B extends Extensible>(
    Base: B,
    ...interfaces: readonly AbstractClass[]
  ): B & Extensible<IAuthOptions> & AuthClass {
    const Mixed = class extends Base implements IAuthOptions {
      static readonly supportedInterfaces = interfaces.length === 0 ? undefined : interfaces;
      static readonly findCheckerFactories: typeof AuthOptions.findCheckerFactories = (onError) =>
        AuthOptions.findCheckerFactories(onError);

      auth: string[] = [];
      helpAuth = false;
      helpAuthType?: string;

      get credCheckers(): readonly ICredentialsChecker[] {
        return made.get(this) ?? [];
      }
      get credInterfaces(): ReadonlyMap<AbstractClass, readonly ICredentialsChecker[]> {
        return byInterface(this);
      }
      [FINISH](finishing: Finishing): Promise<void> {
        return finishAuth(this, finishing);
      }
    };
    declareFamily(Mixed);
    return called(Base.name, Mixed);
  }

  /** Where the types come from; override it to offer others. `onError` hears of those that can't be offered. */
  static findCheckerFactories(onError?: (error: PluginError) => void): Promise<readonly ICheckerFactory[]> {
    return findCheckerFactories(onError);
  }

  /** @internal */
  [FINISH](finishing: Finishing): Promise<void> {
    return finishAuth(this, finishing);
  }
}

/** The checkers of each options object: not a field, as nobody types them. */
const made = new WeakMap<object, readonly ICredentialsChecker[]>();

function declareFamily(cls: AnyClass<object>): void {
  const prototype = cls.prototype as AuthOptions;
  recordMetadata(HAS_AUTH, cls, true);
  declareAuth(prototype);
  Option("List the ways to log in.", {
    group: GROUP,
    env: false,
    prints: async (asked) => listAuthTypes(await helpFor(asked)),
  })(prototype, "helpAuth");
  Parameter("Tell about one way to log in.", {
    group: GROUP,
    env: false,
    placeholder: "type",
    type: String,
    prints: async (asked) => describeAuthType(asked.value ?? "", await helpFor(asked)),
  })(prototype, "helpAuthType");
}

function declareAuth(prototype: IAuthOptions, defaults: readonly string[] = []): void {
  // A value may hold a secret, so that no default is shown by itself.
  const standing = defaults.length === 0 ? "" : ` [default: ${defaults.join(", ")}]`;
  Parameter(`How people log in; may be given several times, the first is asked first.${standing}`, {
    group: GROUP,
    placeholder: "type[:arguments]",
    type: String,
    many: true,
    secret: true,
    required: defaults.length === 0,
    advice: "--help-auth lists the types",
  })(prototype, "auth");
}

const classOf = (options: object): AuthClass => options.constructor as unknown as AuthClass;

async function helpFor({ command, options }: Asked): Promise<HelpAuth> {
  return { command, interfaces: classOf(options).supportedInterfaces, ...(await factoriesFor(options)) };
}

/** What there is to choose from, and why something may not be among it. */
async function factoriesFor(options: object): Promise<Pick<HelpAuth, "factories" | "problems">> {
  const problems: PluginError[] = [];
  const factories = await classOf(options).findCheckerFactories((error) => problems.push(error));
  return { factories, problems };
}

async function finishAuth(options: IAuthOptions, finishing: Finishing): Promise<void> {
  const { command, line, originOf, warn } = finishing;
  const cls = classOf(options);
  const origin = originOf("auth");
  if (origin?.kind === "environment") options.auth = rejoined(options.auth);
  const secrets: string[] = [];
  const checkers = await makeCheckers(options.auth, {
    command,
    ...(await factoriesFor(options)),
    foundSecret: (text, label) => {
      if (origin?.kind !== "command line") return;
      secrets.push(label);
      finishing.hide(text);
    },
    surroundings: {
      resolve: (path) => resolve(line.folder ?? "", path),
      environment: line.environment,
      interfaces: cls.supportedInterfaces,
      warn: (text) => warn(`${command}: ${text}`),
    },
  });
  if (secrets.length > 0) warn(`${command}: ${[...new Set(secrets)].join(", ")}: ${VISIBLE}`);
  made.set(options, checkers);
}

const VISIBLE =
  "a secret on the command line can be read by every user of this machine while it starts (ps); better keep it in a file";

/** A list in the environment is split at commas, also at those of an argument such as `base=dc=example,dc=org`. */
function rejoined(pieces: readonly string[]): string[] {
  const whole: string[] = [];
  for (const piece of pieces) {
    const last = whole.length - 1;
    if (last === -1 || /^[a-z][a-z0-9-]*(?::|$)/.test(piece)) whole.push(piece);
    else whole[last] = `${whole[last] ?? ""},${piece}`;
  }
  return whole;
}

function byInterface(options: IAuthOptions): Map<AbstractClass, readonly ICredentialsChecker[]> {
  const taken = classOf(options).supportedInterfaces?.map(interfaceId);
  const found = new Map<AbstractClass, readonly ICredentialsChecker[]>();
  for (const checker of options.credCheckers)
    for (const one of checker.credentialInterfaces)
      if (taken?.includes(interfaceId(one)) ?? true) found.set(one, [...(found.get(one) ?? []), checker]);
  return found;
}

function called<C extends AnyClass<object>>(name: string, cls: C): C {
  Object.defineProperty(cls, "name", { value: name, configurable: true });
  return cls;
}

declareFamily(AuthOptions);
