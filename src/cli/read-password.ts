import type { World } from "../runner/world";
import { PasswordInputError } from "./errors";
import { HiddenPrompt } from "./hidden-prompt";
import { readFirstLine } from "./read-first-line";

/** Bytes; what is longer is refused at every login. */
const LONGEST = 1024;

/** A password that is to be set: asked for twice on a terminal, else the first line of standard input. */
export async function readNewPassword(world: World, name: string): Promise<string> {
  if (!world.stdin.isTerminal) return checked(await readFirstLine(world.stdin));
  const prompt = new HiddenPrompt(world);
  try {
    const password = checked(await prompt.ask(`New password of ${name}: `));
    const again = await prompt.ask("The same again: ");
    if (again === password) return password;
  } finally {
    prompt.close();
  }
  throw new PasswordInputError("the two are not the same; nothing was changed");
}

/** A password that is to be tried: asked for once. */
export async function readPassword(world: World, text: string): Promise<string> {
  if (!world.stdin.isTerminal) return checked(await readFirstLine(world.stdin));
  const prompt = new HiddenPrompt(world);
  try {
    return checked(await prompt.ask(text));
  } finally {
    prompt.close();
  }
}

function checked(password: string | undefined): string {
  if (password === undefined) throw new PasswordInputError("there is no password on standard input");
  if (password === "") throw new PasswordInputError("the password is empty");
  if (Buffer.byteLength(password) > LONGEST)
    throw new PasswordInputError(`the password is longer than ${LONGEST} bytes`);
  if (/\p{Cc}/u.test(password))
    throw new PasswordInputError("the password has a control character in it, which many clients can't send");
  return password;
}
