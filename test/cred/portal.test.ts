import {
  AllowAnonymousAccess,
  Anonymous,
  ANONYMOUS,
  BearerToken,
  CheckerUnavailable,
  directlyProvides,
  IAnonymous,
  IBearerToken,
  ICredentialsChecker,
  Implements,
  InMemoryUsernamePasswordDatabase,
  IUsernameHashedPassword,
  IUsernamePassword,
  LoginBusy,
  LoginDenied,
  LoginFailed,
  NoCheckerError,
  NotImplementedError,
  Portal,
  PortalClosedError,
  Unauthorized,
  UnauthorizedLogin,
  UnhandledCredentials,
  UsernamePassword,
  type Granted,
} from "appd";
import { FakeChecker, FakeClock, IRuler, IVisitor, KeptLog, nobody, Realm, thrownBy } from "./harness";

const alice = new UsernamePassword("alice", "s3cret");
const wrong = new UsernamePassword("alice", "guess");
const memory = () => new InMemoryUsernamePasswordDatabase({ alice: "s3cret" });
const login = (portal: Portal, credentials: object = alice) => portal.login(credentials, undefined, IVisitor);

describe("Portal", () => {
  describe("login", () => {
    it("CR-01, CR-02, CR-05, CR-08: gives the realm's avatar to whom a checker knows, with mind and interfaces", async () => {
      const realm = new Realm();
      const mind = { say: () => undefined };
      const session = await new Portal(realm, [memory()]).login(alice, mind, IRuler, IVisitor);
      expect([session.avatarId, session.interface, session.avatar]).toEqual([
        "alice",
        IVisitor,
        { id: "alice" },
      ]);
      expect(realm.minds).toEqual([mind]);
    });

    it("CR-12: takes plain values and promises, from checkers and realms alike", async () => {
      const realm = new Realm();
      realm.requestAvatar = async (id) => ({ interface: IVisitor, avatar: { id: String(id) } });
      const session = await login(new Portal(realm, [new FakeChecker(async () => "alice")]));
      expect(session.avatar.id).toBe("alice");
      await session.logout();
    });

    it("CR-06: rejects with UnhandledCredentials when no checker can judge the credentials", async () => {
      const portal = new Portal(new Realm(), [memory()]);
      const error = await thrownBy(login(portal, new BearerToken("x")));
      expect(error).toBeInstanceOf(UnhandledCredentials);
      expect((error as Error).message).toBe(
        "no checker for IBearerToken; there are checkers for IUsernamePassword, IUsernameHashedPassword",
      );
      await expect(login(new Portal(new Realm()))).rejects.toThrow("there is no checker at all");
    });

    it("judges an object that provides an interface directly", async () => {
      const credentials = {
        username: "alice",
        password: "s3cret",
        checkPassword: (text: string) => text === "s3cret",
      };
      directlyProvides(credentials, IUsernamePassword);
      expect((await login(new Portal(new Realm(), [memory()]), credentials)).avatarId).toBe("alice");
    });

    it("CR-05: passes on what the realm throws", async () => {
      const realm = new Realm();
      const portal = new Portal(realm, [memory()]);
      for (const error of [new NotImplementedError(), new LoginDenied("quota"), new TypeError("bug")]) {
        realm.requestAvatar = () => {
          throw error;
        };
        expect(await thrownBy(login(portal))).toBe(error);
      }
    });

    it("refuses an avatar for an interface that nobody asked for", async () => {
      const realm = new Realm();
      const portal = new Portal(realm, [memory()]);
      await expect(portal.login(alice, undefined, IRuler)).rejects.toThrow(
        "Realm.requestAvatar gave an avatar for IVisitor; asked for was IRuler",
      );
      realm.requestAvatar = () => undefined as unknown as Granted;
      await expect(login(portal)).rejects.toThrow(
        "Realm.requestAvatar gave undefined; asked for was IVisitor",
      );
    });

    it.each([[undefined], [""], [null], [true], [Symbol("ANONYMOUS")]])(
      "CR-10: logs nobody in when a checker's answer names nobody: %p",
      async (answer) => {
        const error = await thrownBy(
          login(new Portal(new Realm(), [new FakeChecker(() => answer as string)])),
        );
        expect(error).toBeInstanceOf(UnauthorizedLogin);
        expect(((error as Error).cause as Error).message).toMatch(/it has to give a name or ANONYMOUS/);
      },
    );

    it("CR-10, CR-11, rule 9: tells the anonymous by a symbol, and lets them in only by a checker of their own", async () => {
      const portal = new Portal(new Realm(), [memory(), new AllowAnonymousAccess()]);
      expect((await login(portal, new Anonymous())).avatarId).toBe(ANONYMOUS);
      await expect(login(portal, wrong)).rejects.toThrow(UnauthorizedLogin);
      await expect(login(new Portal(new Realm(), [memory()]), new Anonymous())).rejects.toThrow(
        UnhandledCredentials,
      );
    });

    it("CR-07: has one vocabulary of errors", async () => {
      const error = await thrownBy(login(new Portal(new Realm(), [memory()]), wrong));
      expect(error).toBeInstanceOf(UnauthorizedLogin);
      expect(error).toBeInstanceOf(LoginFailed);
      expect(error).toBeInstanceOf(Unauthorized);
      expect(new LoginDenied()).not.toBeInstanceOf(Unauthorized);
      expect(new Unauthorized()).not.toBeInstanceOf(UnauthorizedLogin);
    });
  });

  describe("with several checkers", () => {
    it("W-08: asks them in the order given; the first success wins", async () => {
      const [first, second, third] = [nobody(), new FakeChecker(() => "alice"), nobody()];
      await login(new Portal(new Realm(), [first, second, third]));
      expect([first.asked, second.asked, third.asked]).toEqual([["alice"], ["alice"], []]);
    });

    it("W-08: refuses in the same words, whether the password is wrong or a source is lost", async () => {
      const lost = new FakeChecker(() => {
        throw new Error("connect ECONNREFUSED");
      });
      const unavailable = await thrownBy(login(new Portal(new Realm(), [lost, memory()]), wrong));
      const refused = await thrownBy(login(new Portal(new Realm(), [memory()]), wrong));
      expect((unavailable as Error).message).toBe((refused as Error).message);
      expect((unavailable as Error).constructor).toBe((refused as Error).constructor);
      expect((unavailable as Error).cause).toBeInstanceOf(CheckerUnavailable);
      expect((refused as Error).cause).not.toBeInstanceOf(CheckerUnavailable);
    });

    it("W-08: goes on to the next when a source is lost", async () => {
      const lost = new FakeChecker(() => Promise.reject(new Error("lost")));
      expect((await login(new Portal(new Realm(), [lost, memory()]))).avatarId).toBe("alice");
    });

    it("says that it is busy when one of them is, and no other knows better", async () => {
      const busy = new FakeChecker(() => Promise.reject(new LoginBusy()));
      await expect(login(new Portal(new Realm(), [busy, nobody()]))).rejects.toThrow(LoginBusy);
      expect((await login(new Portal(new Realm(), [busy, memory()]))).avatarId).toBe("alice");
    });

    it("ends with a checker that denies", async () => {
      const denies = new FakeChecker(() => Promise.reject(new LoginDenied("account closed")));
      await expect(login(new Portal(new Realm(), [denies, memory()]))).rejects.toThrow("account closed");
    });
  });

  describe("registerChecker", () => {
    it("CR-03, CR-04: takes the checker's own interfaces, or those that are named", () => {
      const portal = new Portal(new Realm());
      portal.registerChecker(memory(), IUsernameHashedPassword);
      portal.registerChecker(new AllowAnonymousAccess());
      expect(portal.listCredentialsInterfaces()).toEqual([IUsernameHashedPassword, IAnonymous]);
    });

    it("judges only what it was registered for", async () => {
      const portal = new Portal(new Realm());
      portal.registerChecker(memory(), IUsernameHashedPassword);
      await expect(login(portal)).rejects.toThrow(UnhandledCredentials);
    });
  });

  describe("expectCheckersFor", () => {
    it("says why no checker can judge what a protocol needs", () => {
      @Implements(ICredentialsChecker)
      class Hashes implements ICredentialsChecker {
        credentialInterfaces = [IUsernamePassword];
        requestAvatarId = () => "x";
        whyNot = () => "users.passwd stores hashes";
      }
      const portal = new Portal(new Realm(), [new Hashes()]);
      expect(() => portal.expectCheckersFor(IUsernamePassword, IBearerToken)).not.toThrow();
      expect(() => portal.expectCheckersFor(IUsernameHashedPassword)).toThrow(NoCheckerError);
      expect(() => portal.expectCheckersFor(IUsernameHashedPassword)).toThrow(
        "no checker can judge IUsernameHashedPassword, because users.passwd stores hashes",
      );
    });
  });

  describe("only", () => {
    it("limits what is taken, also of a view that is limited already", async () => {
      const portal = new Portal(new Realm(), [memory(), new AllowAnonymousAccess()]);
      const people = portal.only(IUsernamePassword);
      expect(people.listCredentialsInterfaces()).toEqual([IUsernamePassword]);
      await expect(login(people, new Anonymous())).rejects.toThrow(UnhandledCredentials);
      expect(people.only(IAnonymous).listCredentialsInterfaces()).toEqual([]);
      expect((await login(people)).avatarId).toBe("alice");
    });
  });

  describe("open and close", () => {
    it("lets nobody in before it is open", async () => {
      const portal = new Portal();
      await expect(login(portal)).rejects.toThrow(PortalClosedError);
      portal.open(new Realm(), [memory()]);
      expect(portal.isOpen).toBe(true);
      expect((await login(portal)).avatarId).toBe("alice");
    });

    it("logs out everyone who is still there, each once, and lets nobody in", async () => {
      const realm = new Realm();
      const portal = new Portal(realm, [memory()]);
      const gone = await login(portal);
      await gone.logout();
      await login(portal);
      await login(portal.from("192.0.2.1"));
      expect(portal.sessions).toBe(2);
      await portal.close();
      expect([realm.loggedOut, portal.sessions]).toEqual([3, 0]);
      await expect(login(portal)).rejects.toThrow(LoginDenied);
      portal.reopen();
      expect((await login(portal)).avatarId).toBe("alice");
    });

    it("logs out who was just about to come in", async () => {
      const realm = new Realm();
      const portal = new Portal(realm, [new FakeChecker(async () => "alice")]);
      const late = login(portal);
      const closed = portal.close();
      await expect(late).rejects.toThrow(LoginDenied);
      await closed;
      expect(portal.sessions).toBe(0);
    });

    it("logs a logout that fails, and goes on with the others", async () => {
      const log = new KeptLog();
      const realm = new Realm();
      const portal = new Portal(realm, [memory()], { logger: log });
      realm.requestAvatar = () => ({
        interface: IVisitor,
        avatar: { id: "x" },
        logout: () => {
          throw new Error("disk full");
        },
      });
      await login(portal);
      await login(portal);
      await portal.close();
      expect(log.messages.filter((line) => line.startsWith("error"))).toEqual([
        "error a logout failed: disk full",
        "error a logout failed: disk full",
      ]);
    });
  });

  describe("limits", () => {
    it.each([
      ["a name of more than 1 KiB", new UsernamePassword("a".repeat(1025), "x")],
      ["a password of more than 1 KiB, in bytes", new UsernamePassword("alice", "ü".repeat(513))],
      ["a password of 10 MB", new UsernamePassword("alice", "x".repeat(10_000_000))],
      ["a name with a NUL", new UsernamePassword("alice\0", "s3cret")],
      ["a password with a NUL", new UsernamePassword("alice", "s3cret\0")],
    ])("rule 10: refuses %s before anybody looks at it", async (_what, credentials) => {
      const checker = new FakeChecker(() => "alice");
      await expect(login(new Portal(new Realm(), [checker]), credentials)).rejects.toThrow(UnauthorizedLogin);
      expect(checker.asked).toEqual([]);
    });

    it("takes what is just short enough", async () => {
      const password = "ü".repeat(512);
      const portal = new Portal(new Realm(), [new InMemoryUsernamePasswordDatabase({ bob: password })]);
      expect((await login(portal, new UsernamePassword("bob", password))).avatarId).toBe("bob");
    });
  });
});

