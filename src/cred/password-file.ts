import type { LoginAttempt } from "./checker";
import { PasswordFileError } from "./errors";
import { TrustedContent } from "./trusted-content";
import type { Trust } from "../base/trusted-files";
import { messageOf } from "../log/describe-error";

/** How the lines of a file are read. */
export interface LineFormat<E> {
  /**
   * What stands behind the name. What it throws is wrong with that line; undefined leaves the line out.
   *
   * @throws an Error whose message follows `line 3: `
   */
  readEntry(rest: string, place: { readonly name: string; readonly line: number }): E | undefined;
  /** Looks at all entries once they are read. @throws an Error whose message follows the file's name */
  check?(entries: ReadonlyMap<string, E>): void;
  /** Whether what follows a `#` at the start of a line is left out. True unless said. */
  readonly comments?: boolean;
}

/** Characters; no name and hash are as long. */
const LONGEST_LINE = 4096;

/**
 * A file of lines `name:…` that decides who may log in. It is read again when it has changed; when that fails,
 * what was read before still counts.
 */
export class PasswordFile<E> {
  readonly #content: TrustedContent<ReadonlyMap<string, E>>;

  constructor(
    readonly path: string,
    readonly format: LineFormat<E>,
    readonly trust: Trust,
  ) {
    this.#content = new TrustedContent(path, (text) => readPasswordLines(text, format), trust);
  }

  /**
   * Reads it.
   *
   * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError with the number of the first line
   * that is wrong
   */
  load(): Promise<ReadonlyMap<string, E>> {
    return this.#content.load();
  }

  /** What was read last; empty before the first time. */
  get last(): ReadonlyMap<string, E> {
    return this.#content.last ?? new Map<string, E>();
  }

  /** Another one as soon as the file was changed or replaced. */
  revision(): Promise<string> {
    return this.#content.revision();
  }

  /**
   * The entries as they are now; those before if the file is broken, which is then complained of.
   *
   * @throws as {@link load}, when it could never be read
   */
  entries(attempt?: Pick<LoginAttempt, "complain">): Promise<ReadonlyMap<string, E>> {
    return this.#content.current(attempt);
  }
}

/**
 * The entries of a text, by name.
 *
 * @throws PasswordFileError with the number of the first line that is wrong
 */
export function readPasswordLines<E>(text: string, format: LineFormat<E>): Map<string, E> {
  const entries = new Map<string, E>();
  const places = new Map<string, number>();
  for (const [index, line] of text.split("\n").entries()) {
    try {
      readLine(line.replace(/\r$/, ""), { entries, places, format, number: index + 1 });
    } catch (error) {
      throw new PasswordFileError(`line ${index + 1}: ${messageOf(error)}`, { cause: error });
    }
  }
  format.check?.(entries);
  return entries;
}

interface Reading<E> {
  readonly entries: Map<string, E>;
  readonly places: Map<string, number>;
  readonly format: LineFormat<E>;
  readonly number: number;
}

function readLine<E>(line: string, { entries, places, format, number }: Reading<E>): void {
  if (line.trim() === "" || (format.comments !== false && line.startsWith("#"))) return;
  if (line.length > LONGEST_LINE) throw new PasswordFileError(`it is longer than ${LONGEST_LINE} characters`);
  const colon = line.indexOf(":");
  if (colon === -1) throw new PasswordFileError('there is no ":" behind a name');
  const name = line.slice(0, colon).normalize("NFC");
  refuseName(name);
  const before = places.get(name);
  if (before !== undefined) throw new PasswordFileError(`its name stands on line ${before} already`);
  const entry = format.readEntry(line.slice(colon + 1), { name, line: number });
  places.set(name, number);
  if (entry !== undefined) entries.set(name, entry);
}

/** Why a name can't be one; undefined where it can. */
export function nameFault(name: string): string | undefined {
  if (name === "") return "there is no name";
  if (/[\p{Cc}:]/u.test(name)) return "its name has a colon or a control character in it";
  if (name.trim() !== name) return "its name begins or ends with a blank";
  if (name.startsWith("#")) return 'its name begins with "#", which makes the line a comment';
  return Buffer.byteLength(name) > 1024 ? "its name is longer than 1 KiB" : undefined;
}

function refuseName(name: string): void {
  const fault = nameFault(name);
  if (fault !== undefined) throw new PasswordFileError(fault);
}
