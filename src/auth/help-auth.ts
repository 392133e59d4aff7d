import { Faults, type AppdError } from "../base/errors";
import { didYouMean } from "../base/suggest";
import { quote } from "../base/text";
import type { AbstractClass } from "../interface/record";
import { InvalidAuthType } from "./errors";
import type { ICheckerFactory } from "./i-checker-factory";
import { isSupported, withProblems } from "./make-checkers";

/** What the help about ways to log in is for. */
export interface HelpAuth {
  readonly command: string;
  readonly factories: readonly ICheckerFactory[];
  /** The faults of plugins that were left out. */
  readonly problems?: readonly AppdError[] | undefined;
  readonly interfaces: readonly AbstractClass[] | undefined;
}

/** What `--help-auth` prints: the types that the service takes. */
export function listAuthTypes({ factories, interfaces }: HelpAuth): string {
  const rows = factories
    .filter((factory) => isSupported(factory, interfaces))
    .map((factory): [string, string] => [factory.authType, formOf(factory)]);
  const table: [string, string][] = [
    ["AuthType", "ArgString format"],
    ["========", "================"],
    ...rows,
  ];
  const width = Math.max(...table.map(([type]) => type.length));
  return [
    "Usage: --auth AuthType[:ArgString]",
    "For detailed help: --help-auth-type AuthType",
    "",
    ...table.map(([type, form]) => `${type.padEnd(width)}  ${form}`),
    "",
  ].join("\n");
}

/**
 * What `--help-auth-type` prints.
 *
 * @throws InvalidAuthType
 */
export function describeAuthType(
  type: string,
  { command, factories, interfaces, problems }: HelpAuth,
): string {
  const factory = factories.find(({ authType }) => authType === type);
  if (!factory) throw unknownType(type, { command, factories, problems });
  const { argStringFormat, authHelp } = factory;
  const missing = factory.missing?.();
  const incomplete = factory.incomplete?.();
  return [
    `Usage: --auth ${type}${argStringFormat === "" ? "" : "[:ArgString]"}`,
    `ArgString format: ${argStringFormat === "" ? NONE : argStringFormat}`,
    "",
    ...authHelp
      .trim()
      .split("\n")
      .map((line) => `  ${line.trim()}`.trimEnd()),
    ...(missing === undefined ? [] : ["", `Not installed: ${missing}`]),
    ...(incomplete === undefined ? [] : ["", `Not installed: ${incomplete}`]),
    ...(isSupported(factory, interfaces)
      ? []
      : ["", "WARNING: This authType is not supported by this application."]),
    "",
  ].join("\n");
}

function unknownType(
  type: string,
  { command, factories, problems }: Omit<HelpAuth, "interfaces">,
): AppdError {
  const names = factories.map(({ authType }) => authType);
  const fault = new InvalidAuthType(
    `${command}: --help-auth-type: there is no type ${quote(type)}${didYouMean(type, names)}; ${command} --help-auth lists what there is`,
  );
  const faults = withProblems([fault], problems);
  return faults.length === 1 ? fault : new Faults(faults);
}

const NONE = "No argstring required.";

function formOf(factory: ICheckerFactory): string {
  const missing = factory.missing?.();
  const form = factory.argStringFormat === "" ? NONE : factory.argStringFormat;
  const absent = missing ?? factory.incomplete?.();
  return absent === undefined ? form : `${form}  (not installed: ${absent})`;
}
