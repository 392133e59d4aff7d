import { closeSync, constants, fstatSync, openSync, readSync, statSync, type BigIntStats } from "node:fs";
import { NoLogError } from "./errors";

/** A log file that is open, and how far it was read. */
interface OpenLog {
  readonly fd: number;
  /** Tells one file from another, whatever it is called by now. */
  readonly id: string;
  position: number;
}

/** How often it is tried to look at files that are being renamed. */
const TRIES = 20;
const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;
/** How long a file is looked at that was moved away: who writes to it may not have heard of that. */
const LATE = 10_000;

/**
 * A log as one text, in whichever file it goes on: those that were moved away are `name.1`, `name.2` and so on. A
 * file is known by what it is, not by its name: nothing is left out and nothing comes twice when it is renamed
 * while it is read.
 */
export class LogTrail {
  readonly #path: string;
  readonly #now: () => number;
  /** Those to be read, the oldest first; the last is the one that is written to. */
  #logs: OpenLog[] = [];
  /** Those that were moved away, and may still be written to. */
  #late: { readonly log: OpenLog; readonly until: number }[] = [];

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /** Whether there is a file of that name. */
  get exists(): boolean {
    return idAt(this.#path) !== undefined;
  }

  /**
   * Goes to where the last lines begin.
   *
   * @throws NoLogError
   */
  seek(lines: number): void {
    this.#logs = this.#chain(() => {
      let wanted = lines;
      return (log) => {
        const found = seekBack(log, wanted);
        wanted -= found;
        return wanted <= 0;
      };
    });
  }

  /**
   * What there is to read, as it is read. Once it is through, ask again later.
   *
   * @throws NoLogError
   */
  *read(): Generator<Buffer> {
    yield* this.#rest();
    for (const { log } of this.#late) yield* restOf(log);
    const current = this.#logs.at(-1);
    const there = idAt(this.#path);
    if (there === undefined || there === current?.id) return;
    const newer = this.#newerThan(current);
    // What was written to it until it was known to be the old one.
    if (current) yield* restOf(current);
    if (current) this.#late.push({ log: current, until: this.#now() + LATE });
    this.#logs = newer;
    this.#forgetLate();
    yield* this.#rest();
  }

  close(): void {
    for (const { fd } of [...this.#logs, ...this.#late.map(({ log }) => log)]) closeSync(fd);
    this.#logs = [];
    this.#late = [];
  }

  /** All but the last are through then. */
  *#rest(): Generator<Buffer> {
    for (;;) {
      const [log] = this.#logs;
      if (!log) return;
      yield* restOf(log);
      if (this.#logs.length === 1) return;
      closeSync(log.fd);
      this.#logs.shift();
    }
  }

  #newerThan(current: OpenLog | undefined): OpenLog[] {
    const [newest, ...others] = this.#chain(() => (log) => log.id === current?.id).toReversed();
    const known = others.findIndex(({ id }) => id === current?.id);
    // Where the one that was read has another name by now, or none, the next is the newest.
    const unread = known === -1 ? [] : others.slice(0, known);
    for (const { fd } of others.slice(unread.length)) closeSync(fd);
    return newest ? [...unread.toReversed(), newest] : [];
  }

  #forgetLate(): void {
    const over = this.#late.filter(({ until }) => until <= this.#now());
    for (const { log } of over) closeSync(log.fd);
    this.#late = this.#late.filter((one) => !over.includes(one));
  }

  /**
   * The files of the log, the oldest first, back to the first that is enough. While they are opened they may be
   * renamed: then once more.
   */
  #chain(asking: () => (log: OpenLog) => boolean): OpenLog[] {
    for (let tries = 1; ; tries++) {
      const isEnough = asking();
      const names: string[] = [];
      const logs: OpenLog[] = [];
      for (let age = 0; ; age++) {
        const name = age === 0 ? this.#path : `${this.#path}.${age}`;
        const log = opened(name);
        if (!log) break;
        names.unshift(name);
        logs.unshift(log);
        if (isEnough(log)) break;
      }
      if (tries === TRIES || logs.every(({ id }, at) => id === idAt(names[at] ?? ""))) return logs;
      for (const { fd } of logs) closeSync(fd);
    }
  }
}

/** Without waiting for who writes into a pipe. Undefined where nothing is of that name. */
function opened(path: string): OpenLog | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new NoLogError(`the log ${path} can't be read: ${code ?? String(error)}`, { cause: error });
  }
  const stats = fstatSync(fd, { bigint: true });
  if (stats.isFile()) return { fd, id: idOf(stats), position: 0 };
  closeSync(fd);
  throw new NoLogError(`the log ${path} is no file that keeps what is written to it`);
}

function idAt(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats && idOf(stats);
  } catch {
    return undefined;
  }
}

const idOf = ({ dev, ino }: BigIntStats): string => `${dev}-${ino}`;

/** What was not read yet. A file that is shorter than that was emptied, and begins anew. */
function* restOf(log: OpenLog): Generator<Buffer> {
  if (Number(fstatSync(log.fd, { bigint: true }).size) < log.position) log.position = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = readSync(log.fd, chunk, 0, CHUNK, log.position);
    if (length === 0) return;
    log.position += length;
    yield chunk.subarray(0, length);
  }
}

/** Goes back by so many lines, or to the beginning. Says how many they are. */
function seekBack(log: OpenLog, lines: number): number {
  const size = Number(fstatSync(log.fd, { bigint: true }).size);
  const chunk = Buffer.allocUnsafe(CHUNK);
  log.position = size;
  if (lines <= 0) return 0;
  let found = 0;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK);
    const length = readSync(log.fd, chunk, 0, end - start, start);
    for (let at = length - 1; at >= 0; at--) {
      // The line end of the last line is not between two.
      if (chunk[at] !== NEWLINE || start + at === size - 1) continue;
      found++;
      if (found < lines) continue;
      log.position = start + at + 1;
      return found;
    }
    end = start;
  }
  log.position = 0;
  return size === 0 ? 0 : found + 1;
}
