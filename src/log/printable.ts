/** C0 but for the tab, DEL, C1, and what Unicode calls line and paragraph separators and direction marks. */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const CONTROL_IN_LINES =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r" };

const escaped = (character: string): string =>
  SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** As good as every text that is logged; a replacement that finds nothing would take longer. */
const PLAIN = /^[ -~]*$/;

/** `text` on one line: whatever could move a terminal's cursor or fake a second line is spelled out. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(CONTROL, escaped);
}

/** The same for text of several lines, such as a stack: its line breaks stay. */
export function printableLines(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(CONTROL_IN_LINES, escaped);
}
