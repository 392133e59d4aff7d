import { ConfigurationError, Faults, SoftwareError, throwFaults, type AppdError } from "../base/errors";
import { relabelled } from "../base/relabel";
import { didYouMean } from "../base/suggest";
import { quote, word } from "../base/text";
import { ICredentialsChecker } from "../cred/checker";
import { fileError } from "../cred/trusted-file";
import { provides } from "../interface/implements";
import { interfaceId, interfaceName, type AbstractClass } from "../interface/record";
import { messageOf } from "../log/describe-error";
import { AuthArguments } from "./auth-arguments";
import { InvalidAuthArgumentString, InvalidAuthType, UnsupportedInterfaces } from "./errors";
import type { FactorySurroundings, ICheckerFactory } from "./i-checker-factory";

export interface Making {
  /** What messages begin with. */
  readonly command: string;
  readonly factories: readonly ICheckerFactory[];
  /** The faults of plugins that were left out: a type that is not there may be in one of them. */
  readonly problems?: readonly AppdError[] | undefined;
  readonly surroundings: FactorySurroundings;
  /** Told of every text that holds a secret, with what messages call it. */
  readonly foundSecret: (text: string, label: string) => void;
}

/**
 * The checkers that were chosen, in their order.
 *
 * @throws AppdError a line for each that can't be made
 */
export async function makeCheckers(
  chosen: readonly string[],
  making: Making,
): Promise<ICredentialsChecker[]> {
  const checkers: ICredentialsChecker[] = [];
  const faults: AppdError[] = [];
  for (const text of chosen) {
    try {
      checkers.push(await makeChecker(text, making));
    } catch (error) {
      faults.push(...(error instanceof Faults ? error.faults : [error as AppdError]));
    }
  }
  throwFaults(withProblems(faults, making.problems));
  return checkers;
}

/** How many faults of plugins stand below an unknown type. */
const SHOWN = 5;

/** Who asks for a type that is not there hears of the plugins that were left out, too. */
export function withProblems(
  faults: readonly AppdError[],
  problems: readonly AppdError[] = [],
): readonly AppdError[] {
  const isUnknown = faults.some((fault) => fault instanceof InvalidAuthType);
  return isUnknown ? [...faults, ...problems.slice(0, SHOWN)] : faults;
}

/** Whether a service that takes `interfaces` can do with what is judged here. */
export function isSupported(
  { credentialInterfaces }: { readonly credentialInterfaces: readonly AbstractClass[] },
  interfaces: readonly AbstractClass[] | undefined,
): boolean {
  if (interfaces === undefined) return true;
  const taken = new Set(interfaces.map(interfaceId));
  return credentialInterfaces.some((one) => taken.has(interfaceId(one)));
}

async function makeChecker(text: string, making: Making): Promise<ICredentialsChecker> {
  // Of what nobody knows it can't be told whether it is a secret: only the type is shown.
  const [typed = ""] = text.split(":", 1);
  const unread = `--auth ${typed === "" ? '""' : word(typed)}`;
  const { type, args } = inItsWords(making, unread, () => AuthArguments.split(text));
  const factory = theFactory(type, making);
  const isSecret = hasSecrets(factory, args);
  const label =
    isSecret || args.text === "" ? `--auth ${type}${isSecret ? ":…" : ""}` : `--auth ${word(text)}`;
  const missing = factory.missing?.();
  if (missing !== undefined)
    throw new ConfigurationError(
      "APPD_AUTH_MISSING",
      `${making.command}: ${label}: it needs what is not installed: ${missing}`,
    );
  if (isSecret) making.foundSecret(text, label);
  try {
    return checked(await factory.generateChecker(args, making.surroundings), factory, making);
  } catch (error) {
    throw labelled(error, { start: `${making.command}: ${label}: `, factory });
  }
}

function theFactory(type: string, { command, factories, surroundings }: Making): ICheckerFactory {
  const supported = factories.filter((factory) => isSupported(factory, surroundings.interfaces));
  const factory = factories.find(({ authType }) => authType === type);
  const list = `; ${command} --help-auth lists what there is`;
  if (type === "") throw new InvalidAuthType(`${command}: --auth needs a type${list}`);
  if (!factory) {
    const names = supported.map(({ authType }) => authType);
    throw new InvalidAuthType(
      `${command}: --auth: there is no type ${quote(type)}${didYouMean(type, names)}${list}`,
    );
  }
  if (supported.includes(factory)) return factory;
  const judges = named(factory.credentialInterfaces);
  const taken = named(surroundings.interfaces ?? []);
  throw new UnsupportedInterfaces(
    `${command}: --auth ${type} is not supported by this service: it judges ${judges}, and the service takes ${taken}${list}`,
  );
}

function hasSecrets({ hasSecrets: said = false }: ICheckerFactory, args: AuthArguments): boolean {
  return typeof said === "function" ? said(args) : said && args.text !== "";
}

/** What a factory gives can depend on what it was given: of hashes, no challenge can be judged. */
function checked(
  checker: unknown,
  { authType }: ICheckerFactory,
  { surroundings: { interfaces } }: Making,
): ICredentialsChecker {
  if (!provides<ICredentialsChecker>(checker, ICredentialsChecker))
    throw new SoftwareError(
      "APPD_NO_CHECKER_MADE",
      `the factory of "${authType}" made no ICredentialsChecker`,
    );
  if (isSupported(checker, interfaces)) return checker;
  const why = interfaces?.map((one) => checker.whyNot?.(one)).find((reason) => reason !== undefined);
  const because = why === undefined ? "" : `: ${why}`;
  throw new UnsupportedInterfaces(
    `it can't judge ${named(interfaces ?? [])}, which the service takes${because}`,
  );
}

interface Label {
  readonly start: string;
  readonly factory?: ICheckerFactory;
}

function inItsWords<T>({ command }: Making, label: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw labelled(error, { start: `${command}: ${label}: ` });
  }
}

/** The same fault, of the same kind, with what was typed in front. */
function labelled(error: unknown, { start, factory }: Label): AppdError {
  const about = relabelled(fileError(error), (fault) => `${start}${fault.message}${formOf(fault, factory)}`);
  if (about) return about;
  return new SoftwareError("APPD_CHECKER_FACTORY", `${start}unexpected error: ${messageOf(error)}`, {
    cause: error,
  });
}

/** Who got the arguments wrong is told how they are written. */
function formOf(error: AppdError, factory: ICheckerFactory | undefined): string {
  if (!(error instanceof InvalidAuthArgumentString) || !factory) return "";
  const { authType, argStringFormat } = factory;
  return argStringFormat === ""
    ? `; write --auth ${authType}`
    : `; write --auth ${authType}:${argStringFormat}`;
}

const named = (interfaces: readonly AbstractClass[]): string => interfaces.map(interfaceName).join(", ");
