import { basename, dirname } from "node:path";
import { constants, type BigIntStats } from "node:fs";
import type * as Files from "node:fs/promises";

/** The errors by which a room says what is wrong with a file. */
export interface FileFaults {
  /** It is not there. */
  absent(problem: string, options?: ErrorOptions): Error;
  /** Whom the process runs as may not read it. */
  denied(problem: string, options?: ErrorOptions): Error;
  /** It is something else than it should be, or not safe to rely on. */
  unfit(problem: string, options?: ErrorOptions): Error;
}

export interface Trust {
  /** Whether everybody may read it, as usual for some formats. */
  readonly worldReadable: boolean;
  /** What the advice for a file that everybody can read ends with: `, or say insecure=readable`. */
  readonly orElse?: string | undefined;
}

export interface ReadFile {
  readonly bytes: Buffer;
  /** Another one, as soon as the file was changed or replaced. */
  readonly stamp: string;
}

/** Without waiting for who writes into a pipe: it is refused. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const GROUP_OR_OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o004;
const STICKY = 0o1000;
/** Bytes; more is nothing that is read here. */
const LARGEST = 64 * 1024 * 1024;

const files = (): typeof Files => process.getBuiltinModule("node:fs/promises");

/** Reads files that much depends on, such as who may log in, and refuses one that somebody else could have written. */
export class TrustedFiles {
  readonly #faults: FileFaults;

  constructor(faults: FileFaults) {
    this.#faults = faults;
  }

  /** Tells one state of a file from another without reading it. */
  async stampOf(path: string): Promise<string> {
    return stamp(await this.inWords(path, () => files().stat(path, { bigint: true })));
  }

  /**
   * Reads it. What is checked is what is read: the very file that was opened.
   *
   * @throws as the faults say
   */
  async read(path: string, trust: Trust): Promise<ReadFile> {
    await this.#refuseForeignLink(path);
    const handle = await this.inWords(path, () => files().open(path, READ));
    try {
      const stats = await handle.stat({ bigint: true });
      this.#refuseUnlessFile(stats);
      this.#refuseMode(stats, trust);
      for (const folder of await foldersOf(path)) await this.#refuseOpenFolder(folder);
      return { bytes: await this.inWords(path, () => handle.readFile()), stamp: stamp(stats) };
    } finally {
      await handle.close();
    }
  }

  /**
   * Looks at the place where a file is to be made.
   *
   * @throws as the faults say
   */
  async refuseUntrustedPlace(path: string): Promise<void> {
    const folder = dirname(path);
    const stats = await this.inWords(path, () => files().stat(folder)).catch((error: unknown) => {
      throw ["ENOENT", "ENOTDIR"].includes(codeOf((error as Error).cause) ?? "")
        ? this.#faults.absent(`there is no folder ${folder}`)
        : error;
    });
    if (!stats.isDirectory()) throw this.#faults.absent(`there is no folder ${folder}`);
    await this.#refuseOpenFolder(folder);
  }

  /** What Node says of a file, in words and in the class of error that says whose fault it is. */
  async inWords<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.fileError(error, path);
    }
  }

  /** The same for something that was thrown already; anything that is not about a file stays as it is. */
  fileError(error: unknown, path = pathIn(error)): unknown {
    const options = { cause: error };
    switch (codeOf(error)) {
      case "ENOENT":
        return this.#faults.absent(
          `there is no file ${basename(path)} in ${dirname(path)}${homeHint(path)}`,
          options,
        );
      case "ENOTDIR":
        return this.#faults.absent(`there is no folder ${dirname(path)}`, options);
      case "EACCES":
      case "EPERM":
        return this.#faults.denied("it may not be read by whom this runs as", options);
      case "EISDIR":
        return this.#faults.unfit("it is a folder, not a file", options);
      case "ELOOP":
        return this.#faults.unfit("it is a symbolic link that leads in a circle", options);
      case "ENXIO":
        return this.#faults.unfit("it is no regular file", options);
      default:
        return isOfReading(error)
          ? this.#faults.unfit(`it can't be read (${codeOf(error)})`, options)
          : error;
    }
  }

  /** A link of somebody else's decides what is read. */
  async #refuseForeignLink(path: string): Promise<void> {
    const me = process.geteuid?.();
    const link = await this.inWords(path, () => files().lstat(path));
    if (me === undefined || !link.isSymbolicLink() || link.uid === me || link.uid === 0) return;
    throw this.#faults.unfit(
      `it is a symbolic link owned by someone else (uid ${link.uid}), who could let it lead anywhere`,
    );
  }

  #refuseUnlessFile(stats: BigIntStats): void {
    if (stats.isDirectory()) throw this.#faults.unfit("it is a folder, not a file");
    if (!stats.isFile()) throw this.#faults.unfit("it is no regular file");
    if (stats.size > LARGEST) throw this.#faults.unfit("it is larger than 64 MiB");
  }

  #refuseMode({ mode, uid }: BigIntStats, { worldReadable, orElse = "" }: Trust): void {
    const me = process.geteuid?.();
    if (me === undefined) return;
    const bits = Number(mode);
    if (bits & GROUP_OR_OTHERS_WRITE)
      throw this.#faults.unfit(`${whoWrites(bits)} can write it (mode ${octal(bits)}): chmod go-w`);
    if (me !== 0 && Number(uid) !== me && uid !== 0n)
      throw this.#faults.unfit(`it is owned by someone else (uid ${uid}), who could write anything into it`);
    if (!worldReadable && bits & OTHERS_READ)
      throw this.#faults.unfit(`everybody can read it (mode ${octal(bits)}): chmod o-r${orElse}`);
  }

  /** Who can write a folder can put another file in the place of this one. In a sticky one only its owner can. */
  async #refuseOpenFolder(folder: string): Promise<void> {
    if (process.geteuid === undefined) return;
    const { mode } = await files().stat(folder);
    if (!(mode & GROUP_OR_OTHERS_WRITE) || mode & STICKY) return;
    throw this.#faults.unfit(
      `${whoWrites(mode)} can write its folder ${folder} (mode ${octal(mode)}), and so replace it: chmod go-w ${folder}`,
    );
  }
}

const stamp = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(" ");

/** Where the name stands, and where the file stands that it leads to. */
async function foldersOf(path: string): Promise<Set<string>> {
  return new Set([dirname(path), dirname(await files().realpath(path))]);
}

const whoWrites = (mode: number): string => (mode & 0o002 ? "everybody" : "its group");
const octal = (mode: number): string => `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;
/** What a disk has to say besides, or a process with too many files open. */
const isOfReading = (error: unknown): boolean =>
  /^(?:open|read|stat|lstat|fstat|realpath)$/.test(
    (error as NodeJS.ErrnoException | undefined)?.syscall ?? "",
  );
/** A shell puts a home in the place of "~" at the start of a word alone, not in `file:~/users.passwd`. */
const homeHint = (path: string): string =>
  path.split("/").includes("~") ? '; the shell leaves "~" as it is there: write $HOME' : "";
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;
const pathIn = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.path ?? "";
