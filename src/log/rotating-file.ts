import { fstatSync, ftruncateSync, lstatSync, statSync, type BigIntStats } from "node:fs";
import { writeChunk, type WriteSome } from "./file-output";
import { Generations } from "./generations";
import { LogCompressor } from "./log-compressor";
import { lengthOf, oldAt, type LogAge } from "./log-limits";
import {
  closeQuietly,
  openDevice,
  openLogFile,
  realLogPath,
  type Likeness,
  type OpenedFile,
} from "./open-log-file";

export interface RotatingFileOptions {
  /** Bytes that the file has at most, unless a single line is longer; 0 for no limit. */
  readonly maxSize?: number;
  /** How old its first line gets; without it any age. */
  readonly maxAge?: LogAge | undefined;
  /** How many files from before are kept. */
  readonly keep?: number;
  /** Whether they are compressed. */
  readonly compress?: boolean;
  /** Told once what can't be done; writing goes on. */
  readonly warn?: ((trouble: LogFileTrouble, error: unknown) => void) | undefined;
  readonly now?: () => number;
  /** Milliseconds before a file from before is compressed; for tests. */
  readonly compressDelay?: number;
}

/** What could not be done with the file. */
export type LogFileTrouble = "rotate" | "reopen" | "compress";

/** So often, in milliseconds, it is looked whether the file was moved away or removed. */
const LOOK_EVERY = 1_000;
/** After so long it is tried again to rotate. */
const RETRY_AFTER = 60_000;

