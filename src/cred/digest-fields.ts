/** What a client answers to a digest challenge: the fields of its `Authorization` header. */
export type DigestFields = Readonly<Partial<Record<string, string>>>;

const FIELD = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))[ \t]*(?:,|$)/y;

/** `name="value", name=value`: RFC 9110, 11.4. The first of a name counts; what follows a fault is left out. */
export function readDigestFields(text: string): DigestFields {
  const fields = new Map<string, string>();
  const field = new RegExp(FIELD);
  field.lastIndex = pastCommas(text, 0);
  for (let found = field.exec(text); found; found = field.exec(text)) {
    const [, name = "", quoted, bare = ""] = found;
    const key = name.toLowerCase();
    if (!fields.has(key)) fields.set(key, quoted?.replace(/\\(.)/g, "$1") ?? bare);
    field.lastIndex = pastCommas(text, field.lastIndex);
  }
  return Object.fromEntries(fields);
}

/** The name that logs in: in UTF-8, whichever way it is written. */
export function usernameIn(fields: DigestFields): string | undefined {
  const extended = fields["username*"];
  return extended === undefined ? asUTF8(fields.username) : fromExtended(extended);
}

function pastCommas(text: string, from: number): number {
  let at = from;
  while (text[at] === "," || text[at] === " " || text[at] === "\t") at++;
  return at;
}

/** `username*` is for names that a quoted string can't hold (RFC 8187). */
function fromExtended(text: string): string | undefined {
  try {
    return decodeURIComponent(/^UTF-8'[^']*'(.*)$/i.exec(text)?.[1] ?? "");
  } catch {
    return undefined;
  }
}

/** Node reads headers as Latin-1, byte by byte. What can't be UTF-8 was meant as it is. */
function asUTF8(text: string | undefined): string | undefined {
  if (text === undefined || /[^\0-\xff]/.test(text)) return text;
  const bytes = Buffer.from(text, "latin1");
  const decoded = bytes.toString("utf8");
  return Buffer.from(decoded, "utf8").equals(bytes) ? decoded : text;
}
