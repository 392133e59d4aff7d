/**
 * Loads a library that is only there where somebody installed it. Undefined where it is not; what else goes wrong
 * is not hidden.
 */
export function optional<T>(load: () => T, name: string): T | undefined {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "MODULE_NOT_FOUND" && message.includes(`'${name}'`)) return undefined;
    throw error;
  }
}

/** What to say of a library that is to be found at `find`, and is not; undefined where it is there. */
export function lacking(find: () => string, name: string, install = name): string | undefined {
  return optional(find, name) === undefined ? `npm install ${install}` : undefined;
}
