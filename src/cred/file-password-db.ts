import { basename } from "node:path";
import { Implements, provides } from "../interface/implements";
import { interfaceId, type AbstractClass } from "../interface/record";
import { messageOf } from "../log/describe-error";
import { ICredentialsChecker, type LoginAttempt } from "./checker";
import {
  IUsernameDigestHash,
  IUsernameHashedPassword,
  IUsernamePassword,
  type ICredentials,
} from "./credentials";
import { editFile } from "./edit-file";
import { LoginBusy, PasswordFileError, UnauthorizedLogin } from "./errors";
import { canonical } from "./canonical";
import { hashMissing, hashPassword, isOutdated, type HashName } from "./password-hash";
import { PasswordFile } from "./password-file";
import { nameOf } from "./password-lines";
import { fitsStored, ha1For, nobodyLike, readStored, type StoredPassword } from "./stored-password";

export interface FilePasswordDBOptions {
  /** What passwords are stored as when their hash is renewed; as they are now, unless said. */
  readonly hash?: HashName | "ha1" | undefined;
  /** What would be refused, but is meant so. */
  readonly insecure?: readonly ("plaintext" | "readable")[] | undefined;
  /** Whether hashes that were made with less than today's parameters are renewed. True unless said. */
  readonly upgrade?: boolean | undefined;
}

/**
 * Names and passwords in a file of lines `name:hash`, the hash as argon2id, scrypt or HA1. `appd passwd` writes
 * such files. It is read again when it changes.
 */
@Implements(ICredentialsChecker)
export class FilePasswordDB implements ICredentialsChecker {
  readonly path: string;
  readonly #options: FilePasswordDBOptions;
  readonly #file: PasswordFile<StoredPassword>;
  /** The state of the file that could not be written: not tried again until it changes. */
  #unwritable: ReadonlyMap<string, StoredPassword> | undefined;

