import {
  AppdError,
  HashQueue,
  ICredentialsChecker,
  Implements,
  IUsernamePassword,
  UnauthorizedLogin,
  type LoginAttempt,
  type TrustedContent,
} from "appd";
import type { Client, Entry } from "ldapts";
import { SourceDownError } from "../_errors";
import { connected, resultCode } from "./connection";
import { filledDN, filledFilter, folded, inDN } from "./patterns";
import type { Settings } from "./settings";

/** Files that a directory takes. */
export interface LDAPFiles {
  readonly ca: TrustedContent<string> | undefined;
  readonly secret: TrustedContent<string> | undefined;
}

/**
 * Answers to a bind that are about who binds (RFC 4511, 4.1.9): no such entry, no such name, wrong credentials or
 * none that could be right, and an account that is closed.
 */
const REFUSALS = new Set([19, 32, 34, 48, 49, 53]);

/** Judges passwords by binding to a directory with them. */
@Implements(ICredentialsChecker)
export class LDAPChecker implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  readonly #settings: Settings;
  readonly #files: LDAPFiles;
  readonly #line = new HashQueue({ atOnce: 16 });

  constructor(settings: Settings, files: LDAPFiles) {
    this.#settings = settings;
    this.#files = files;
  }

  /** Connects, and binds as who searches. @throws SourceDownError */
  probe(): Promise<void> {
    return this.#connected(async (client) => {
      await this.#bindReader(client);
      // Any answer will do: that there is one is what matters. The library connects when something is asked.
      if (!this.#settings.reader) await entryAt(client, "", "supportedLDAPVersion");
    });
  }

  async requestAvatarId({ username, password }: IUsernamePassword, attempt?: LoginAttempt): Promise<string> {
    // Without a password, a directory lets anybody bind, as nobody (RFC 4513, 5.1.2).
    if (username === "" || password === "") throw new UnauthorizedLogin();
    return this.#line.run(() =>
      this.#connected((client) => this.#identify(client, { name: username, password }), attempt),
    );
  }

  async #connected<T>(work: (client: Client) => Promise<T>, attempt?: LoginAttempt): Promise<T> {
    const ca = await this.#files.ca?.current(attempt);
    try {
      return await connected({ ...this.#settings, ca }, work);
    } catch (error) {
      if (error instanceof AppdError) throw error;
      throw new SourceDownError(`${this.#settings.url}: ${wordsOf(error)}`, { cause: error });
    }
  }

  async #identify(client: Client, { name, password }: { name: string; password: string }): Promise<string> {
    const { dn, search } = this.#settings;
    if (dn !== undefined) {
      const own = filledDN(dn, name);
      await bindAs(client, own, password);
      const found = await (search ? this.#search(client, name) : entryAt(client, own, this.#settings.id));
      return this.#nameIn(found.length === 1 ? found[0] : undefined, name);
    }
    await this.#bindReader(client);
    const [entry, ...more] = await this.#search(client, name);
    const isOne = entry !== undefined && more.length === 0;
    // Someone unknown costs as much as a wrong password: who is asked about then is nobody.
    await bindAs(client, isOne ? entry.dn : `cn=${inDN(name)},cn=nobody,${search?.base ?? ""}`, password);
    if (!isOne) throw new UnauthorizedLogin();
    return this.#nameIn(entry, name);
  }

  async #bindReader(client: Client): Promise<void> {
    const { reader, search, url } = this.#settings;
    const secret = await this.#files.secret?.current();
    if (!reader || !search) return;
    try {
      await client.bind(reader.dn, secret);
    } catch (cause) {
      if (resultCode(cause) === undefined) throw cause;
      throw new SourceDownError(`${url} does not let ${reader.dn} in, who searches`, { cause });
    }
  }

  async #search(client: Client, name: string): Promise<Entry[]> {
    const { search, id } = this.#settings;
    if (!search) return [];
    const filter = filledFilter(search.filter, name);
    const { searchEntries } = await client.search(search.base, { filter, attributes: [id], sizeLimit: 2 });
    return searchEntries;
  }

  /** As the directory spells it: it takes "ALICE" for "alice", and nobody else should have to. */
  #nameIn(entry: Entry | undefined, typed: string): string {
    const { id, isOtherName, url } = this.#settings;
    const values = valuesOf(entry, id);
    const [only, ...more] = values;
    if (isOtherName && (only === undefined || more.length > 0))
      throw new SourceDownError(`${url} gives no single ${id} for an entry`);
    if (isOtherName && only !== undefined) return only;
    return values.find((value) => folded(value) === folded(typed)) ?? folded(typed);
  }
}

/** @throws UnauthorizedLogin where the answer is that the credentials are wrong */
async function bindAs(client: Client, dn: string, password: string): Promise<void> {
  try {
    await client.bind(dn, password);
  } catch (cause) {
    if (REFUSALS.has(resultCode(cause) ?? -1)) throw new UnauthorizedLogin(undefined, { cause });
    throw cause;
  }
}

/** An entry, if its owner may read it. */
async function entryAt(client: Client, dn: string, attribute: string): Promise<Entry[]> {
  try {
    return (await client.search(dn, { scope: "base", attributes: [attribute] })).searchEntries;
  } catch (error) {
    if (resultCode(error) === undefined) throw error;
    return [];
  }
}

function valuesOf(entry: Entry | undefined, attribute: string): string[] {
  const found = Object.entries(entry ?? {}).find(([name]) => name.toLowerCase() === attribute.toLowerCase());
  return [found?.[1] ?? []].flat().filter((value) => typeof value === "string" && value !== "") as string[];
}

/** Several addresses that all refuse make an error without words. */
function wordsOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message === "" ? (code ?? "it can't be reached") : message;
}