describe("Session", () => {
  it("CR-09: calls the realm's logout exactly once, however often it is told", async () => {
    const realm = new Realm();
    const session = await login(new Portal(realm, [memory()]));
    await Promise.all([session.logout(), session.logout()]);
    await session[Symbol.asyncDispose]();
    expect(realm.loggedOut).toBe(1);
  });

  it("ends with the block that uses it", async () => {
    const realm = new Realm();
    {
      await using session = await login(new Portal(realm, [memory()]));
      expect(session.avatar.id).toBe("alice");
    }
    expect(realm.loggedOut).toBe(1);
  });

  it("tells every caller what the realm's logout throws", async () => {
    const realm = new Realm();
    realm.requestAvatar = () => ({
      interface: IVisitor,
      avatar: { id: "x" },
      logout: () => Promise.reject(new Error("lost")),
    });
    const session = await login(new Portal(realm, [memory()]));
    await expect(session.logout()).rejects.toThrow("lost");
    await expect(session.logout()).rejects.toThrow("lost");
  });
});

describe("the log", () => {
  const granted = async (credentials: object = alice, from = "192.0.2.7") => {
    const log = new KeptLog();
    const portal = new Portal(new Realm(), [memory(), new AllowAnonymousAccess()], { logger: log });
    await login(portal.from(from), credentials).catch(() => undefined);
    return log.lines;
  };

  it("has one line for each attempt, with the outcome, and never the secret", async () => {
    expect(await granted()).toEqual([
      {
        level: "info",
        message: 'login of "alice" from 192.0.2.7: granted',
        fields: {
          event: "login",
          outcome: "granted",
          credentials: "UsernamePassword",
          user: "alice",
          address: "192.0.2.7",
          avatarId: "alice",
        },
      },
    ]);
    const [line] = await granted(wrong);
    expect(line).toMatchObject({
      level: "warn",
      message: 'login of "alice" from 192.0.2.7: refused',
      fields: { outcome: "refused", reason: "wrong credentials" },
    });
    expect(JSON.stringify(line)).not.toContain("guess");
    expect(await granted(new Anonymous())).toMatchObject([
      { message: "login by Anonymous from 192.0.2.7: granted", fields: { avatarId: "ANONYMOUS" } },
    ]);
  });

  it("rule 16: has one line for a name with line ends, escapes and direction marks in it", async () => {
    const name = 'x\nlogin of "root": granted\r\u001b[2J\u009b\u202e';
    const [line] = await granted(new UsernamePassword(name, "x"), "192.0.2.7\n");
    expect(line?.message).toMatch(/^login of "x\\nlogin of \\"root\\": granted\\r/);
    expect(`${line?.message ?? ""}${JSON.stringify(line?.fields)}`).not.toMatch(
      /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/,
    );
  });

  it("cuts a name that is very long", async () => {
    const [line] = await granted(new UsernamePassword("a".repeat(100_000), "x"));
    expect(JSON.stringify(line).length).toBeLessThan(1000);
  });

  it("tells of a source that is lost once a minute, and when it is there again", async () => {
    const log = new KeptLog();
    const clock = new FakeClock();
    let isLost = true;
    const source = new FakeChecker(() => {
      if (isLost) throw new Error("connect ECONNREFUSED 192.0.2.9:389");
      return "alice";
    });
    const portal = new Portal(new Realm(), [source], { logger: log, clock });
    const attempt = () => login(portal).catch(() => undefined);
    for (let count = 0; count < 50; count++) await attempt();
    clock.seconds += 61;
    await attempt();
    isLost = false;
    await attempt();
    const about = log.messages.filter((line) => line.includes("FakeChecker"));
    expect(about).toEqual([
      "error FakeChecker can't tell who logs in: connect ECONNREFUSED 192.0.2.9:389",
      "error FakeChecker can't tell who logs in: connect ECONNREFUSED 192.0.2.9:389",
      "info FakeChecker can tell again who logs in",
    ]);
    expect(log.lines.at(-3)?.fields.outcome).toBe("unavailable");
  });

  it("hands checkers a way to complain that is heard once a minute", async () => {
    const log = new KeptLog();
    const source = new FakeChecker((_credentials, attempt) => {
      attempt?.complain("users.passwd: line 3 is broken");
      return "alice";
    });
    const portal = new Portal(new Realm(), [source], { logger: log });
    for (let count = 0; count < 3; count++) await login(portal);
    expect(log.messages.filter((line) => line.startsWith("error"))).toEqual([
      "error users.passwd: line 3 is broken",
    ]);
  });
});
