/** The text of systemd's unit files: pure, from settings to lines. What a value may hold, and how, is settled here. */
import { quote } from "../../base/text";
import { UnitTextError } from "./errors";

/** One line of a unit, or a remark: `["", "words"]`. */
export type Setting = readonly [key: string, value: string];

export interface UnitSection {
  readonly name: string;
  /** A key may stand several times: some of systemd's add up. */
  readonly settings: readonly Setting[];
}

/** Stands before settings that belong together. */
export const remark = (words: string): Setting => ["", words];

/** What a word may consist of to mean itself wherever systemd reads words. */
const BARE = /^[\w@+=:,./-]+$/;
/** What a word of a command line has to have escaped between quotes. */
const TO_ESCAPE = /["\\\u0000-\u001f\u007f]/g;

/** The text of a unit file. */
export function renderUnit(sections: readonly UnitSection[], heading = ""): string {
  const parts = sections.map(({ name, settings }) => [`[${name}]`, ...settings.map(lineOf)].join("\n"));
  return `${[heading, ...parts].filter(Boolean).join("\n\n")}\n`;
}

const lineOf = ([key, value]: Setting): string => (key === "" ? `\n# ${value}` : `${key}=${value}`);

/**
 * A word of a command line: neither a specifier (`%`) nor a variable (`$`) is looked for in it.
 *
 * @throws UnitTextError
 */
export const commandWord = (text: string): string => quoted(text.replace(/[%$]/g, "$&$&"));

/** The program of a command line, in which systemd looks for no variables. @throws UnitTextError */
export const program = (path: string): string => listWord(path);

/** A word in a list: a path, an assignment to a variable. @throws UnitTextError */
export const listWord = (text: string): string => quoted(text.replace(/%/g, "%%"));

/**
 * A value that is all of its line, which systemd takes as it stands but for `%`.
 *
 * @throws UnitTextError for what no such line can hold
 */
export function wholeValue(text: string): string {
  refuse(text, /[\u0000-\u001f\u007f]/, "a control character");
  refuse(text, /^\s|\s$/, "a blank at its start or end");
  refuse(text, /\\$/, "a backslash at its end");
  return text.replace(/%/g, "%%");
}

/** Words for people on one line: whatever would end it is left out. */
export function sentence(text: string): string {
  const line = text.replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
  return line.replace(/[\s\\]+$/, "").replace(/%/g, "%%");
}

function quoted(text: string): string {
  refuse(text, /[\n\r]/, "a line end");
  refuse(text, /\0/, "a null character");
  if (BARE.test(text)) return text;
  const escaped = text.replace(TO_ESCAPE, (found) =>
    found === '"' || found === "\\"
      ? `\\${found}`
      : `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}

/** Bytes that are no UTF-8 arrive as U+FFFD: what they were is lost. */
function refuse(text: string, pattern: RegExp, what: string): void {
  const found = /\ufffd|\p{Surrogate}/u.test(text)
    ? "what is no valid UTF-8"
    : pattern.test(text)
      ? what
      : undefined;
  if (found !== undefined)
    throw new UnitTextError(`a unit of systemd can't hold ${quote(text)}: there is ${found} in it`);
}
