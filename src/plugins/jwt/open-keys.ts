import { InvalidAuthArgumentString, TrustedContent, type FactorySurroundings } from "appd";
import { SourceDownError } from "../_errors";
import { ASYMMETRIC, SYMMETRIC, type Keys, type KeySource } from "./key-source";
import { readKeys, readSecret } from "./read-keys";
import { RemoteKeys } from "./remote-keys";

/** Of the two, one is given. */
export interface GivenKeys {
  readonly keys: string | undefined;
  readonly secret: string | undefined;
}

/**
 * The keys that were named, found to be of use. A server that is down does not keep this one from starting.
 *
 * @throws InvalidAuthArgumentString, NoPasswordFileError, PasswordFilePermissionError, PasswordFileError,
 * UselessSourceError
 */
export async function openKeys(
  { keys, secret = "" }: GivenKeys,
  surroundings: FactorySurroundings,
): Promise<KeySource> {
  if (keys === undefined) return openFile(surroundings.resolve(secret), "secret");
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(keys)) return openURL(keys, surroundings);
  return openFile(surroundings.resolve(keys), "public");
}

async function openFile(path: string, kind: "public" | "secret"): Promise<KeySource> {
  const isPublic = kind === "public";
  const content = new TrustedContent<Keys>(path, isPublic ? readKeys : readSecret, {
    worldReadable: isPublic,
  });
  await content.load();
  return {
    algorithms: isPublic ? ASYMMETRIC : SYMMETRIC,
    keys: (attempt) => content.current(attempt),
    revision: () => content.revision(),
  };
}

async function openURL(text: string, surroundings: FactorySurroundings): Promise<KeySource> {
  const remote = new RemoteKeys(keySetURL(text));
  try {
    await remote.fetch();
  } catch (error) {
    if (!(error instanceof SourceDownError)) throw error;
    surroundings.warn(`--auth jwt: ${error.message}; nobody can log in with a token before it does`);
  }
  return remote;
}

/** @throws InvalidAuthArgumentString for a URL whose answer anybody on the way could have written */
export function keySetURL(text: string): string {
  // What can't stand in a URL would be left out, or escaped: that is another than was meant.
  const url = /^[^\s\p{Cc}]*$/u.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InvalidAuthArgumentString(`${JSON.stringify(text)} is no URL of a key set: write https://…`);
  if (url.protocol === "http:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname))
    throw new InvalidAuthArgumentString(
      `${JSON.stringify(text)} could be answered by anybody on the way: write https://…`,
    );
  return url.href;
}
