import { closeSync, constants, lstatSync, openSync, renameSync, unlinkSync } from "node:fs";

/** What a generation may be called besides, once it is compressed. */
const SUFFIXES = ["", ".gz"] as const;

const LOCK = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** Milliseconds; some renames take not one. */
const LOCKED_AT_MOST = 10_000;

/** The files that a log has had before: `name.1` is the newest, `name.1.gz` when it is compressed. */
export class Generations {
  readonly #path: string;
  readonly #keep: number;

  /** `keep` are kept; with none a file that is full is gone. */
  constructor(path: string, keep: number) {
    this.#path = path;
    this.#keep = keep;
  }

  nameOf(generation: number): string {
    return `${this.#path}.${generation}`;
  }

  /** What the one is called that is being compressed. */
  get temporary(): string {
    return `${this.#path}.gz.tmp`;
  }

  /** What they would be called, from the newest to the oldest, without being compressed. */
  names(): string[] {
    return Array.from({ length: this.#keep }, (_, index) => this.nameOf(index + 1));
  }

  /** Those that are not compressed yet, oldest first. */
  uncompressed(): number[] {
    const found: number[] = [];
    for (let one = this.#keep; one >= 1; one--) if (isThere(this.nameOf(one))) found.push(one);
    return found;
  }

  /**
   * Does something that no two processes may do at once. Nothing, where another one is at it: whoever has been for
   * long has died.
   *
   * @throws what the work does, and what the system says of the folder
   */
  exclusively(work: () => void): void {
    const lock = `${this.#path}.lock`;
    if (!taken(lock)) {
      if (isYoung(lock)) return;
      whereThere(() => unlinkSync(lock));
      if (!taken(lock)) return;
    }
    try {
      work();
    } finally {
      whereThere(() => unlinkSync(lock));
    }
  }

  /**
   * Makes the current file the newest generation, and every other one older by one, up to the first number that is
   * free. The oldest go first: that makes room where a disk is full.
   *
   * @throws what the system says; what is renamed by then stays renamed, nothing is lost
   */
  shift(): void {
    this.#removeBeyond();
    if (this.#keep === 0) {
      unlinkSync(this.#path);
      return;
    }
    let free = 1;
    while (free < this.#keep && this.#has(free)) free++;
    this.#remove(free);
    for (let from = free - 1; from >= 1; from--) this.#move(from, from + 1);
    renameSync(this.#path, this.nameOf(1));
  }

  /** Fewer may be kept than were kept before. */
  #removeBeyond(): void {
    let beyond = this.#keep + 1;
    while (this.#has(beyond)) beyond++;
    for (let one = beyond - 1; one > this.#keep; one--) this.#remove(one);
  }

  #has(generation: number): boolean {
    return SUFFIXES.some((suffix) => isThere(this.nameOf(generation) + suffix));
  }

  #remove(generation: number): void {
    for (const suffix of SUFFIXES) whereThere(() => unlinkSync(this.nameOf(generation) + suffix));
  }

  #move(from: number, to: number): void {
    for (const suffix of SUFFIXES)
      whereThere(() => renameSync(this.nameOf(from) + suffix, this.nameOf(to) + suffix));
  }
}

/** A disk that is full takes not even that: the work may make room. */
function taken(lock: string): boolean {
  try {
    closeSync(openSync(lock, LOCK, 0o600));
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"].includes(code)) return true;
    throw error;
  }
}

function isYoung(lock: string): boolean {
  const found = lstatSync(lock, { throwIfNoEntry: false });
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) < LOCKED_AT_MOST;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function whereThere(work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
