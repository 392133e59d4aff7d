import { didYouMean } from "../base/suggest";
import { implementedBy } from "../interface/implements";
import { interfaceId, isInterface } from "../interface/record";
import { boundAlias, boundClass, type Bound } from "./bound";
import { AmbiguousError, NothingProvidesError, type GraphError } from "./errors";
import { isNative, type Class, type Identity, type Key } from "./token";

/** What is bound to what in one run. A class that nobody bound is bound to itself when it is first asked for. */
export class Bindings {
  readonly #bound = new Map<Key, Bound[]>();
  readonly #offered: (() => Class)[] = [];
  readonly #where: string;
  readonly #fallback: (identity: Identity) => Bound[];

  constructor(
    /** Where people write what is bound. */
    where: string,
    /** What else there may be for a token that nothing here is bound to. */
    fallback: (identity: Identity) => Bound[],
  ) {
    this.#where = where;
    this.#fallback = fallback;
  }

  add({ key }: Identity, bound: Bound): void {
    this.#bound.set(key, [...this.of(key), bound]);
  }

  remove({ key }: Identity): void {
    this.#bound.delete(key);
  }

  /** A class that stands for every interface it implements, as long as no other does. */
  offer(cls: () => Class): void {
    this.#offered.push(cls);
  }

  has(token: unknown): boolean {
    return this.#bound.has(token as Key);
  }

  /** What is bound already. */
  of(key: Key): Bound[] {
    return this.#bound.get(key) ?? [];
  }

  /** What is bound, or can be; empty when nothing provides the token. */
  find(identity: Identity): Bound[] {
    const { key } = identity;
    const sources = [
      () => this.of(key),
      () => this.#offer(identity),
      () => this.#fallback(identity),
      () => itself(key),
    ];
    for (const source of sources) {
      const found = source();
      if (found.length === 0) continue;
      this.#bound.set(key, found);
      return found;
    }
    return [];
  }

  /** Why {@link find} has nothing, and what would help. */
  missing({ token, label }: Identity, path: string): GraphError {
    const candidates = this.#implementing(token).map(({ name }) => name);
    if (candidates.length > 1) return new AmbiguousError(path, label, candidates);
    const source = isInterface(token) ? "useClass" : "useValue";
    const advice = `name it in ${this.#where}: { token: ${label}, ${source}: … }`;
    return new NothingProvidesError(path, label, `${advice}${this.#similarTo(token)}`);
  }

  #similarTo(token: unknown): string {
    const names = [...this.#bound.keys()].filter((key) => typeof key === "string");
    return typeof token === "string" ? didYouMean(token, names) : "";
  }

  #offer({ token }: Identity): Bound[] {
    const [cls, ...others] = this.#implementing(token);
    return cls && others.length === 0 ? [boundAlias(() => cls)] : [];
  }

  #implementing(token: unknown): Class[] {
    if (!isInterface(token)) return [];
    const id = interfaceId(token);
    const classes = this.#offered.map((offered) => offered());
    return classes.filter((cls) => implementedBy(cls).some((declared) => interfaceId(declared) === id));
  }
}

/** A class stands for itself; not one of the language's own. */
function itself(key: Key): Bound[] {
  return typeof key !== "function" || isNative(key) ? [] : [boundClass(() => key as Class)];
}
