import type * as Files from "node:fs";
import {
  ICredentialsChecker,
  Implements,
  InMemoryUsernamePasswordDatabase,
  InvalidAuthArgumentString,
  IUsernameHashedPassword,
  IUsernamePassword,
  PasswordFile,
  readPasswordLines,
  type FactorySurroundings,
  type LineFormat,
  type LoginAttempt,
} from "appd";
import { NoDescriptorError, NoVariableError, UselessSourceError } from "../_errors";

/** `name:password`, the password as it stands there. */
const FORMAT: LineFormat<string> = {
  readEntry(password, { name }) {
    if (password === "") throw new Error(`${name} has no password`);
    return password;
  },
};

export interface Given {
  /** A path, a variable's name, or a descriptor's number. */
  readonly value: string;
  /** Whether the file may be one that everybody can read. */
  readonly readable: boolean;
  readonly surroundings: FactorySurroundings;
}

/** A checker for users that don't stand on the command line. */
export async function usersFrom(source: "env" | "file" | "fd", given: Given): Promise<ICredentialsChecker> {
  const { value, readable, surroundings } = given;
  if (source === "file") return UsersInFile.open(surroundings.resolve(value), readable);
  const text = source === "env" ? fromEnvironment(value, surroundings) : await fromDescriptor(value);
  return databaseOf(someOf(readPasswordLines(text, FORMAT)));
}

/** Asked at the start only: later, it may be meant so. */
function someOf(entries: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (entries.size > 0) return entries;
  throw new UselessSourceError("there are no users in it");
}

const databaseOf = (entries: ReadonlyMap<string, string>): InMemoryUsernamePasswordDatabase =>
  new InMemoryUsernamePasswordDatabase(Object.fromEntries(entries));

function fromEnvironment(name: string, { environment }: FactorySurroundings): string {
  const text = environment[name];
  if (text) return text;
  throw new NoVariableError(name);
}

/** Reads it to its end and closes it, so that no child process inherits it. */
async function fromDescriptor(given: string): Promise<string> {
  const descriptor = /^\d{1,6}$/.test(given) ? Number(given) : NaN;
  if (Number.isNaN(descriptor) || descriptor === 1 || descriptor === 2)
    throw new InvalidAuthArgumentString("fd has to be the number of a descriptor that is open for reading");
  const { readFile, closeSync }: typeof Files = process.getBuiltinModule("node:fs");
  const text = await new Promise<string>((resolve, reject) => {
    readFile(descriptor, "utf8", (error, data) => (error ? reject(error) : resolve(data)));
  }).catch((cause: unknown) => {
    throw new NoDescriptorError(descriptor, { cause });
  });
  closeSync(descriptor);
  return text;
}

/** The same, from a file that is read again when it changes. */
@Implements(ICredentialsChecker)
class UsersInFile implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword, IUsernameHashedPassword];
  readonly #file: PasswordFile<string>;
  #users: InMemoryUsernamePasswordDatabase;
  #entries: ReadonlyMap<string, string>;

  constructor(file: PasswordFile<string>) {
    this.#file = file;
    this.#entries = file.last;
    this.#users = databaseOf(file.last);
  }

  static async open(path: string, readable: boolean): Promise<UsersInFile> {
    const file = new PasswordFile(path, FORMAT, {
      worldReadable: readable,
      orElse: ", or say insecure=readable",
    });
    someOf(await file.load());
    return new UsersInFile(file);
  }

  revision(): Promise<string> {
    return this.#file.revision();
  }

  async requestAvatarId(
    credentials: IUsernamePassword | IUsernameHashedPassword,
    attempt?: LoginAttempt,
  ): Promise<string> {
    const entries = await this.#file.entries(attempt);
    if (entries !== this.#entries) {
      this.#entries = entries;
      this.#users = databaseOf(entries);
    }
    return this.#users.requestAvatarId(credentials);
  }
}
