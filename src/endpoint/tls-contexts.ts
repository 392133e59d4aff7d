import type { SecureContext, SecureContextOptions, Server } from "node:tls";
import { throwFaults, type AppdError } from "../base/errors";
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import type { Clock } from "../service/clock";
import type { Authorities, AuthoritiesSource } from "./authorities";
import type { CertificateSource } from "./certificate-source";
import { secureContext, type KeyPair } from "./key-pair";

/** How often at most it is looked whether files have changed, in milliseconds. */
const CHECK_EVERY = 1_000;
/** Looking may take this part of the time. */
const SHARE = 0.01;
/** However long it takes, as on a machine that is busy, a change is seen after this many milliseconds. */
const SEEN_WITHIN = 10_000;

export interface ContextsSurroundings {
  readonly log: Logger;
  readonly clock: Clock;
}

export interface ContextsSources {
  readonly certificates: CertificateSource;
  readonly clients: AuthoritiesSource | undefined;
  /** What is the same for each certificate. */
  readonly settings: SecureContextOptions;
}

interface Read {
  readonly contexts: readonly Context[];
  readonly authorities: Authorities | undefined;
  readonly faults: ReadonlyMap<string, unknown>;
}

interface Context {
  readonly pair: KeyPair;
  readonly secure: SecureContext;
}

/**
 * The certificates of a server, ready to be shown. Files that have changed are read when someone connects; what is
 * broken then leaves what was there before in its place, and is complained of once.
 */
export class TLSContexts {
  readonly #sources: ContextsSources;
  readonly #surroundings: ContextsSurroundings;
  #contexts: readonly Context[] = [];
  #byName = new Map<string, Context>();
  #authorities: Authorities | undefined;
  #stamp = "";
  #missing: ReadonlySet<string> = new Set();
  #complaint = "";
  #nextCheck = -Infinity;
  #checking: Promise<void> | undefined;
  #server: Server | undefined;

  constructor(sources: ContextsSources, surroundings: ContextsSurroundings) {
    this.#sources = sources;
    this.#surroundings = surroundings;
  }

  /** Reads them for the first time. @throws AppdError */
  async open(): Promise<void> {
    this.#stamp = await this.#stampNow();
    const { contexts, authorities, faults } = await this.#read();
    throwFaults([...faults.values()].map(asFault));
    this.#take(contexts, authorities);
    this.#nextCheck = this.#surroundings.clock.now() + CHECK_EVERY;
  }

  /** What a server has to be made with. */
  get options(): SecureContextOptions {
    const [first] = this.#contexts;
    return first ? this.#optionsFor(first.pair, this.#authorities) : {};
  }

  /** From now on the server shows what is current. */
  serveWith(server: Server): void {
    this.#server = server;
  }

  /** What to show to a client that asks for a host; undefined for what a server shows anyway. */
  contextFor(host: string): SecureContext | undefined {
    const name = host.toLowerCase().replace(/\.$/, "");
    const found = this.#byName.get(name) ?? this.#byName.get(name.replace(/^[^.]+/, "*"));
    return found?.secure;
  }

