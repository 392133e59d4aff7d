/** A guarded server, and those who ask it. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  Implements,
  InMemoryUsernamePasswordDatabase,
  Interface,
  IRealm,
  NotImplementedError,
  Portal,
  type AbstractClass,
  type AvatarId,
  type Granted,
  type ICredentialsChecker,
} from "../../src/index";

@Interface("name")
export abstract class IVisitor {
  abstract readonly name: string;
}

/** Gives everybody an avatar, and counts who comes and goes. */
@Implements(IRealm)
export class Realm implements IRealm {
  readonly came: string[] = [];
  readonly went: string[] = [];

  requestAvatar(avatarId: AvatarId, _mind: unknown, ...interfaces: AbstractClass[]): Granted {
    const name = String(avatarId);
    if (interfaces.length > 0 && !interfaces.includes(IVisitor)) throw new NotImplementedError();
    this.came.push(name);
    return { interface: IVisitor, avatar: { name }, logout: () => this.went.push(name) };
  }
}

export const ALICE = { alice: "s3cret", jürgen: "pässword:mit:Doppelpunkt" };

export function portalOf(realm: IRealm = new Realm(), ...checkers: readonly ICredentialsChecker[]): Portal {
  return new Portal(realm, checkers.length > 0 ? checkers : [new InMemoryUsernamePasswordDatabase(ALICE)]);
}

export const basicHeader = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;

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
