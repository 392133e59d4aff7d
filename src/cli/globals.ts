/** The options that stand before the command: appd's own. Twisted's letters keep Twisted's meaning. */
import { looksLikeOption, optionsIn, type OptionWord, type Vocabulary } from "../base/option-words";
import { didYouMean } from "../base/suggest";
import { quote, word } from "../base/text";
import { GlobalOptionError } from "./errors";

type Switch = "help" | "version" | "nodaemon" | "debug";
type Value =
  | "project"
  | "application"
  | "log-level"
  | "log-format"
  | "logfile"
  | "on-unhandled"
  | "start-timeout"
  | "stop-timeout";
export type GlobalName = Switch | Value;

/** One of appd's own options. */
export interface GlobalOption {
  readonly description: string;
  readonly short?: string;
  /** What stands for the value in the help; an option without one is a switch. */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  /** The environment variable that gives it where the command line does not. */
  readonly env?: string;
  readonly number?: true;
}

export const GLOBAL_OPTIONS: Readonly<Record<GlobalName, GlobalOption>> = {
  help: { description: "Show this help, or a command's where one follows." },
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
    description: "The finest level to log; info if not given.",
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
    description: "After an error that nothing caught: stop and end with 70, or only log it.",
  },
  "start-timeout": {
    placeholder: "SECONDS",
    env: "APPD_START_TIMEOUT",
    number: true,
    description: "How long the services may take to start; 60 if not given.",
  },
  "stop-timeout": {
    placeholder: "SECONDS",
    env: "APPD_STOP_TIMEOUT",
    number: true,
    description: "How long the services may take to stop; 30 if not given.",
  },
};
const NAMES = Object.keys(GLOBAL_OPTIONS) as GlobalName[];

/** What stood before the command, the command, and what came after it, untouched. */
export interface GlobalLine {
  readonly switches: ReadonlySet<GlobalName>;
  readonly values: ReadonlyMap<GlobalName, string>;
  readonly command?: string;
  readonly rest: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Splits a command line at the command.
 *
 * @throws GlobalOptionError for an unknown option, a missing or a malformed value
 */
export function readGlobals(argv: readonly string[], environment: Environment): GlobalLine {
  const switches = new Set<GlobalName>();
  const values = fromEnvironment(environment);
  const { options, end } = optionsBeforeCommand(argv);
  for (const { name: long, typed, value: text } of options) {
    const name = nameOf(long, typed);
    const value = given(typed, name, text);
    if (value === undefined) switches.add(name);
    else values.set(name, value);
  }
  const command = argv[end];
  return { switches, values, rest: argv.slice(end + 1), ...(command !== undefined && { command }) };
}

/** Every name of appd's own options as it is typed behind the dashes: `log-level`, `n`. */
export function globalNames(): string[] {
  return NAMES.flatMap((name) => [name, GLOBAL_OPTIONS[name].short ?? []].flat());
}

/** The command is the first word that is neither an option nor an option's value. */
function optionsBeforeCommand(argv: readonly string[]): { options: OptionWord[]; end: number } {
  const options: OptionWord[] = [];
  for (let at = 0; at < argv.length; at++) {
    const typed = argv[at] ?? "";
    if (typed === "--") return { options, end: at + 1 };
    if (!looksLikeOption(typed)) return { options, end: at };
    const found = optionsIn(typed, VOCABULARY);
    const last = found.at(-1);
    const next = argv[at + 1];
    if (last?.value === undefined && next !== undefined && last && VOCABULARY.takesValue(last.name)) {
      found[found.length - 1] = { ...last, value: next };
      at++;
    }
    options.push(...found);
  }
  return { options, end: argv.length };
}

const VOCABULARY: Vocabulary = {
  longName: (letter) => NAMES.find((name) => GLOBAL_OPTIONS[name].short === letter),
  takesValue: (long) => NAMES.some((name) => name === long && GLOBAL_OPTIONS[name].placeholder !== undefined),
};

function nameOf(name: string, typed: string): GlobalName {
  const known = NAMES.find((candidate) => candidate === name);
  if (known) return known;
  const hint = didYouMean(
    typed,
    NAMES.map((candidate) => `--${candidate}`),
  );
  throw new GlobalOptionError(`unknown option ${word(typed)}${hint}; appd --help lists appd's own`);
}

function given(typed: string, name: GlobalName, value: string | undefined): string | undefined {
  const isSwitch = GLOBAL_OPTIONS[name].placeholder === undefined;
  if (isSwitch && value !== undefined)
    throw new GlobalOptionError(`${typed} takes no value, got ${quote(value)}`);
  if (!isSwitch && value === undefined) throw new GlobalOptionError(`${typed} needs a value`);
  return value === undefined ? undefined : checked(name, value, "from the command line");
}

function fromEnvironment(environment: Environment): Map<GlobalName, string> {
  const values = new Map<GlobalName, string>();
  for (const name of NAMES) {
    const { env } = GLOBAL_OPTIONS[name];
    const value = env === undefined ? "" : environment[env];
    if (value) values.set(name, checked(name, value, `from ${env ?? ""}`));
  }
  return values;
}

function checked(name: GlobalName, value: string, origin: string): string {
  const { choices, number, placeholder = "" } = GLOBAL_OPTIONS[name];
  const got = `got ${quote(value)} (${origin})`;
  if (value === "") throw new GlobalOptionError(`--${name} needs a ${placeholder.toLowerCase()}, ${got}`);
  if (choices && !choices.includes(value)) {
    throw new GlobalOptionError(
      `--${name} must be one of ${choices.join(", ")}, ${got}${didYouMean(value, choices)}`,
    );
  }
  if (number && !/^\d+(?:\.\d+)?$/.test(value)) {
    throw new GlobalOptionError(`--${name} must be a number of seconds, ${got}`);
  }
  return value;
}