  /** Looks whether files have changed, if it is time to; a promise of that if so. */
  refresh(): Promise<void> | undefined {
    if (this.#checking) return this.#checking;
    if (this.#surroundings.clock.now() < this.#nextCheck) return undefined;
    this.#checking = this.#check().finally(() => (this.#checking = undefined));
    return this.#checking;
  }

  async #check(): Promise<void> {
    const { clock } = this.#surroundings;
    const begun = clock.now();
    try {
      const stamp = await this.#stampNow();
      const wait = Math.min((clock.now() - begun) / SHARE, SEEN_WITHIN);
      this.#nextCheck = clock.now() + Math.max(CHECK_EVERY, wait);
      if (stamp !== this.#stamp) await this.#reload(stamp);
    } catch (error) {
      this.#nextCheck = clock.now() + CHECK_EVERY;
      this.#complain(messageOf(error), error);
    }
  }

  async #reload(stamp: string): Promise<void> {
    // What can't be read is tried again: not every fault is of the files, and a descriptor may be free then.
    this.#stamp = "";
    const { contexts, authorities, faults } = await this.#read();
    if (faults.size === 0) this.#stamp = stamp;
    const kept = this.#kept(contexts, faults);
    const [fault] = faults.values();
    if (contexts.length + kept.length === 0) throw asFault(fault);
    this.#take([...contexts, ...kept], authorities);
    if (faults.size === 0) this.#complaint = "";
    else this.#complain([...faults.values()].map(messageOf).join("; "), fault);
  }

  /**
   * What was there before, of files that are broken now; and of those that are gone, for once: they may be about to be
   * written anew.
   */
  #kept(contexts: readonly Context[], faults: ReadonlyMap<string, unknown>): Context[] {
    const found = new Set(contexts.map(({ pair }) => pair.origin));
    const lost = this.#contexts.filter(({ pair }) => !found.has(pair.origin));
    const missing = lost.filter(({ pair }) => !faults.has(pair.origin) && !this.#missing.has(pair.origin));
    this.#missing = new Set(missing.map(({ pair }) => pair.origin));
    if (missing.length > 0) this.#stamp = "";
    return [...lost.filter(({ pair }) => faults.has(pair.origin)), ...missing];
  }

  async #read(): Promise<Read> {
    const { certificates, clients } = this.#sources;
    const authorities = await clients?.load();
    const { pairs, faults: broken } = await certificates.load();
    const faults = new Map(broken);
    const isSame = JSON.stringify(authorities) === JSON.stringify(this.#authorities);
    const before = new Map(this.#contexts.map((context) => [textOf(context.pair), context]));
    const contexts: Context[] = [];
    for (const pair of pairs)
      try {
        // What is the same as before stays, and with it the sessions of clients.
        contexts.push((isSame ? before.get(textOf(pair)) : undefined) ?? this.#prepared(pair, authorities));
      } catch (error) {
        faults.set(pair.origin, error);
      }
    return { contexts, authorities, faults };
  }

  async #stampNow(): Promise<string> {
    const { certificates, clients } = this.#sources;
    return `${await certificates.stamp()}||${(await clients?.stamp()) ?? ""}`;
  }

  #take(contexts: readonly Context[], authorities: Authorities | undefined): void {
    const { certificates } = this.#sources;
    const [before] = this.#contexts;
    this.#authorities = authorities;
    this.#contexts = contexts.toSorted((a, b) => certificates.compare(a.pair.origin, b.pair.origin));
    this.#byName = byName(this.#contexts, Date.now());
    const [first] = this.#contexts;
    if (first !== before) this.#server?.setSecureContext(this.options);
  }

  #prepared(pair: KeyPair, authorities: Authorities | undefined): Context {
    const { log } = this.#surroundings;
    const names = pair.names.join(", ") || "no host";
    const until = pair.to.toISOString().slice(0, 10);
    if (pair.to.getTime() < Date.now())
      log.warn(`the certificate in ${pair.origin} (${names}) has expired, on ${until}`);
    else if (pair.from.getTime() > Date.now())
      log.warn(`the certificate in ${pair.origin} (${names}) is not valid before ${pair.from.toISOString()}`);
    else if (this.#server)
      log.info(`the certificate in ${pair.origin} (${names}) was read, valid until ${until}`);
    return { pair, secure: secureContext(this.#optionsFor(pair, authorities), pair.origin) };
  }

  #optionsFor({ chain, key }: KeyPair, authorities: Authorities | undefined): SecureContextOptions {
    const { certificates = [], revocations = [] } = authorities ?? {};
    return {
      ...this.#sources.settings,
      cert: chain,
      key,
      // Each needs them: OpenSSL judges a client by those of the certificate that was chosen.
      ...(certificates.length === 0 ? {} : { ca: [...certificates] }),
      ...(revocations.length === 0 ? {} : { crl: [...revocations] }),
    };
  }

  /** One line for one state of the files. */
  #complain(problem: string, error: unknown): void {
    if (problem === this.#complaint) return;
    this.#complaint = problem;
    this.#surroundings.log.warn({ err: error }, `${problem}; what was read before still counts`);
  }
}

/** By host; of several for the same one the one that is valid for longest. */
function byName(contexts: readonly Context[], now: number): Map<string, Context> {
  const worth = ({ pair }: Context): number => (pair.from.getTime() > now ? 0 : pair.to.getTime());
  const names = new Map<string, Context>();
  for (const context of contexts)
    for (const name of context.pair.names) {
      const other = names.get(name);
      if (!other || worth(other) < worth(context)) names.set(name, context);
    }
  return names;
}

const textOf = ({ origin, chain, key }: KeyPair): string => [origin, chain, key].join("\n");
const asFault = (error: unknown): AppdError => error as AppdError;
