/** What the tests of the checkers that ship have in common: a folder of files, real tools, attempts to log in. */
import { execFileSync } from "node:child_process";
import { chmodSync, lchownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  AuthArguments,
  UsernamePassword,
  type FactorySurroundings,
  type ICheckerFactory,
  type ICredentials,
  type ICredentialsChecker,
  type LoginAttempt,
} from "appd";
import { SILENT } from "../../src/log/silent-logger";

/** A folder that only its owner writes. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "appd-checkers-"));

  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file and says where it is. */
  write(name: string, content: string, mode = 0o600): string {
    writeFileSync(this.at(name), content);
    chmodSync(this.at(name), mode);
    return this.at(name);
  }

  /** Lets a symbolic link be somebody else's. */
  giveLink(name: string, uid: number): void {
    lchownSync(this.at(name), uid, uid);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** What a factory heard and said. */
export class Surroundings implements FactorySurroundings {
  readonly warnings: string[] = [];
  readonly interfaces = undefined;

  constructor(
    readonly folder: string = tmpdir(),
    readonly environment: Readonly<Record<string, string | undefined>> = {},
  ) {}

  resolve(path: string): string {
    return resolve(this.folder, path);
  }
  warn(line: string): void {
    this.warnings.push(line);
  }
}

/** An attempt to log in, and what a checker complained of. */
export class Attempt implements LoginAttempt {
  readonly address: string | undefined;
  readonly log = SILENT;
  readonly complaints: string[] = [];
  constructor(address?: string) {
    this.address = address;
  }

  complain(problem: string): void {
    this.complaints.push(problem);
  }
}

/** The checker of `--auth TYPE:text`. */
export async function checkerOf(
  factory: ICheckerFactory,
  text: string,
  surroundings: FactorySurroundings = new Surroundings(),
): Promise<Checked> {
  return new Checked(await factory.generateChecker(AuthArguments.of(text), surroundings));
}

/** A checker, and whom it lets in. */
export class Checked {
  constructor(readonly checker: ICredentialsChecker) {}

  /** Who it is; a password makes a name and a password of it. */
  async login(credentials: ICredentials, attempt?: LoginAttempt): Promise<unknown> {
    return this.checker.requestAvatarId(credentials, attempt);
  }

  /** Who a name and a password let in, "refused", or "unavailable". */
  async password(name: string, password: string, attempt?: LoginAttempt): Promise<unknown> {
    return this.outcome(new UsernamePassword(name, password), attempt);
  }

  async outcome(credentials: ICredentials, attempt?: LoginAttempt): Promise<unknown> {
    try {
      return await this.login(credentials, attempt);
    } catch (error) {
      return (error as Error).name === "UnauthorizedLogin" ? "refused" : error;
    }
  }
}

/** What a factory throws. */
export async function faultOf(work: Promise<unknown>): Promise<Error> {
  const fault = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (fault instanceof Error) return fault;
  throw new Error("it was taken");
}

/** Runs a tool and gives what it printed, without the end of the line. */
export function printed(tool: string, args: readonly string[], input = ""): string {
  return execFileSync(tool, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] }).trim();
}

/** A test that only root can make ready. */
export const itAsRoot = process.getuid?.() === 0 ? it : it.skip;
