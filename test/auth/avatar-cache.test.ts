import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AllowAnonymousAccess,
  avatarOf,
  basic,
  FilePasswordDB,
  guard,
  hashPassword,
  ICredentialsChecker,
  Implements,
  IUsernamePassword,
  nodeHandler,
  sessionOf,
  UnauthorizedLogin,
  type Listener,
} from "../../src/index";
import { AvatarCache } from "../../src/auth/avatar-cache";
import { Session } from "../../src/cred/session";
import { FakeClock } from "../runner/fake-world";
import { basicHeader, IVisitor, portalOf, Realm, Servers, until } from "./guard-harness";

/** Knows one password, counts how often it is asked, and changes when it is told to. */
@Implements(ICredentialsChecker)
class Counting implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  asked = 0;
  state = 1;
  requestAvatarId({ username, password }: IUsernamePassword): Promise<string> {
    this.asked++;
    return password === "s3cret" ? Promise.resolve(username) : Promise.reject(new UnauthorizedLogin());
  }
  revision(): unknown {
    if (this.state === 0) throw new Error("away");
    return this.state;
  }
}

describe("a guard's cache", () => {
  const servers = new Servers();
  const clock = new FakeClock();
  let realm: Realm;
  let checker: Counting;
  beforeEach(() => {
    realm = new Realm();
    checker = new Counting();
  });
  afterEach(() => servers.close());

  async function serve(handler: Listener = hello, cache = 60): Promise<(header?: string) => Promise<string>> {
    const portal = portalOf(realm, checker, new AllowAnonymousAccess());
    const host = await servers.start(guard(portal, handler, [basic()], { cache, clock }));
    return async (header = basicHeader("alice", "s3cret")) => {
      const response = await fetch(`http://${host}/`, {
        headers: header === "" ? {} : { Authorization: header },
      });
      return response.ok ? response.text() : String(response.status);
    };
  }
  const hello: Listener = (request, response) => response.end(avatarOf(request, IVisitor).name);

  it("is off unless asked for", async () => {
    const ask = await serve(hello, 0);
    expect([await ask(), await ask(), checker.asked]).toEqual(["alice", "alice", 2]);
  });

  it("remembers for so many seconds who was let in; then the session is over", async () => {
    const ask = await serve();
    expect([await ask(), await ask(), checker.asked]).toEqual(["alice", "alice", 1]);
    await clock.pass(59_000);
    expect([await ask(), checker.asked, realm.went.length]).toEqual(["alice", 1, 0]);
    await clock.pass(1_000);
    await until(() => realm.went.length === 1);
    expect([await ask(), checker.asked]).toEqual(["alice", 2]);
  });

  it("remembers nobody who was refused, and nobody by another's password", async () => {
    const ask = await serve();
    await ask();
    for (const wrong of [basicHeader("alice", "wrong"), basicHeader("alice", "wrong")])
      expect(await ask(wrong)).toBe("401");
    expect(checker.asked).toBe(3);
  });

  it("does not share a session among whoever says nothing", async () => {
    const ask = await serve();
    await Promise.all([ask(""), ask("")]);
    expect(realm.came).toHaveLength(2);
    await until(() => realm.went.length === 2);
  });

  it("checks once for those who come at once", async () => {
    const ask = await serve();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(["alice", "alice", "alice"]);
    expect(checker.asked).toBe(1);
  });

  it("forgets at once when the source changes, or can't be asked", async () => {
    const ask = await serve();
    await ask();
    for (const state of [2, 0, 0, 3]) {
      checker.state = state;
      await ask();
    }
    expect(checker.asked).toBe(5);
    await until(() => realm.went.length === 4);
  });

  it("forgets whose session was ended by hand", async () => {
    const ask = await serve((request, response) => {
      void sessionOf(request).logout();
      response.end("bye");
    });
    expect([await ask(), await ask(), checker.asked]).toEqual(["bye", "bye", 2]);
    expect(realm.went).toEqual(["alice", "alice"]);
  });

  it("does not end a session under the hands of a request that is under way", async () => {
    const held: (() => void)[] = [];
    const ask = await serve(nodeHandler((_request, response) => held.push(() => response.end("late"))));
    const asked = ask();
    await until(() => held.length === 1);
    await clock.pass(60_000);
    expect(realm.went).toEqual([]);
    held[0]?.();
    expect(await asked).toBe("late");
    await until(() => realm.went.length === 1);
  });

  it("is dropped when the password file behind it changes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "appd-cache-"));
    const file = join(folder, "users.passwd");
    const write = async (password: string): Promise<void> =>
      writeFileSync(file, `alice:${await hashPassword(password, { hash: "scrypt" })}\n`, { mode: 0o600 });
    await write("s3cret");
    const portal = portalOf(realm, await FilePasswordDB.open(file));
    const host = await servers.start(guard(portal, hello, [basic()], { cache: 60 }));
    const headers = { Authorization: basicHeader("alice", "s3cret") };
    expect((await fetch(`http://${host}/`, { headers })).status).toBe(200);
    await write("another");
    expect((await fetch(`http://${host}/`, { headers })).status).toBe(401);
    rmSync(folder, { recursive: true });
  });

  it("holds no more than ten thousand, and neither names nor passwords", async () => {
    const gone: string[] = [];
    const cache = new AvatarCache({
      seconds: 60,
      clock,
      revision: () => Promise.resolve([]),
      logout: (session) => gone.push(String(session.avatarId)),
    });
    for (let count = 0; count < 10_002; count++) {
      const granted = { interface: IVisitor, avatar: { name: "" } };
      const session = new Session(`user ${count}`, granted, new Set());
      (await cache.admit(`basic user ${count}`, () => Promise.resolve(session))).release();
    }
    expect(gone).toEqual(["user 0", "user 1"]);
    cache.clear();
    await until(() => gone.length === 10_002);
    expect(clock.pending).toBe(0);
  });
});
