import { constants } from "node:os";

/**
 * launch/: how a run gets into the background. The launcher is what a person types: it starts the daemon, waits for
 * its verdict and is gone. The two speak over a pipe, one JSON object a line; that it closes without a verdict is
 * one, too: whatever ended the daemon has closed it. The master of `--max-restarts` stands between and speaks the
 * same with its worker. None of launcher and master loads anything of a project's.
 */

/** What either end says; each message has one of these, all but the last three from the launched one. */
export interface Message {
  /** Text for the launcher's standard output, or for its standard error. */
  readonly out?: string;
  readonly err?: string;
  /** What others than appd print there: it is in the log, too. */
  readonly printed?: { readonly stream: "stdout" | "stderr"; readonly text: string };
  /** Its event loop turns. */
  readonly alive?: true;
  /** It is no question of printing something: it is about to run. */
  readonly begun?: { readonly log?: string | undefined };
  readonly started?: StartedNews;
  /** Somebody has told it to stop. */
  readonly stopping?: true;
  /** It ends by its own will, with this status; `by` is the signal that somebody else than the master sent. */
  readonly exit?: number;
  readonly by?: string;
  /** From a master: its worker was killed by this signal. */
  readonly died?: NodeJS.Signals;
  /** From a master: stop, as this signal would; a second one forces the end. */
  readonly stop?: "SIGINT" | "SIGTERM";
}

/** What there is to know of a run that has started. */
export interface StartedNews {
  readonly pid: number;
  /** The file that it logs to. */
  readonly log?: string | undefined;
  /** Milliseconds that its services may take to stop. */
  readonly stopTimeout?: number | undefined;
}

/** A line longer than this is none of ours. */
const LONGEST = 1024 * 1024;
/** So much text goes into one message; a character of two units stays whole. */
const PIECES = /[^]{1,32768}/gu;

export const asLine = (message: Message): string => `${JSON.stringify(message)}\n`;

/** Text of any length in messages that are not too long. */
export function inPieces(text: string, wrap: (piece: string) => Message): Message[] {
  return (text.match(PIECES) ?? []).map(wrap);
}

/** What a line says; undefined for what no launched process says. */
export function readMessage(line: string): Message | undefined {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof said !== "object" || said === null) return undefined;
  const message = said as Record<string, unknown>;
  const isRight = Object.entries(message).every(([name, value]) => FORMS.get(name)?.(value) === true);
  return isRight ? message : undefined;
}

type Form = (value: unknown) => boolean;
const isText: Form = (value) => typeof value === "string";
const isTrue: Form = (value) => value === true;
const isNumber: Form = (value) => typeof value === "number" && value >= 0;
const isOptional =
  (form: Form): Form =>
  (value) =>
    value === undefined || value === null || form(value);
const has = (value: unknown, forms: Readonly<Record<string, Form>>): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(forms).every(([name, form]) => form((value as Record<string, unknown>)[name]));

const FORMS: ReadonlyMap<string, Form> = new Map([
  ["out", isText],
  ["err", isText],
  [
    "printed",
    (value) => has(value, { stream: (name) => name === "stdout" || name === "stderr", text: isText }),
  ],
  ["alive", isTrue],
  ["begun", (value) => has(value, { log: isOptional(isText) })],
  [
    "started",
    (value) => has(value, { pid: isNumber, log: isOptional(isText), stopTimeout: isOptional(isNumber) }),
  ],
  ["stopping", isTrue],
  ["exit", isNumber],
  ["by", isText],
  ["died", (value) => typeof value === "string" && Object.hasOwn(constants.signals, value)],
  ["stop", (value) => value === "SIGINT" || value === "SIGTERM"],
] satisfies [keyof Message, Form][]);

/** Puts text together that comes in pieces, and hands over its lines. */
export class Lines {
  readonly #take: (line: string) => void;
  #rest = "";
  #isTooLong = false;

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!this.#isTooLong && line !== "") this.#take(line);
      this.#isTooLong = false;
    }
    if (this.#rest.length <= LONGEST) return;
    this.#rest = "";
    this.#isTooLong = true;
  }

  /** What comes without a line break is a line when nothing follows. */
  end(): void {
    if (this.#rest !== "" && !this.#isTooLong) this.#take(this.#rest);
    this.#rest = "";
  }
}
