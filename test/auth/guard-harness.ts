/** A guarded server, and those who ask it. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import {
  ICredentialsChecker,
  Implements,
  InMemoryUsernamePasswordDatabase,
  Interface,
  IRealm,
  IUsernamePassword,
  NotImplementedError,
  Portal,
  type AbstractClass,
  type AvatarId,
  type Granted,
} from "../../src/index";

@Interface("name")
export abstract class IVisitor {
  abstract readonly name: string;
}

@Interface()
export abstract class IOther {}

/** Gives everybody an avatar, and counts who comes and goes. */
@Implements(IRealm)
export class Realm implements IRealm {
  readonly came: string[] = [];
  readonly went: string[] = [];
  leave: (name: string) => unknown = (name) => this.went.push(name);

  requestAvatar(avatarId: AvatarId, _mind: unknown, ...interfaces: AbstractClass[]): Granted {
    const name = String(avatarId);
    if (interfaces.length > 0 && !interfaces.includes(IVisitor)) throw new NotImplementedError();
    this.came.push(name);
    return { interface: IVisitor, avatar: { name }, logout: () => this.leave(name) };
  }
}

export const ALICE = { alice: "s3cret", jürgen: "pässword:mit:Doppelpunkt" };

export const alice = (): ICredentialsChecker => new InMemoryUsernamePasswordDatabase(ALICE);

export function portalOf(realm: IRealm = new Realm(), ...checkers: readonly ICredentialsChecker[]): Portal {
  return new Portal(realm, checkers.length > 0 ? checkers : [alice()]);
}

export const basicHeader = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;

/** Lets everybody in, but only when it is told to. */
@Implements(ICredentialsChecker)
export class Slow implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  readonly waiting: (() => void)[] = [];

  requestAvatarId({ username }: IUsernamePassword): Promise<string> {
    return new Promise((resolve) => this.waiting.push(() => resolve(username)));
  }

  letIn(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}

/** What this code writes, in a process of its own; it imports from `src/`. */
export function inNewProcess(code: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), "appd-guard-"));
  try {
    const outfile = join(folder, "run.cjs");
    const source = resolve(__dirname, "../../src");
    const stdin = { contents: code, resolveDir: source, loader: "ts" as const };
    const banner = { js: "const before = new Set(process.moduleLoadList);" };
    buildSync({ stdin, banner, outfile, bundle: true, platform: "node", external: ["@node-rs/*"] });
    return JSON.parse(execFileSync(process.execPath, [outfile], { encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Node's own servers, closed after each test. */
export class Servers {
  readonly #open: Server[] = [];

  async start(handler: RequestListener): Promise<string> {
    return this.listen(createServer(handler));
  }

  async listen(server: Server): Promise<string> {
    this.#open.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const server of this.#open.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** Lets promises and sockets that can go on go on. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition() && turn < 2_000; turn++)
    await new Promise((resolve) => setImmediate(resolve));
  expect(condition()).toBe(true);
}
