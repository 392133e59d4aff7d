import { DEFAULT_REALM } from "../cred/default-realm";
import { IUsernamePassword } from "../cred/credentials";
import { UnauthorizedLogin } from "../cred/errors";
import { UsernamePassword } from "../cred/username-password";
import { quoted, type GuardScheme } from "./guard-scheme";

export interface BasicOptions {
  /** What the browser says that one logs in to. */
  readonly realm?: string;
}

/** Name and password with each request, in UTF-8 (RFC 7617). Anybody on the way can read them: offer it over TLS. */
export function basic({ realm = DEFAULT_REALM }: BasicOptions = {}): GuardScheme {
  const challenge = `Basic realm=${quoted(realm)}, charset="UTF-8"`;
  return {
    credentialInterfaces: [IUsernamePassword],
    read({ authorization }) {
      if (authorization?.scheme !== "basic") return undefined;
      const { text } = authorization;
      return { credentials: readUserPass(text), cacheKey: `basic ${text}` };
    },
    challenges: () => [challenge],
  };
}

function readUserPass(text: string): UsernamePassword {
  const [, username, password] = /^([^:]*):([^]*)$/.exec(decode(text)) ?? [];
  if (username === undefined || password === undefined) throw malformed("it has no colon");
  return new UsernamePassword(username, password);
}

/** RFC 7617, 2: Base64 of UTF-8, without control characters. */
function decode(text: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw malformed("it is no Base64");
  const decoded = utf8(Buffer.from(text, "base64"));
  if (decoded === undefined) throw malformed("it is no UTF-8");
  if (/\p{Cc}/u.test(decoded)) throw malformed("it has control characters");
  return decoded;
}

function utf8(bytes: Buffer): string | undefined {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : undefined;
}

const malformed = (why: string): UnauthorizedLogin =>
  new UnauthorizedLogin(`malformed Basic credentials: ${why}`);
