/** A name in a distinguished name (RFC 4514): what could end it, or start another, is escaped. */
export const inDN = (name: string): string => name.replace(/[,+"\\<>;=#\0]|^ | $/g, hex);

/** A name in a filter (RFC 4515). */
export const inFilter = (name: string): string => name.replace(/[\\*()\0]/g, hex);

/** What somebody binds as: an entry, or, where the pattern is none, such as `%u@example.org`, a name of its own. */
export const filledDN = (pattern: string, name: string): string =>
  filled(pattern, pattern.includes("=") ? inDN(name) : name);

export const filledFilter = (pattern: string, name: string): string => filled(pattern, inFilter(name));

/** Names that a directory takes for the same: it looks at neither case nor blanks around (RFC 4518). */
export const folded = (name: string): string =>
  name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

const PART = String.raw`\s*(?:[A-Za-z][\w-]*|\d+(?:\.\d+)+)\s*=(?:\\[^]|[^\\",;<>+])*`;
const DN = new RegExp(`^${PART}(?:[,;+]${PART})*$`);

/** Whether it could be the name of an entry (RFC 4514); nothing at all is that of the root. */
export const isDN = (text: string): boolean => text === "" || DN.test(text);

const filled = (pattern: string, text: string): string => pattern.replaceAll("%u", () => text);

const hex = (letter: string): string => `\\${letter.charCodeAt(0).toString(16).padStart(2, "0")}`;
