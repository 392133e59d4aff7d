import type { IndexedFile, PluginIndex } from "./plugin-index";
import { confirmed, type Witness } from "./witness";

/** What is remembered and still holds. Each witness is looked at once, however many files it stands behind. */
export class IndexMemory {
  /** What every file depends on, if that is still as it was; nothing is remembered if it is not. */
  readonly common: readonly Witness[] | undefined;
  readonly #index: PluginIndex | undefined;
  readonly #since: number;
  readonly #looks = new Map<Witness, Witness | undefined>();

  constructor(index: PluginIndex | undefined, since: number) {
    this.#since = since;
    this.common = index && this.#all(index.common);
    this.#index = this.common && index;
  }

  /** What is remembered of a file, as it is to be kept; undefined if the file, or one behind it, has changed. */
  recall(shown: string): IndexedFile | undefined {
    const known = this.#index?.file(shown);
    const self = known && this.#look(known.self);
    const behind = self && this.#all(known.behind);
    return behind && { self, behind, content: known.content };
  }

  #all(seen: readonly Witness[]): Witness[] | undefined {
    const now: Witness[] = [];
    for (const each of seen) {
      const still = this.#look(each);
      if (!still) return undefined;
      now.push(still);
    }
    return now;
  }

  #look(seen: Witness): Witness | undefined {
    if (!this.#looks.has(seen)) this.#looks.set(seen, confirmed(seen, this.#since));
    return this.#looks.get(seen);
  }
}
