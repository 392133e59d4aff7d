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

/**
 * The number of a user or a group, by its number or its name; names are looked up as getent(1) does.
 *
 * @throws UnknownAccountError
 */
export async function accountNumber(kind: AccountKind, account: number | string): Promise<number> {
  if (typeof account === "number" || /^\d+$/.test(account)) {
    const number = Number(account);
    // The highest one says "as it is" to chown(2).
    if (Number.isInteger(number) && number >= 0 && number < 2 ** 32 - 1) return number;
    throw new UnknownAccountError(kind, String(account));
  }
  const line = isName(account) ? await lookUp(DATABASES[kind], account) : undefined;
  const number = line?.split(":")[2];
  if (number === undefined || !/^\d+$/.test(number)) throw new UnknownAccountError(kind, account);
  return Number(number);
}

/** What would be an option of getent, or a line of its own, is no name. */
const isName = (name: string): boolean => /^[^-:\s\0][^:\s\0]*$/.test(name);

async function lookUp(database: "passwd" | "group", name: string): Promise<string | undefined> {
  const { isThere, line } = await getent(database, name);
  if (isThere) return line;
  const lines = (await readFile(`/etc/${database}`, "utf8").catch(() => "")).split("\n");
  return lines.find((line) => line.startsWith(`${name}:`));
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
