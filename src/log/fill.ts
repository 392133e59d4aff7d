import { inspect } from "node:util";

/** Puts `args` into the placeholders of `message` as pino does: what has no placeholder is left out. */
export function fill(message: string, args: readonly unknown[]): string {
  if (args.length === 0) return message;
  let next = 0;
  return message.replace(/%[sdifjoO%]/g, (placeholder) => {
    if (placeholder === "%%") return "%";
    if (next >= args.length) return placeholder;
    return filled(placeholder, args[next++]);
  });
}

function filled(placeholder: string, value: unknown): string {
  try {
    switch (placeholder) {
      case "%d":
      case "%f":
        return String(Number(value));
      case "%i":
        return String(Math.floor(Number(value)));
      case "%s":
        return typeof value === "string" ? value : json(value);
      default:
        return json(value);
    }
  } catch {
    return inspect(value, { depth: 1, breakLength: Infinity });
  }
}

/** What JSON can't say, such as a function or a bigint, looks as in a debugger. */
export function json(value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch {
    // Circular, a bigint inside, or a toJSON that throws.
  }
  return inspect(value, { depth: 3, breakLength: Infinity });
}
