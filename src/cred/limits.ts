import type { ICredentials } from "./credentials";
import { UnauthorizedLogin } from "./errors";

/** Bytes that a name or a password may have; a longer one would only cost time. */
const LONGEST = 1024;
/** A token carries more: claims, and a signature. */
const LONGEST_TOKEN = 16_384;

/**
 * Refuses credentials that are too long, or have a NUL in them, which C libraries take for the end.
 *
 * @throws UnauthorizedLogin
 */
export function refuseUnlimited(credentials: ICredentials): void {
  const { username, password, token } = credentials as Readonly<Record<string, unknown>>;
  refuse("name", username, LONGEST);
  refuse("password", password, LONGEST);
  refuse("token", token, LONGEST_TOKEN);
}

function refuse(what: string, text: unknown, most: number): void {
  if (typeof text !== "string") return;
  // No character takes less than a byte: of what is that long, nothing is counted.
  if (text.length > most || (text.length * 3 > most && Buffer.byteLength(text) > most))
    throw new UnauthorizedLogin(undefined, {
      cause: new RangeError(`the ${what} is longer than ${most} bytes`),
    });
  if (text.includes("\0"))
    throw new UnauthorizedLogin(undefined, { cause: new RangeError(`the ${what} has a NUL in it`) });
}
