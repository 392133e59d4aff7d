import { looksLikeOption, optionsIn, type Vocabulary } from "../../base/option-words";
import { describeOptions, type DescribedField } from "../../options/describe-options";
import type { OptionsShape } from "../../options/options-shape";

/** What was typed behind `systemd`, up to the maker. */
export interface SystemdOptions {
  readonly output: string;
  readonly user?: string | undefined;
  readonly force: boolean;
  readonly socket: boolean;
  readonly command: string;
}

export interface DeployOptions {
  readonly systemd?: SystemdOptions;
}

export const DEPLOY_DESCRIPTION = "Write what another supervisor needs to keep a command running.";

export const DEPLOY_DETAILS =
  "Behind the maker's name stand its own words, just as for a run: they are read now, so that what is wrong is said " +
  "now, and nothing is written. Options of appd's own stand before deploy, and are carried along.";

export const DEPLOY_EXAMPLES = [
  "appd deploy systemd myproject --port 8080",
  "appd --log-level debug deploy systemd --output units --user www-data myproject",
];

const env = false;
const own = {
  output: { help: "The folder to write into.", env, short: "o", placeholder: "dir", default: "." },
  user: {
    help: "Who runs it; a user that systemd makes up if not given.",
    env,
    placeholder: "name",
    parameter: true,
  },
  force: { help: "Replace units that are there.", env, default: false },
  socket: { help: "Let systemd listen in the place of options that take endpoints.", env, default: true },
  command: { help: "The maker that is to run.", env, argument: true, required: true },
  words: { help: "The maker's own words.", env, argument: true, default: [] },
} satisfies Record<string, DescribedField>;

/** The command line of `appd deploy`. */
export function deployShape(): OptionsShape<DeployOptions> {
  const shape = describeOptions({
    systemd: {
      help: "Units for systemd: a service, and the sockets that systemd holds for it.",
      subcommand: own,
    },
  });
  return shape as unknown as OptionsShape<DeployOptions>;
}

/** The words of `deploy` itself, the maker's name the last of them, and those of the maker, untouched. */
export interface SplitWords {
  readonly own: readonly string[];
  readonly makers: readonly string[];
}

const LETTERS: Record<string, string> = { o: "output", h: "help" };
const VOCABULARY: Vocabulary = {
  longName: (letter) => LETTERS[letter],
  takesValue: (name) => name === "output" || name === "user",
};

/** The maker is the second word that is neither an option nor an option's value. */
export function splitWords(argv: readonly string[]): SplitWords {
  let positionals = 0;
  for (let at = 0; at < argv.length; at++) {
    const typed = argv[at] ?? "";
    if (looksLikeOption(typed) && typed !== "--") {
      const last = optionsIn(typed, VOCABULARY).at(-1);
      if (last && last.value === undefined && VOCABULARY.takesValue(last.name)) at++;
    } else if (typed !== "--" && ++positionals === 2)
      return { own: argv.slice(0, at + 1), makers: argv.slice(at + 1) };
  }
  return { own: argv, makers: [] };
}
