/** The options that stand before the command: appd's own. */
import { parseArgs } from "node:util";
import { UsageError } from "../base/errors";
import { didYouMean } from "../base/suggest";

interface GlobalOption {
  readonly description: string;
  readonly short?: string;
  /** What stands for the value in the help; an option without one is a switch. */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  /** The environment variable that gives it where the command line does not. */
  readonly env?: string;
  readonly number?: true;
}

/** Twisted's letters keep Twisted's meaning. */
export const GLOBAL_OPTIONS = {
  help: { description: "Show this help, or a command's when one follows." },
  version: { description: "Show appd's version." },
  nodaemon: { short: "n", description: "Stay in the foreground, which is what happens anyway." },
  debug: { short: "b", description: "Show the stack of every error." },
  project: {
    placeholder: "DIR",
    env: "APPD_PROJECT",
    description: "The project whose plugins to use; else the nearest folder with a package.json.",
  },
  application: {
    short: "y",
    placeholder: "FILE",
    description: "Run the application that this module exports, without a command.",
  },
  "log-level": {
    placeholder: "LEVEL",
    env: "APPD_LOG_LEVEL",
    choices: ["fatal", "critical", "error", "warn", "info", "debug", "trace", "silent"],
    description: "The finest level to log.",
  },
  "log-format": {
    placeholder: "FORMAT",
    env: "APPD_LOG_FORMAT",
    choices: ["pretty", "json"],
    description: "How log lines look; pretty on a terminal, else JSON.",
  },
  logfile: {
    short: "l",
    placeholder: "FILE",
    env: "APPD_LOGFILE",
    description: "Append the log to this file; - is standard error.",
  },
  "on-unhandled": {
    placeholder: "WHAT",
    env: "APPD_ON_UNHANDLED",
    choices: ["exit", "log"],
    description: "After an error that nothing caught: stop and exit with 70, or only log it.",
  },
  "start-timeout": {
    placeholder: "SECONDS",
    env: "APPD_START_TIMEOUT",
    number: true,
    description: "How long the services may take to start.",
  },
  "stop-timeout": {
    placeholder: "SECONDS",
    env: "APPD_STOP_TIMEOUT",
    number: true,
    description: "How long the services may take to stop.",
  },
} as const satisfies Readonly<Record<string, GlobalOption>>;

export type GlobalName = keyof typeof GLOBAL_OPTIONS;

/** What stood before the command, the command and what came after it, untouched. */
export interface GlobalLine {
  readonly switches: ReadonlySet<GlobalName>;
  readonly values: ReadonlyMap<GlobalName, string>;
  readonly command?: string;
  readonly rest: readonly string[];
}

/**
 * Splits a command line at the command.
 *
 * @throws UsageError for an unknown option, a missing or a malformed value
 */
export function readGlobals(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): GlobalLine {
  const switches = new Set<GlobalName>();
  const values = valuesFromEnvironment(environment);
  for (const token of tokensOf(argv)) {
    if (token.kind === "positional") {
      return { switches, values, command: token.value, rest: argv.slice(token.index + 1) };
    }
    if (token.kind === "option-terminator") continue;
    const name = knownName(token.name, token.rawName);
    const option: GlobalOption = GLOBAL_OPTIONS[name];
    if (option.placeholder === undefined) {
      if (token.value !== undefined) {
        throw new UsageError("APPD_OPTION_VALUE", `${token.rawName} takes no value, got "${token.value}"`);
      }
      switches.add(name);
    } else {
      values.set(name, checked(name, token.value, "from the command line"));
    }
  }
  return { switches, values, rest: [] };
}

function tokensOf(argv: readonly string[]) {
  const options = Object.entries<GlobalOption>(GLOBAL_OPTIONS).map(([name, { placeholder, short }]) => [
    name,
    {
      type: placeholder === undefined ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    } as const,
  ]);
  const config = Object.fromEntries(options) as Record<
    string,
    { type: "boolean" | "string"; short?: string }
  >;
  return parseArgs({ args: [...argv], options: config, strict: false, tokens: true }).tokens;
}

function knownName(name: string, rawName: string): GlobalName {
  if (Object.hasOwn(GLOBAL_OPTIONS, name)) return name as GlobalName;
  const names = Object.keys(GLOBAL_OPTIONS);
  const full = names.filter((known) => known.startsWith(name));
  const hint =
    full.length === 1 && name.length > 1
      ? ` (write it in full: --${full[0] ?? ""})`
      : didYouMean(
          rawName,
          names.map((known) => `--${known}`),
        );
  throw new UsageError("APPD_UNKNOWN_OPTION", `unknown option ${rawName}${hint}; see appd --help`);
}

function valuesFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Map<GlobalName, string> {
  const values = new Map<GlobalName, string>();
  for (const [name, { env }] of Object.entries<GlobalOption>(GLOBAL_OPTIONS) as [
    GlobalName,
    GlobalOption,
  ][]) {
    const value = env === undefined ? undefined : environment[env];
    if (value) values.set(name, checked(name, value, `from ${env ?? ""}`));
  }
  return values;
}

function checked(name: GlobalName, value: string | undefined, origin: string): string {
  const { choices, number }: GlobalOption = GLOBAL_OPTIONS[name];
  if (value === undefined) throw new UsageError("APPD_OPTION_VALUE", `--${name} needs a value`);
  if (choices && !choices.includes(value)) {
    throw new UsageError(
      "APPD_OPTION_VALUE",
      `--${name} must be one of ${choices.join(", ")}, got "${value}" (${origin})${didYouMean(value, choices)}`,
    );
  }
  if (number && !/^\d+(\.\d+)?$/.test(value)) {
    throw new UsageError(
      "APPD_OPTION_VALUE",
      `--${name} must be a number of seconds, got "${value}" (${origin})`,
    );
  }
  return value;
}
