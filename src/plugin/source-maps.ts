/**
 * Source maps are on for the project's TypeScript and off while packages are loaded: Node reads and parses the map
 * of every file that names one, be there an error or not, and most packages name one in every file.
 */
export class SourceMaps {
  readonly #set: (on: boolean) => void;
  #on = false;

  constructor(set: (on: boolean) => void = () => undefined) {
    this.#set = set;
  }

  /** From now on. */
  on(): void {
    if (!this.#on) this.#set((this.#on = true));
  }

  /** While something is loaded, if they were on. */
  without(load: () => void): void {
    if (!this.#on) {
      load();
      return;
    }
    this.#set((this.#on = false));
    try {
      load();
    } finally {
      this.on();
    }
  }
}
