/** From how many addresses a user is known; the oldest is forgotten. */
const PLACES = 8;

/** From where users have logged in. */
export class KnownPlaces {
  readonly #places = new Map<string, string[]>();
  readonly #most: number;

  /** `most` users are remembered. */
  constructor(most: number) {
    this.#most = most;
  }

  has(user: string, address: string): boolean {
    return this.#places.get(user)?.includes(address) ?? false;
  }

  add(user: string, address: string): void {
    const places = this.#places.get(user);
    if (places) {
      if (places.push(address) > PLACES) places.shift();
      return;
    }
    this.#places.set(user, [address]);
    if (this.#places.size <= this.#most) return;
    const [oldest] = this.#places.keys();
    if (oldest !== undefined) this.#places.delete(oldest);
  }
}
