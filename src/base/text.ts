/** Pure text: names in kebab case, values as messages show them, words wrapped to a width. */

/** How much of a value a message shows. */
const SHOWN = 60;
const NOT_PRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]|\p{Surrogate}/gu;

/** `maxConns` → `max-conns`, `HTTPPort` → `http-port`, `max_conns` → `max-conns`. */
export function kebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replace(/_/g, "-")
    .toLowerCase();
}

/** Text in quotes, shortened, with everything that could disturb a terminal or a log line escaped. */
export function quote(text: string): string {
  if (text.length <= SHOWN) return `"${escaped(text)}"`;
  const start = text.slice(0, SHOWN).replace(/[\ud800-\udbff]$/, "");
  return `"${escaped(start)}…" (${text.length} characters)`;
}

/** Whether a terminal or a log line shows text as it is. */
export const isPrintable = (text: string): boolean => text.search(NOT_PRINTABLE) === -1;

/** Text as it is where that is safe to print and short, else as {@link quote} has it. */
export function plain(text: string): string {
  return text.length > SHOWN || !isPrintable(text) ? quote(text) : text;
}

/** A name or word as it was typed: bare where that is safe to print, else as {@link quote} has it. */
export function word(text: string): string {
  return text.length <= SHOWN && /^[\x21-\x7e]+$/.test(text) ? text : quote(text);
}

/** A value of any type as a message shows it: numbers bare, text quoted, a list in brackets. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid date" : value.toISOString();
  if (value instanceof URL) return quote(value.href);
  if (Array.isArray(value)) return `[${shortList(value)}]`;
  if (typeof value === "bigint") return cut(String(value));
  if (typeof value === "object" && value !== null) return ownWords(value);
  return cut(String(value));
}

/** What an object says that it is, where its class has a `toString` of its own. */
export function ownText(value: object): string | undefined {
  if (value.toString === Object.prototype.toString) return undefined;
  try {
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- it is its own
    return String(value);
  } catch {
    return undefined;
  }
}

/** Words with single spaces between them. */
const EVEN = /^[!-~]+(?: [!-~]+)*$/;

/** Lines of at most `width` characters. A word that is longer than a line is broken. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, Math.floor(width));
  if (text.length <= room && EVEN.test(text)) return [text];
  const lines: string[] = [];
  let line = "";
  for (const next of text.split(/[ \t\r\n]+/).filter(Boolean)) {
    if (line !== "" && line.length + 1 + next.length <= room) {
      line += ` ${next}`;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = broken(next, room);
    line = pieces.pop() ?? "";
    lines.push(...pieces);
  }
  if (line !== "") lines.push(line);
  return lines;
}

const PLAIN = /^[ !#-[\]-~]*$/;

function escaped(text: string): string {
  // As good as every text that is quoted has nothing to escape.
  if (PLAIN.test(text)) return text;
  return text
    .replace(/["\\]/g, "\\$&")
    .replace(/\n/g, "\\n")
    .replace(/\r/g, "\\r")
    .replace(/\t/g, "\\t")
    .replace(NOT_PRINTABLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function cut(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

function shortList(values: readonly unknown[]): string {
  const first = values.slice(0, 5).map(shown).join(", ");
  return values.length > 5 ? `${first}, … (${values.length} values)` : first;
}

/** An object that can say what it is in text is shown so; any other by its class. */
function ownWords(value: object): string {
  const text = ownText(value);
  return text === undefined ? `an instance of ${nameOf(value)}` : quote(text);
}

function nameOf({ constructor }: { readonly constructor?: unknown }): string {
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "Object";
}

function broken(text: string, room: number): string[] {
  if (text.length <= room) return [text];
  const pieces: string[] = [];
  let piece = "";
  for (const character of text) {
    if (piece !== "" && piece.length + character.length > room) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  pieces.push(piece);
  return pieces;
}
