import { basename, join } from "node:path";
import { isSafeFolder, writeAtomically } from "./cache-folder";
import { fingerprint, isRacy, readTrusted, sameStamp, type Stamp } from "./stamp";

/** The first line of a cached file. */
interface Header {
  readonly key: string;
  readonly path: string;
  readonly stamp: Stamp;
  readonly print: string;
  /** Written so soon after the source that the stamp alone proves nothing. */
  readonly unsure: boolean;
}

/**
 * Compiled texts on disk, one file for each source. What can't be written is compiled again next time; what
 * somebody else could have written is not read.
 */
export class CompiledCache {
  readonly #folder: string | undefined;
  readonly #key: string;

  constructor(folder: string | undefined, key: string) {
    this.#folder = folder !== undefined && isSafeFolder(folder) ? folder : undefined;
    this.#key = key;
  }

  /** The compiled text of a file, from the cache where it still holds, else made by `compile`. */
  compiled(path: string, stamp: Stamp, work: { read(): string; compile(source: string): string }): string {
    const cached = this.#read(path);
    if (cached && !cached.header.unsure && sameStamp(cached.header.stamp, stamp)) return cached.code;
    const source = work.read();
    const print = fingerprint(source);
    const code = cached?.header.print === print ? cached.code : work.compile(source);
    this.#write({ key: this.#key, path, stamp, print, unsure: isRacy(stamp, Date.now()) }, code);
    return code;
  }

  #file(path: string): string | undefined {
    return this.#folder && join(this.#folder, `${basename(path)}.${fingerprint(path)}.js`);
  }

  #read(path: string): { header: Header; code: string } | undefined {
    const file = this.#file(path);
    const text = file === undefined ? undefined : readTrusted(file);
    if (text === undefined) return undefined;
    const end = text.indexOf("\n");
    const header = parseHeader(text.slice(2, end));
    if (header?.key !== this.#key || header.path !== path) return undefined;
    return { header, code: text.slice(end + 1) };
  }

  #write(header: Header, code: string): void {
    const file = this.#file(header.path);
    if (file !== undefined) writeAtomically(file, `//${JSON.stringify(header)}\n${code}`);
  }
}

function parseHeader(line: string): Header | undefined {
  try {
    return JSON.parse(line) as Header;
  } catch {
    return undefined;
  }
}