  constructor(path: string, options: FilePasswordDBOptions = {}) {
    const { insecure = [] } = options;
    const plaintext = insecure.includes("plaintext");
    const readEntry = (text: string, place: { name: string; line: number }): StoredPassword =>
      readStored(text, { ...place, plaintext });
    this.path = path;
    this.#options = options;
    this.#file = new PasswordFile(
      path,
      { readEntry },
      { worldReadable: insecure.includes("readable"), orElse: ", or say insecure=readable" },
    );
  }

  /**
   * Opens a file that is able to serve.
   *
   * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError
   */
  static async open(path: string, options: FilePasswordDBOptions = {}): Promise<FilePasswordDB> {
    const { hash } = options;
    const missing = hash === undefined || hash === "ha1" ? undefined : hashMissing(hash);
    if (missing !== undefined) throw new PasswordFileError(missing);
    const db = new FilePasswordDB(path, options);
    const entries = await db.#file.load();
    if (entries.size === 0) throw new PasswordFileError("nobody is in it yet: appd passwd add");
    if (hash !== "ha1") return db;
    for (const [name, { kind, line }] of entries)
      if (kind === "hash")
        throw new PasswordFileError(
          `line ${line}: ${name} has a hash that is no HA1; set the password again`,
        );
    return db;
  }

  /** Depends on what is stored: a challenge is judged by the password itself, or by HA1. */
  get credentialInterfaces(): readonly AbstractClass<ICredentials>[] {
    const stored = [...this.#file.last.values()];
    const challenges = [
      ...(stored.every(({ kind }) => kind === "plain") ? [IUsernameHashedPassword] : []),
      ...(stored.every(({ kind }) => kind !== "hash") ? [IUsernameDigestHash] : []),
    ];
    return [IUsernamePassword, ...(stored.length > 0 ? challenges : [])];
  }

  revision(): Promise<string> {
    return this.#file.revision();
  }

  whyNot(wanted: AbstractClass, sample?: ICredentials): string | undefined {
    if (sample) return this.#whyNotSample(sample);
    const id = interfaceId(wanted);
    const challenge = id === interfaceId(IUsernameHashedPassword) || id === interfaceId(IUsernameDigestHash);
    if (!challenge) return undefined;
    const needs =
      id === interfaceId(IUsernameDigestHash)
        ? "the password itself or HA1 (hash=ha1)"
        : "the password itself";
    return `${basename(this.path)} stores hashes, and a challenge is judged by ${needs}`;
  }

  /** HA1 is stored for one realm, and for some algorithms. */
  #whyNotSample(sample: ICredentials): string | undefined {
    if (!provides(sample, IUsernameDigestHash)) return undefined;
    const { realm, algorithm } = sample;
    for (const [name, stored] of this.#file.last) {
      if (stored.kind !== "ha1" || ha1For(stored, { username: name, realm, algorithm }) !== undefined)
        continue;
      const has = `${stored.ha1?.realm ?? ""}" with ${Object.keys(stored.ha1?.hashes ?? {}).join(" and ")}`;
      const asked = `${realm}" with ${algorithm}`;
      return `${basename(this.path)} stores the HA1 of ${name} for the realm "${has}, and asked for is "${asked}`;
    }
    return undefined;
  }

  async requestAvatarId(credentials: Judgeable, attempt?: LoginAttempt): Promise<string> {
    const entries = await this.#file.entries(attempt);
    const name = canonical(credentials.username);
    const stored = entries.get(name);
    const fits = await judged(stored ?? nobodyLike(someone(entries, name)), name, credentials);
    if (!stored || !fits) throw new UnauthorizedLogin();
    if ("password" in credentials)
      await this.#renew({ name, stored, entries }, credentials.password, attempt);
    return name;
  }

  async #renew({ name, stored, entries }: Entry, password: string, attempt?: LoginAttempt): Promise<void> {
    const { hash, upgrade = true } = this.#options;
    const wanted = hash === "ha1" ? undefined : hash;
    if (!upgrade || stored.kind !== "hash" || this.#unwritable === entries) return;
    if (!isOutdated(stored.text, wanted)) return;
    try {
      const renewed = await hashPassword(password, wanted === undefined ? {} : { hash: wanted });
      await editFile(this.path, (text) => replaceLine(text, { name, old: stored.text, renewed }));
    } catch (error) {
      // Next time then.
      if (error instanceof LoginBusy) return;
      this.#unwritable = entries;
      attempt?.complain(`${this.path}: a hash could not be renewed: ${messageOf(error)}`, error);
    }
  }
}

interface Entry {
  readonly name: string;
  readonly stored: StoredPassword;
  readonly entries: ReadonlyMap<string, StoredPassword>;
}

type Judgeable = IUsernamePassword | IUsernameHashedPassword | IUsernameDigestHash;

async function judged(stored: StoredPassword, name: string, credentials: Judgeable): Promise<boolean> {
  if ("password" in credentials)
    return fitsStored(stored, { username: name, password: credentials.password });
  if ("checkHash" in credentials) return fitsHA1(ha1For(stored, credentials), credentials);
  return stored.kind === "plain" && credentials.checkPassword(stored.text);
}

/** What is not stored fits nothing, whatever the other end has made its proof of. */
async function fitsHA1(ha1: string | undefined, credentials: IUsernameDigestHash): Promise<boolean> {
  const fits = await credentials.checkHash(ha1 ?? "0");
  return ha1 !== undefined && fits;
}

/** The same someone for the same name, so that a name that is not there costs what one that is there costs. */
function someone(entries: ReadonlyMap<string, StoredPassword>, name: string): StoredPassword | undefined {
  if (entries.size === 0) return undefined;
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return [...entries.values()][sum % entries.size];
}

/** Leaves the line alone where somebody has changed it meanwhile. */
function replaceLine(
  text: string,
  { name, old, renewed }: { name: string; old: string; renewed: string },
): string | undefined {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => {
    const stored = line.slice(line.indexOf(":") + 1).replace(/\r$/, "");
    return nameOf(line) === name && stored === old;
  });
  const line = lines[index];
  if (line === undefined) return undefined;
  lines[index] =
    line.slice(0, line.indexOf(":") + 1) + line.slice(line.indexOf(":") + 1).replace(old, () => renewed);
  return lines.join("\n");
}
