import type { StandardInput } from "../runner/world";
import { PasswordInputError } from "./errors";

/** Bytes; whoever pipes a film in is told so before it is over. */
const MOST = 64 * 1024;

/** The first line, without its end; undefined where there is nothing at all. */
export async function readFirstLine(input: StandardInput): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input.read()) {
    const end = chunk.indexOf(0x0a);
    chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
    length += chunk.length;
    if (end !== -1) return textOf(chunks);
    if (length > MOST) throw new PasswordInputError("the first line of standard input is no password");
  }
  return length === 0 ? undefined : textOf(chunks);
}

function textOf(chunks: readonly Uint8Array[]): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)).replace(/\r$/, "");
  } catch (error) {
    throw new PasswordInputError("the password on standard input is not UTF-8", { cause: error });
  }
}