/**
 * A log file that keeps itself small. Its only writer renames it between two lines and begins a new one, so that no
 * line is lost and none is in two files. It notices within a second when somebody else has moved or removed it; the
 * signal for `reopen` makes that at once. Devices and pipes are only written to.
 *
 * Every call writes one line, whole: several processes may append to one file.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #maxSize: number;
  readonly #maxAge: LogAge | undefined;
  readonly #now: () => number;
  readonly #options: RotatingFileOptions;
  readonly #generations: Generations;
  readonly #compressor: LogCompressor | undefined;
  readonly #troubles = new Set<string>();
  readonly #root = rootOf();
  #file: OpenedFile;
  #isFile: boolean;
  #size = 0;
  #oldAt = Infinity;
  #begun = 0;
  #lookAt: number;
  #rotateFrom = 0;
  #isInLine = false;

  /** @throws what the system says when it can't be opened */
  constructor(path: string, options: RotatingFileOptions = {}) {
    const { maxSize = 0, maxAge, keep = 10, compress = false, now = Date.now } = options;
    this.#options = options;
    this.#path = isDevice(path) ? path : realLogPath(path);
    this.#maxSize = maxSize > 0 ? maxSize : Infinity;
    this.#maxAge = maxAge;
    this.#now = now;
    this.#file = this.#open();
    this.#isFile = this.#take(this.#file);
    this.#lookAt = now() + LOOK_EVERY;
    this.#generations = new Generations(this.#path, keep);
    if (compress && this.#isFile) {
      this.#compressor = new LogCompressor(this.#generations, {
        failed: (error) => this.#warn("compress", error),
        ...(options.compressDelay !== undefined && { delay: options.compressDelay }),
      });
      this.#compressor.soon();
    }
  }

  /** The file that is open at the moment. */
  get opened(): Pick<OpenedFile, "fd" | "isNew"> {
    return this.#file;
  }

  /** Writes the next line, or the rest of one that had no room. */
  readonly writeSome: WriteSome = (chunk, length) => {
    if (!this.#isInLine && this.#isFile) this.#beforeLine(length);
    const before = this.#size;
    let written = writeChunk(this.#file.fd, chunk);
    this.#size += written;
    if (written < length && !this.#isInLine && this.#isFile) written += this.#finish(chunk, written, before);
    this.#isInLine = written < length;
    return written;
  };

  /**
   * Goes on in the file of that name, once a line that has begun is through: the old one was renamed or removed. Says
   * whether it can; where it can't it goes on in the old one.
   */
  reopen(): boolean {
    this.#troubles.clear();
    this.#rotateFrom = 0;
    if (!this.#isInLine) return this.#openAgain();
    this.#lookAt = 0;
    return true;
  }

  close(): void {
    closeQuietly(this.#file.fd);
  }

  /**
   * A disk that is nearly full takes a part of a line. That is taken back when it does not take the rest: the file
   * may be gone before there is room again, and the line is to be in one file.
   *
   * @throws what the system says
   */
  #finish(chunk: string | Uint8Array, written: number, before: number): number {
    const rest = Buffer.from(chunk as string).subarray(written);
    let more = 0;
    try {
      while (more < rest.length) {
        const some = writeChunk(this.#file.fd, rest.subarray(more));
        more += some;
        this.#size += some;
      }
      return more;
    } catch (error) {
      if (!this.#takeBack(before)) return more;
      throw error;
    }
  }

  /** Unless somebody else may have written to the file since. */
  #takeBack(size: number): boolean {
    if (Number(fstatSync(this.#file.fd, { bigint: true }).size) !== this.#size) return false;
    ftruncateSync(this.#file.fd, size);
    this.#size = size;
    return true;
  }

  #beforeLine(length: number): void {
    const now = this.#now();
    if (now >= this.#lookAt || now < this.#lookAt - LOOK_EVERY) this.#look(now);
    if (this.#mustRotate(length, now)) this.#rotate(length, now);
  }

  #mustRotate(length: number, now: number): boolean {
    if (this.#size === 0) {
      if (this.#maxAge !== undefined) this.#begin(now);
      return false;
    }
    // It failed a moment ago.
    if (now < this.#rotateFrom && now > this.#rotateFrom - RETRY_AFTER) return false;
    if (this.#size + length > this.#maxSize) return true;
    if (this.#maxAge === undefined) return false;
    // The clock was set back by more than a bit: what was begun in the future is begun now.
    if (this.#begun - now > lengthOf(this.#maxAge)) this.#begin(now);
    return now >= this.#oldAt;
  }

  #begin(now: number): void {
    this.#begun = now;
    this.#oldAt = this.#maxAge === undefined ? Infinity : oldAt(now, this.#maxAge);
  }

  /** Whether the file is still the one of that name, and how long it is: others may write to it, or empty it. */
  #look(now: number): void {
    this.#lookAt = now + LOOK_EVERY;
    try {
      if (!this.#isThere()) this.#openAgain();
    } catch {
      // The folder is closed to this process by now. The file is still open.
    }
  }

  #rotate(length: number, now: number): void {
    try {
      // Where another process is at it, the file is the old one for some lines more.
      this.#generations.exclusively(() => this.#shift(length, now));
    } catch (error) {
      this.#rotateFrom = now + RETRY_AFTER;
      this.#warn("rotate", error);
    }
  }

  #shift(length: number, now: number): void {
    // Unless another process has done it, or emptied the file.
    if (this.#isThere()) {
      if (!this.#mustRotate(length, now)) return;
      this.#generations.shift();
      this.#troubles.delete("rotate");
    }
    if (this.#openAgain()) this.#compressor?.soon();
  }

  /** Whether the open file is the one of that name; knows its size then. @throws what the system says */
  #isThere(): boolean {
    this.#refuseOtherRoot();
    const there = lstatSync(this.#path, { bigint: true, throwIfNoEntry: false });
    const { dev, ino } = this.#file.stats;
    if (there?.ino !== ino || there.dev !== dev) return false;
    this.#size = Number(there.size);
    return true;
  }

  /** The new file gets mode and owner of the old. Where it can't be opened, it goes on in the old. */
  #openAgain(): boolean {
    const old = this.#file;
    try {
      this.#refuseOtherRoot();
      this.#file = this.#open(fstatSync(old.fd, { bigint: true }));
    } catch (error) {
      this.#warn("reopen", error);
      return false;
    }
    closeQuietly(old.fd);
    this.#troubles.delete("reopen");
    this.#isFile = this.#take(this.#file);
    return true;
  }

  /** After a chroot a file of that name is another one, if there is one: the log stays in the file that is open. */
  #refuseOtherRoot(): void {
    if (rootOf() === this.#root) return;
    throw Object.assign(new Error("the root folder is another one by now"), { code: "EXDEV" });
  }

  #open(like?: Likeness): OpenedFile {
    return isDevice(this.#path) ? openDevice(this.#path) : openLogFile(this.#path, like);
  }

  /** Whether it is a regular file, which alone is rotated. */
  #take({ stats }: OpenedFile): boolean {
    this.#size = Number(stats.size);
    this.#begin(this.#size === 0 ? this.#now() : begunAt(stats));
    return stats.isFile() && !isDevice(this.#path);
  }

  /** Once for each trouble, and not in the middle of a line. */
  #warn(trouble: LogFileTrouble, error: unknown): void {
    if (this.#troubles.has(trouble)) return;
    this.#troubles.add(trouble);
    queueMicrotask(() => this.#options.warn?.(trouble, error));
  }
}

/** What has its names there is never a file that belongs to the log alone, whatever it leads to. */
const isDevice = (path: string): boolean => /^\/(?:dev|proc)\//.test(path);

function rootOf(): string {
  const { dev, ino } = statSync("/", { bigint: true });
  return `${dev} ${ino}`;
}

/** When its first line was written, as far as the file system knows; else its last. */
function begunAt({ birthtimeMs, mtimeMs }: BigIntStats): number {
  return Number(birthtimeMs > 0n && birthtimeMs < mtimeMs ? birthtimeMs : mtimeMs);
}
