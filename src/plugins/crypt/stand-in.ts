import { createHmac, randomBytes } from "node:crypto";

/**
 * Whose hash is computed for a name that nobody has, so that it takes as long as a name that somebody has. For one
 * name it is always the same, and nobody outside can tell which.
 */
export class StandIns {
  readonly #key = randomBytes(16);
  #source: object | undefined;
  #hashes: readonly string[] = [];

  /** One of the hashes; undefined if there is none. The list is made again when the entries are others. */
  for(name: string, entries: ReadonlyMap<string, { readonly hash: string | undefined }>): string | undefined {
    if (this.#source !== entries) {
      this.#source = entries;
      this.#hashes = [...entries.values()].map(({ hash }) => hash).filter((hash) => hash !== undefined);
    }
    const place = createHmac("sha256", this.#key).update(name).digest().readUInt32BE();
    return this.#hashes[place % this.#hashes.length];
  }
}
