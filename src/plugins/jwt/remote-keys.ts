import { SourceDownError, UselessSourceError } from "../_errors";
import { ASYMMETRIC, type Complaining, type Keys, type KeySource } from "./key-source";
import { readKeySet } from "./read-keys";

/** Milliseconds: how long keys stand, how soon new ones are asked for, and when old ones have had their day. */
const FRESH = 600_000;
const COOLDOWN = 30_000;
const OLDEST = 86_400_000;
/** Milliseconds that the server has to answer, and the characters that it may answer with. */
const PATIENCE = 5_000;
const LARGEST = 1_000_000;

/** What fetching needs of the world. */
export interface Network {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
}

const NETWORK: Network = { fetch: (url, init) => fetch(url, init), now: () => Date.now() };

/** A key set that a server has. Kept for a while; while the server is down, what it said last still counts. */
export class RemoteKeys implements KeySource {
  readonly algorithms = ASYMMETRIC;
  readonly #url: string;
  readonly #network: Network;
  #known: { readonly keys: Keys; readonly at: number } | undefined;
  #tried = -Infinity;
  #fetching: Promise<Keys> | undefined;

  constructor(url: string, network = NETWORK) {
    this.#url = url;
    this.#network = network;
  }

  /** @throws SourceDownError for a server that does not answer, UselessSourceError for an answer that is no use */
  fetch(): Promise<Keys> {
    return (this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined)));
  }

  async keys(attempt?: Complaining): Promise<Keys> {
    if (this.#known && this.#age(this.#known.at) < FRESH) return this.#known.keys;
    if (this.#fetching || this.#age(this.#tried) >= COOLDOWN) await this.#renew(attempt);
    if (this.#known && this.#age(this.#known.at) < OLDEST) return this.#known.keys;
    throw new SourceDownError(`${this.#url} gives no keys`);
  }

  async newer(attempt?: Complaining): Promise<Keys | undefined> {
    const before = this.#known;
    if (!this.#fetching && this.#age(this.#tried) < COOLDOWN) return undefined;
    await this.#renew(attempt);
    return this.#known === before ? undefined : this.#known?.keys;
  }

  revision(): unknown {
    return this.#known?.keys;
  }

  async #renew(attempt?: Complaining): Promise<void> {
    try {
      await this.fetch();
    } catch (error) {
      if (!this.#known) throw error;
      attempt?.complain(`${(error as Error).message}; the keys from before still count`, error);
    }
  }

  async #fetch(): Promise<Keys> {
    this.#tried = this.#network.now();
    const keys = readKeySet(await this.#text(), "server");
    this.#known = { keys, at: this.#network.now() };
    return keys;
  }

  async #text(): Promise<string> {
    const { status, text } = await this.#answer().catch((cause: unknown) => {
      throw new SourceDownError(`${this.#url} does not answer (${reasonOf(cause)})`, { cause });
    });
    if (status >= 500 || status === 429)
      throw new SourceDownError(`${this.#url} answered with status ${status}`);
    if (status !== 200) throw new UselessSourceError(`${this.#url} answered with status ${status}`);
    if (text.length > LARGEST) throw new UselessSourceError(`${this.#url} answered with more than 1 MB`);
    return text;
  }

  async #answer(): Promise<{ readonly status: number; readonly text: string }> {
    const response = await this.#network.fetch(this.#url, {
      headers: { accept: "application/jwk-set+json, application/json" },
      // Who says where keys are says it of one place.
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: response.status, text: await beginningOf(response) };
  }

  #age(then: number): number {
    return this.#network.now() - then;
  }
}

/** All of its text, or enough of it to see that it is too long: the rest is not waited for. */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    if (text.length > LARGEST) break;
  }
  return text;
}

/** fetch() hides what happened behind "fetch failed". */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as Error;
  const { code, message: inner } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return code ?? inner ?? (name === "TimeoutError" ? `not within ${PATIENCE / 1000} s` : message);
}
