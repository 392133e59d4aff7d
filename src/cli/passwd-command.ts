import { resolve } from "node:path";
import { SoftwareError } from "../base/errors";
import { relabelled } from "../base/relabel";
import { word } from "../base/text";
import { readOptions } from "../options/read-options";
import type { World } from "../runner/world";
import { PasswordTypedError } from "./errors";
import { addUser, listUsers, removeUser, verifyUser, type PasswdRequest } from "./passwd-actions";
import {
  PASSWD_DESCRIPTION,
  PASSWD_DETAILS,
  PASSWD_EXAMPLES,
  passwdShape,
  type PasswdLine,
  type PasswdOptions,
} from "./passwd-options";
import { printOutcome } from "./print-outcome";

const ACTIONS = { add: addUser, remove: removeUser, list: listUsers, verify: verifyUser } as const;
type ActionName = keyof typeof ACTIONS;
const NAMES = Object.keys(ACTIONS) as ActionName[];

/** Manages a password file: what `FilePasswordDB` reads. */
export async function passwdCommand(world: World, argv: readonly string[]): Promise<void> {
  const line = { command: "passwd", argv: argv.length === 0 ? ["--help"] : argv, environment: {} };
  const outcome = await readOptions(passwdShape(), line);
  if (outcome.kind === "values") return act(world, outcome.options);
  const texts = { description: PASSWD_DESCRIPTION, details: PASSWD_DETAILS, examples: PASSWD_EXAMPLES };
  printOutcome(world, outcome, texts);
}

async function act(world: World, options: PasswdOptions): Promise<void> {
  const name = NAMES.find((one) => options[one] !== undefined);
  const typed = name && options[name];
  if (!name || !typed) throw new SoftwareError("APPD_PASSWD", "passwd: no subcommand was chosen");
  refuseTyped(name, typed);
  const request: PasswdRequest = { world, typed, path: resolve(world.folder, typed.file) };
  try {
    await ACTIONS[name](request);
  } catch (error) {
    const start = `passwd ${name}: ${word(typed.file)}: `;
    throw relabelled(error, ({ message }) => `${start}${message}`) ?? error;
  }
}

function refuseTyped(name: ActionName, { rest = [], password }: PasswdLine): void {
  if (rest.length > 0 || password !== undefined) throw new PasswordTypedError(`passwd ${name}`);
}
