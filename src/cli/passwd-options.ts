import { describeOptions, type DescribedField } from "../options/describe-options";
import type { OptionsShape } from "../options/options-shape";

/** What the password is stored as. */
export type StoredAs = "argon2id" | "scrypt" | "ha1";

/** What was typed behind a subcommand. */
export interface PasswdLine {
  readonly file: string;
  readonly user: string;
  readonly hash?: StoredAs | undefined;
  readonly realm?: string | undefined;
  readonly md5?: boolean;
  readonly insecure?: readonly ("plaintext" | "readable")[];
  /** Words too many, and a password: never to be shown. */
  readonly rest?: readonly string[];
  readonly password?: string | undefined;
}

export interface PasswdOptions {
  readonly add?: PasswdLine;
  readonly remove?: PasswdLine;
  readonly list?: PasswdLine;
  readonly verify?: PasswdLine;
}

// Whoever manages passwords says on the command line which, and nowhere else.
const env = false;
const file = { help: "The password file.", env, argument: true, required: true } satisfies DescribedField;
const user = { help: "The name that logs in.", env, argument: true, required: true } satisfies DescribedField;
const insecure = {
  help: "Take a file that would be refused: one with passwords in the clear, or one that everybody can read.",
  env,
  placeholder: "what",
  choices: ["plaintext", "readable"],
  default: [],
} satisfies DescribedField;
// Taken, so that they can be refused without being shown.
const notTyped = {
  rest: { help: "Nothing.", env, argument: true, hidden: true, secret: true, default: [] },
  password: { help: "Nothing.", env, short: "p", hidden: true, secret: true, parameter: true },
} satisfies Record<string, DescribedField>;
const stored = {
  hash: {
    help: "What the password is stored as: a hash, or HA1 for HTTP digest; like the others in the file, else the best hash there is.",
    env,
    choices: ["argon2id", "scrypt", "ha1"],
  },
  realm: { help: 'With HA1: the realm of the guard\'s digest(), "appd" if none is there yet.', env },
  md5: { help: "With HA1: store it for MD5 as well, for clients that can't do better.", env, default: false },
} satisfies Record<string, DescribedField>;

export const PASSWD_DESCRIPTION = "Manage a password file for --auth file.";

export const PASSWD_DETAILS =
  "A password is asked for twice, and not shown. Where standard input is no terminal, its first line is the password. " +
  "It is never taken from the command line, which every user of the machine can read. A file that is not there is " +
  "made, for its owner alone.";

export const PASSWD_EXAMPLES = [
  "appd passwd add users.passwd alice",
  "appd passwd add users.passwd alice < password-of-alice",
  "appd passwd add --hash ha1 --realm site site.passwd alice",
  "appd passwd list users.passwd",
];

/** The command line of `appd passwd`. */
export function passwdShape(): OptionsShape<PasswdOptions> {
  const shape = describeOptions({
    add: {
      help: "Add a user, or give one another password.",
      subcommand: { file, user, ...stored, insecure, ...notTyped },
    },
    remove: { help: "Remove a user.", subcommand: { file, user, insecure } },
    list: { help: "List the users, and what their passwords are stored as.", subcommand: { file, insecure } },
    verify: {
      help: "Say whether a password is a user's.",
      subcommand: { file, user, insecure, ...notTyped },
    },
  });
  return shape as unknown as OptionsShape<PasswdOptions>;
}
