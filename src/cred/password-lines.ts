/** The text of a password file, line by line, for who changes it: comments and whatever else is there stay. */
import { canonical } from "./canonical";

export interface PasswordLine {
  readonly name: string;
  /** What stands behind the name. */
  readonly stored: string;
}

/** The text with this line in the place of the one of that name, or at its end. */
export function withLine(text: string, { name, stored }: PasswordLine): string {
  const lines = text.split("\n");
  const index = indexOf(lines, name);
  const line = lines[index];
  if (line === undefined)
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${name}:${stored}\n`;
  lines[index] = `${name}:${stored}${line.endsWith("\r") ? "\r" : ""}`;
  return lines.join("\n");
}

/** The text without the line of that name; the same where there is none. */
export function withoutLine(text: string, name: string): string {
  const lines = text.split("\n");
  const index = indexOf(lines, name);
  if (index === -1) return text;
  lines.splice(index, 1);
  return lines.join("\n");
}

function indexOf(lines: readonly string[], name: string): number {
  return lines.findIndex((line) => !line.startsWith("#") && nameOf(line) === name);
}

/** The name on a line, without the mark that some editors put before the first. */
export function nameOf(line: string): string | undefined {
  const colon = line.indexOf(":");
  return colon === -1 ? undefined : canonical(line.slice(0, colon).replace(/^\ufeff/, ""));
}
