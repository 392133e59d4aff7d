import {
  constants,
  createReadStream,
  createWriteStream,
  lstatSync,
  renameSync,
  unlinkSync,
  type BigIntStats,
} from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Generations } from "./generations";
import { makeLike } from "./open-log-file";

export interface LogCompressorOptions {
  /** Told once why nothing is compressed. */
  readonly failed: (error: unknown) => void;
  /** Milliseconds before a generation is compressed. */
  readonly delay?: number;
}

/** Another process that writes to the same file notices within a second that it was renamed: see `RotatingFile`. */
const DELAY = 2_000;
/** A file that was not written to for so long is what a crash has left. */
const LEFT_OVER = 60_000;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Compresses the generations of a log, one after the other, off the main thread and with little memory. A `.gz`
 * appears whole or not at all, and only then the file that it stands for goes.
 */
export class LogCompressor {
  readonly #generations: Generations;
  readonly #failed: (error: unknown) => void;
  readonly #delay: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #working = false;
  #again = false;

  constructor(generations: Generations, { failed, delay = DELAY }: LogCompressorOptions) {
    this.#generations = generations;
    this.#failed = failed;
    this.#delay = delay;
  }

  /** Compresses in a while whatever is not compressed by then. */
  soon(delay = this.#delay): void {
    this.#again = this.#working;
    if (this.#working) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#work(), delay).unref();
  }

  async #work(): Promise<void> {
    this.#working = true;
    let delay: number | undefined;
    try {
      delay = await this.#compressAll();
    } catch (error) {
      this.#failed(error);
    }
    this.#working = false;
    if (this.#again || delay !== undefined) this.soon(delay);
  }

  /** In how many milliseconds there is more to do; undefined when all is done. */
  async #compressAll(): Promise<number | undefined> {
    const temporary = this.#generations.temporary;
    for (let one = this.#next(); one !== undefined; one = this.#next()) {
      if (isInUse(temporary)) return LEFT_OVER;
      if (!(await this.#compress(this.#generations.nameOf(one), temporary))) return this.#delay;
    }
    return undefined;
  }

  /** The oldest that is not compressed, unless it is so new that somebody may still write to it. */
  #next(): number | undefined {
    const [oldest] = this.#generations.uncompressed();
    return this.#again && oldest === 1 ? undefined : oldest;
  }

  async #compress(name: string, temporary: string): Promise<boolean> {
    const { open } = process.getBuiltinModule("node:fs/promises");
    const from = await open(name, READ);
    try {
      const stats = await from.stat({ bigint: true });
      if (!stats.isFile()) throw new Error(`${name} is no regular file`);
      const to = await open(temporary, WRITE, 0o600);
      try {
        await gzip(from, to);
        makeLike(to.fd, stats);
        // A crash of the machine must not leave an empty one in place of what it was made from.
        await to.sync();
        return this.#putInPlace(temporary, stats);
      } finally {
        await to.close();
        remove(temporary);
      }
    } finally {
      await from.close();
    }
  }

  /** Where its source is by now: it may have become older meanwhile, gone, or longer. All in one step of the thread. */
  #putInPlace(temporary: string, source: BigIntStats): boolean {
    const name = this.#generations.names().find((one) => isSame(one, source));
    if (name === undefined) return false;
    renameSync(temporary, `${name}.gz`);
    unlinkSync(name);
    return true;
  }
}

async function gzip(from: FileHandle, to: FileHandle): Promise<void> {
  const { pipeline } = process.getBuiltinModule("node:stream/promises");
  const { createGzip } = process.getBuiltinModule("node:zlib");
  // By their numbers: streams of the handles themselves would not let those be closed by anybody else.
  await pipeline(
    createReadStream("", { fd: from.fd, autoClose: false }),
    createGzip(),
    createWriteStream("", { fd: to.fd, autoClose: false }),
  );
}

function isSame(path: string, { dev, ino, size }: BigIntStats): boolean {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.dev === dev && found.ino === ino && found.size === size;
}

/** Whether somebody is writing it; what is left from a crash is removed. */
function isInUse(temporary: string): boolean {
  const found = lstatSync(temporary, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (Math.abs(Date.now() - found.mtimeMs) < LEFT_OVER) return true;
  remove(temporary);
  return false;
}

function remove(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {
    // It has become the .gz, or somebody else removed it.
  }
}
