import type { Session } from "../cred/session";
import type { Clock } from "../service/clock";

/** Someone who was let in, for as long as the request lasts. */
export interface Admission {
  readonly session: Session;
  /** The request is over. */
  release(): void;
}

export interface AvatarCacheOptions {
  readonly seconds: number;
  readonly clock: Clock;
  /** What the portal's checkers go by: another one as soon as any of them may judge otherwise. */
  readonly revision: () => Promise<readonly unknown[]>;
  /** Ends a session. */
  readonly logout: (session: Session) => void;
}

interface Entry {
  readonly session: Promise<Session>;
  readonly revision: readonly unknown[];
  readonly callOff: () => void;
  /** The session, once there is one. */
  made?: Session;
  /** Requests that are under way. */
  users: number;
  dropped: boolean;
}

/** Sessions beyond that many make the oldest give way. */
const MOST = 10_000;

/**
 * Remembers for some seconds who was let in, so that not each request costs a hash. A session is shared by the
 * requests that show the same credentials, and ends when it is no longer remembered and the last of them is over.
 * The credentials themselves are not kept.
 */
export class AvatarCache {
  readonly #options: AvatarCacheOptions;
  readonly #entries = new Map<string, Entry>();
  #secret: Buffer | undefined;

  constructor(options: AvatarCacheOptions) {
    this.#options = options;
  }

  /** The session of whoever shows this; `login` makes it where none is remembered. Failures are not remembered. */
  async admit(shown: string, login: () => Promise<Session>): Promise<Admission> {
    const key = this.#keyOf(shown);
    // Asked before the login: what changes meanwhile makes the next request log in again.
    const revision = await this.#options.revision();
    const known = this.#entries.get(key);
    if (known && (known.made?.isOver || !same(known.revision, revision))) this.#drop(key, known);
    const entry = this.#entries.get(key) ?? this.#remember(key, { login, revision });
    entry.users++;
    try {
      const session = (entry.made = await entry.session);
      return { session, release: once(() => this.#release(entry, session)) };
    } catch (error) {
      entry.users--;
      this.#drop(key, entry);
      throw error;
    }
  }

  /** Forgets everybody. */
  clear(): void {
    for (const [key, entry] of this.#entries) this.#drop(key, entry);
  }

  #remember(key: string, { login, revision }: Pick<Entry, "revision"> & { login: () => Promise<Session> }) {
    const { clock, seconds } = this.#options;
    const timer = clock.setTimeout(() => this.#drop(key, entry), seconds * 1000);
    // A server that has closed is not kept up by what is remembered.
    (timer as Partial<NodeJS.Timeout> | undefined)?.unref?.();
    const callOff = (): void => clock.clearTimeout(timer);
    const entry: Entry = { session: login(), revision, callOff, users: 0, dropped: false };
    this.#entries.set(key, entry);
    const [oldest] = this.#entries;
    if (oldest && this.#entries.size > MOST) this.#drop(...oldest);
    return entry;
  }

  #drop(key: string, entry: Entry): void {
    if (entry.dropped) return;
    entry.dropped = true;
    entry.callOff();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    if (entry.users === 0) entry.session.then(this.#options.logout, () => undefined);
  }

  #release(entry: Entry, session: Session): void {
    entry.users--;
    if (entry.dropped && entry.users === 0) this.#options.logout(session);
  }

  #keyOf(shown: string): string {
    const { createHmac, randomBytes } = process.getBuiltinModule("node:crypto");
    this.#secret ??= randomBytes(32);
    return createHmac("sha256", this.#secret).update(shown).digest("base64");
  }
}

const same = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => Object.is(value, other[index]));

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
