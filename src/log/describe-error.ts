/** What was thrown, in words. Anything can be thrown, so nothing here trusts it and nothing here throws. */
import { inspect } from "node:util";

/** A chain of causes longer than this is a mistake. */
const CAUSES_SHOWN = 10;

/** One short text for what was thrown: an error's message, else what it looks like. */
export function messageOf(thrown: unknown): string {
  const error = errorIn(thrown);
  if (!error) return typeof thrown === "string" ? thrown : `${look(thrown)} was thrown, which is no Error`;
  const message = read(error, "message");
  if (typeof message === "string" && message !== "") return message;
  const name = read(error, "name");
  return typeof name === "string" && name !== "" ? name : "an error without a message";
}

/** The stack of what was thrown, followed by those of its causes and of the errors that it gathers. */
export function stackOf(thrown: unknown): string {
  return stacks(thrown, "", new Set()).join("\n");
}

function stacks(thrown: unknown, label: string, seen: Set<unknown>): string[] {
  const error = errorIn(thrown);
  if (!error) return [label + look(thrown)];
  if (seen.has(error) || seen.size >= CAUSES_SHOWN) return [];
  seen.add(error);
  const stack = read(error, "stack");
  const own = typeof stack === "string" && stack !== "" ? withMessage(stack, error) : messageOf(error);
  const gathered = read(error, "errors");
  const cause = read(error, "cause");
  return [
    label + own,
    ...(Array.isArray(gathered) ? gathered : []).flatMap((one) => stacks(one, "one of its errors: ", seen)),
    ...(cause === undefined ? [] : stacks(cause, "caused by: ", seen)),
  ];
}

/** A message that was changed after the error was made is not in its stack. */
function withMessage(stack: string, error: object): string {
  const message = messageOf(error);
  return stack.includes(message) ? stack : `${message}\n${stack}`;
}

/** Errors of another realm (a `vm` context, Jest) are no instances of this one's `Error`. */
function errorIn(thrown: unknown): object | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  try {
    return thrown instanceof Error || ("message" in thrown && "stack" in thrown) ? thrown : undefined;
  } catch {
    return undefined;
  }
}

function read(thing: object, name: string): unknown {
  try {
    return (thing as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function look(thrown: unknown): string {
  try {
    return inspect(thrown, { depth: 1, breakLength: Infinity, maxStringLength: 500, maxArrayLength: 20 });
  } catch {
    return `something of type ${typeof thrown} that can't be shown`;
  }
}
