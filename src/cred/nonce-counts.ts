/** Which responses there were to one nonce: the highest count, and which of the 32 up to it, bit by bit. */
interface Counts {
  readonly madeAt: number;
  highest: number;
  seen: number;
}

/** A nonce, and how many requests the client has made with it, this one included. */
export interface NonceCount {
  readonly nonce: string;
  /** When the nonce was made. */
  readonly madeAt: number;
  readonly count: number;
}

const WINDOW = 32;

/**
 * Remembers which responses to digest challenges there were, so that none is good twice. It knows only nonces that
 * somebody has logged in with; of those beyond `most` the oldest are forgotten, and from then on all as old count
 * as used.
 */
export class NonceCounts {
  readonly #nonces = new Map<string, Counts>();
  readonly #most: number;
  #forgottenUntil = -Infinity;

  constructor({ most = 10_000 }: { readonly most?: number } = {}) {
    this.#most = most;
  }

  get size(): number {
    return this.#nonces.size;
  }

  /** Whether there was such a response already, or that can no longer be told. */
  isUsed({ nonce, madeAt, count }: NonceCount): boolean {
    const counts = this.#nonces.get(nonce);
    if (!counts) return madeAt <= this.#forgottenUntil;
    const back = counts.highest - count;
    return back >= 0 && (back >= WINDOW || ((counts.seen >>> back) & 1) === 1);
  }

  /** Remembers the response; false when there was one such already. */
  use(response: NonceCount): boolean {
    if (this.isUsed(response)) return false;
    const { nonce, madeAt, count } = response;
    const counts = this.#nonces.get(nonce);
    if (!counts) this.#remember(nonce, { madeAt, highest: count, seen: 1 });
    else if (count < counts.highest) counts.seen |= 1 << (counts.highest - count);
    else {
      const ahead = count - counts.highest;
      counts.seen = ahead >= WINDOW ? 1 : (counts.seen << ahead) | 1;
      counts.highest = count;
    }
    return true;
  }

  #remember(nonce: string, counts: Counts): void {
    this.#nonces.set(nonce, counts);
    if (this.#nonces.size <= this.#most) return;
    // The older half at once, so that the oldest is not looked for with each login.
    const ages = [...this.#nonces.values()].map(({ madeAt }) => madeAt).sort((a, b) => a - b);
    this.#forgottenUntil = ages[ages.length >> 1] ?? this.#forgottenUntil;
    for (const [old, { madeAt }] of this.#nonces)
      if (madeAt <= this.#forgottenUntil) this.#nonces.delete(old);
  }
}
