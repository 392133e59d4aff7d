import { unlinkSync } from "node:fs";
import { formatIdentity, isAlive, ownIdentity, readIdentity } from "../base/process-identity";
import { writeAtomically } from "./cache-folder";
import { readTrusted } from "./stamp";
import type { Witness } from "./witness";

/** So many processes must have died over a file before it is left alone: one may have been stopped by hand. */
const DEATHS = 2;

interface Mark {
  readonly path: string;
  readonly print: string;
  readonly times: number;
  /** The process that imports it, or did. */
  readonly by: string;
}

/**
 * A mark on the disk that says which file is being imported. An import that loops for ever or aborts can't be
 * survived in the process; the mark that it leaves names the culprit to the next one.
 */
export class ImportMark {
  readonly #file: string | undefined;
  readonly #left: Mark | undefined;
  #isSet = false;

  constructor(file: string | undefined) {
    this.#file = file;
    this.#left = read(file);
  }

  /** Whether importing a file with this content ended the process each time before, as far as is known. */
  isDeadly(file: Pick<Witness, "path" | "print">): boolean {
    return this.#timesOf(file) >= DEATHS;
  }

  begin(file: Pick<Witness, "path" | "print">): void {
    const mark: Mark = {
      path: file.path,
      print: file.print,
      times: this.#timesOf(file) + 1,
      by: formatIdentity(ownIdentity()),
    };
    this.#isSet = true;
    if (this.#file !== undefined) writeAtomically(this.#file, JSON.stringify(mark));
  }

  /** The import, or all of them, came back. */
  end(): void {
    try {
      if (this.#file !== undefined && (this.#isSet || this.#left)) unlinkSync(this.#file);
    } catch {
      // It could not be written either.
    }
  }

  #timesOf({ path, print }: Pick<Witness, "path" | "print">): number {
    const left = this.#left;
    if (left?.path !== path || left.print !== print) return 0;
    // Another one that imports it at this moment has not died of it.
    return isUnderWay(left) ? left.times - 1 : left.times;
  }
}

function isUnderWay({ by }: Mark): boolean {
  const process = readIdentity(by);
  return process !== undefined && isAlive(process);
}

function read(file: string | undefined): Mark | undefined {
  try {
    const text = file === undefined ? undefined : readTrusted(file);
    return text === undefined ? undefined : (JSON.parse(text) as Mark);
  } catch {
    return undefined;
  }
}
