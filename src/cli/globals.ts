/** Reads what stands before the command. */
import { looksLikeOption, optionsIn, type OptionWord, type Vocabulary } from "../base/option-words";
import { didYouMean } from "../base/suggest";
import { quote, word } from "../base/text";
import { GlobalOptionError } from "./errors";
import { GLOBAL_OPTIONS, type GlobalName } from "./global-options";
import { runsNothing } from "./own-commands";
import { insteadOf } from "./twistd-options";

const NAMES = Object.keys(GLOBAL_OPTIONS) as GlobalName[];

/** What stood before the command, the command, and what came after it, untouched. */
export interface GlobalLine {
  readonly switches: ReadonlySet<GlobalName>;
  /** Those that stood on the command line, and not only in the environment. */
  readonly typed: ReadonlySet<GlobalName>;
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
  const typedNames = new Set<GlobalName>();
  const values = fromEnvironment(environment);
  const { options, end } = optionsBeforeCommand(argv);
  for (const { name: long, typed, value: text } of options) {
    const name = nameOf(long, typed);
    const value = given(typed, name, text);
    typedNames.add(name);
    if (value === undefined) switches.add(name);
    else values.set(name, value);
  }
  refuseContradictions(switches, values);
  const command = argv[end];
  refuseWithoutRun(typedNames, command);
  const rest = argv.slice(end + 1);
  return { switches, typed: typedNames, values, rest, ...(command !== undefined && { command }) };
}

function refuseContradictions(
  switches: ReadonlySet<GlobalName>,
  values: ReadonlyMap<GlobalName, string>,
): void {
  const isDaemon = switches.has("daemon");
  if (isDaemon && switches.has("nodaemon"))
    throw new GlobalOptionError("--daemon and --nodaemon contradict each other; leave one of them out");
  if (!isDaemon && values.has("max-restarts"))
    throw new GlobalOptionError("--max-restarts needs --daemon: in the foreground nobody starts it again");
}

/** What every command takes, also one that runs nothing. */
const FOR_ALL: readonly GlobalName[] = [
  "help",
  "version",
  "debug",
  "nodaemon",
  "project",
  "application",
  "log-level",
  "log-format",
];

/** What is to become of a run says nothing to `appd status`. */
function refuseWithoutRun(typed: ReadonlySet<GlobalName>, command: string | undefined): void {
  if (command === undefined || !runsNothing(command)) return;
  const [name] = [...typed].filter((one) => !FOR_ALL.includes(one));
  if (name === undefined) return;
  throw new GlobalOptionError(
    `--${name} is for a command that is run; what appd ${command} takes stands behind it: appd ${command} --help`,
  );
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
  const instead = insteadOf(name);
  if (instead !== undefined) throw new GlobalOptionError(`unknown option ${word(typed)}: ${instead}`);
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

/** `a file`, `an age`, `a number` */
function wanted(placeholder: string): string {
  const what = placeholder === "N" ? "number" : placeholder.toLowerCase();
  return `${/^[aeio]/.test(what) ? "an" : "a"} ${what}`;
}

function checked(name: GlobalName, value: string, origin: string): string {
  const { choices, form, mayBeEmpty, placeholder = "" } = GLOBAL_OPTIONS[name];
  const got = `got ${quote(value)} (${origin})`;
  if (value === "" && !mayBeEmpty)
    throw new GlobalOptionError(`--${name} needs ${wanted(placeholder)}, ${got}`);
  if (value.includes("\0")) throw new GlobalOptionError(`--${name} must not hold a NUL, ${got}`);
  if (choices && !choices.includes(value)) {
    throw new GlobalOptionError(
      `--${name} must be one of ${choices.join(", ")}, ${got}${didYouMean(value, choices)}`,
    );
  }
  if (form && !fits(form[0], value)) throw new GlobalOptionError(`--${name} must be ${form[1]}, ${got}`);
  return value;
}

const fits = (form: RegExp | ((value: string) => boolean), value: string): boolean =>
  typeof form === "function" ? form(value) : form.test(value);
