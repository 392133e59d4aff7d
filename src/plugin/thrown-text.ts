import { inspect } from "node:util";

/** Whatever was thrown, as one line: an Error's name and message, anything else as Node would print it. */
export function thrownText(thrown: unknown): string {
  try {
    if (thrown instanceof Error || isErrorLike(thrown)) return oneLine(errorText(thrown));
    return oneLine(`${inspect(thrown, { depth: 1, breakLength: Infinity })} was thrown, which is no Error`);
  } catch {
    return "something was thrown that can't even be printed";
  }
}

function errorText({ name, message }: { name: string; message: string }): string {
  return message ? `${name}: ${message}` : name;
}

/** An Error of another realm, such as a test runner's or a vm's. */
const isErrorLike = (x: unknown): x is Error =>
  typeof x === "object" && x !== null && typeof (x as Error).message === "string" && "stack" in x;

const oneLine = (text: string): string => {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
};
