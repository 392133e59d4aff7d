/** A command line as it is handed to `readOptions`. */
export interface CommandLine {
  /** What the messages begin with, and the middle of the environment's names: `myproject`. */
  readonly command: string;
  /** The words after the command. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths on it begin at; the working directory if it is left out. */
  readonly folder?: string;
  /** The names of appd's own options, which stand before the command: `log-level`, `n`. */
  readonly globals?: readonly string[];
  /** The other commands there are: their variables are not unknown ones of this command. */
  readonly commands?: readonly string[];
}

/** Where a value came from. */
export interface Origin {
  readonly kind: "command line" | "environment";
  /** The option as typed, or the variable. */
  readonly name: string;
}

/** The origin as messages say it. */
export function originText(origin: Origin | undefined): string {
  if (!origin) return "its default";
  return origin.kind === "environment" ? `from ${origin.name}` : "from the command line";
}
