import { readFile } from "node:fs/promises";
import { UsageError } from "./errors";
import { quote } from "./text";

/** A user or a group that the system does not know. */
export class UnknownAccountError extends UsageError {
  constructor(kind: AccountKind, name: string) {
    super("APPD_UNKNOWN_ACCOUNT", `this system has no ${kind} named ${quote(name)}`);
  }
}

export type AccountKind = "user" | "group";

const DATABASES = { user: "passwd", group: "group" } as const;
/** Milliseconds that a directory behind getent has to answer. */
const PATIENCE = 10_000;

/** What the system knows of an account. */
export interface Account {
  readonly number: number;
  /** Undefined for a number that no account has. */
  readonly name: string | undefined;
  /** The group that a user has first. */
  readonly group: number | undefined;
}

/**
 * The number of a user or a group, by its number or its name; names are looked up as getent(1) does.
 *
 * @throws UnknownAccountError
 */
export async function accountNumber(kind: AccountKind, account: number | string): Promise<number> {
  return numberIn(kind, account) ?? (await known(kind, account)).number;
}

/**
 * A user or a group, by its number or its name. There need not be one of a number.
 *
 * @throws UnknownAccountError
 */
export async function accountOf(kind: AccountKind, account: number | string): Promise<Account> {
  const number = numberIn(kind, account);
  if (number === undefined) return known(kind, account);
  const found = readAccount(kind, await lookUp(DATABASES[kind], String(number)));
  return found?.number === number ? found : { number, name: undefined, group: undefined };
}

/** What is written as a number. */
function numberIn(kind: AccountKind, account: number | string): number | undefined {
  if (typeof account === "string" && !/^\d+$/.test(account)) return undefined;
  const number = Number(account);
  // The highest one says "as it is" to chown(2).
  if (Number.isInteger(number) && number >= 0 && number < 2 ** 32 - 1) return number;
  throw new UnknownAccountError(kind, String(account));
}

async function known(kind: AccountKind, account: number | string): Promise<Account> {
  const name = String(account);
  const found = isName(name) ? readAccount(kind, await lookUp(DATABASES[kind], name)) : undefined;
  if (!found) throw new UnknownAccountError(kind, name);
  return found;
}

function readAccount(kind: AccountKind, line: string | undefined): Account | undefined {
  const [name, , number, group] = line?.split(":") ?? [];
  if (number === undefined || !/^\d+$/.test(number)) return undefined;
  const hasGroup = kind === "user" && group !== undefined && /^\d+$/.test(group);
  return { number: Number(number), name, group: hasGroup ? Number(group) : undefined };
}

/** What would be an option of getent, or a line of its own, is no name. */
const isName = (name: string): boolean => /^[^-:\s\0][^:\s\0]*$/.test(name);

/** The line of an account, by its name or by its number in digits. */
async function lookUp(database: "passwd" | "group", key: string): Promise<string | undefined> {
  const { isThere, line } = await getent(database, key);
  if (isThere) return line;
  const lines = (await readFile(`/etc/${database}`, "utf8").catch(() => "")).split("\n");
  const column = /^\d+$/.test(key) ? 2 : 0;
  return lines.find((line) => line.split(":")[column] === key);
}

interface Answer {
  /** Whether this system has getent. */
  readonly isThere: boolean;
  readonly line?: string | undefined;
}

function getent(database: string, name: string): Promise<Answer> {
  const { execFile } = process.getBuiltinModule("node:child_process");
  return new Promise((resolve) => {
    execFile("getent", [database, name], { timeout: PATIENCE }, (error, stdout) => {
      if (error) resolve({ isThere: (error.code as unknown) !== "ENOENT" });
      else resolve({ isThere: true, line: stdout.split("\n", 1)[0] });
    });
  });
}
