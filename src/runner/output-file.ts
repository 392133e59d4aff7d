import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { exposedFolder, isRoot } from "../plugin/exposed";
import { OutputFileError } from "./errors";

const { O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
const MODE = 0o600;

/**
 * A file that is written at the end of a run, for its owner alone. It is opened at the start, so that what is wrong
 * with it is known in time, and so that it can still be written when privileges are gone.
 */
export class OutputFile {
  readonly path: string;
  readonly #fd: number;

  /**
   * @param what it is to hold, for the message: `the CPU profile`
   * @throws OutputFileError
   */
  constructor(path: string, what: string) {
    this.path = path;
    const problem = problemOnTheWay(path);
    if (problem !== undefined) throw new OutputFileError(what, path, problem);
    try {
      this.#fd = openSync(path, O_CREAT | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | O_WRONLY, MODE);
    } catch (cause) {
      throw new OutputFileError(what, path, cause);
    }
    const unfit = this.#problem();
    if (unfit === undefined) return;
    this.close();
    throw new OutputFileError(what, path, unfit);
  }

  /** Puts what `write` hands over piece by piece into the place of what there was. */
  fill(write: (piece: (part: string | Uint8Array) => void) => void): void {
    ftruncateSync(this.#fd, 0);
    let fault: { readonly error: unknown } | undefined;
    write((part) => {
      if (fault) return;
      try {
        writeAll(this.#fd, typeof part === "string" ? Buffer.from(part) : part);
      } catch (error) {
        // Thrown on from here it would get lost: V8 calls, and looks at nothing that is thrown.
        fault = { error };
      }
    });
    if (fault) throw fault.error;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** What somebody else has put there is not written, nor what has another name somewhere. */
  #problem(): string | undefined {
    const stats = fstatSync(this.#fd);
    if (!stats.isFile()) return "it is no ordinary file";
    if (stats.nlink > 1) return "it is a file that has other names, too";
    const me = process.geteuid?.();
    return me === undefined || stats.uid === me
      ? undefined
      : `it is owned by someone else (uid ${stats.uid})`;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let left = bytes; left.length > 0;) left = left.subarray(writeSync(fd, left));
}

/** Root writes nothing where somebody else decides what a name leads to. */
function problemOnTheWay(path: string): string | undefined {
  if (!isRoot()) return undefined;
  const exposed = exposedFolder(path);
  if (exposed) return `everybody can write the folder ${exposed.folder}`;
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() && stats.uid !== 0)
      return `${at} is a link of someone else's (uid ${stats.uid})`;
  }
  return undefined;
}
