import { MissingPeerError } from "./errors";

/**
 * Loads a library that is only there where somebody installed it. Undefined where it is not; what else goes wrong
 * is not hidden.
 */
export function optionalPeer<T>(load: () => T, name: string): T | undefined {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "MODULE_NOT_FOUND" && message.includes(`'${name}'`)) return undefined;
    throw error;
  }
}

/** The same of a library that `who` can't do without. @throws MissingPeerError which says what to install */
export function neededPeer<T>(load: () => T, name: string, { who = "it", install = name } = {}): T {
  const library = optionalPeer(load, name);
  if (library !== undefined) return library;
  throw new MissingPeerError(`${who} needs a library that is not here: npm install ${install}`);
}
