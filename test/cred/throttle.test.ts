import {
  InMemoryUsernamePasswordDatabase,
  LoginBusy,
  Portal,
  TooManyAttempts,
  UnauthorizedLogin,
  UsernamePassword,
  type ThrottleOptions,
} from "appd";
import { Throttle } from "../../src/cred/throttle";
import { throttledAddress, throttledUser } from "../../src/cred/throttle-keys";
import { FakeChecker, FakeClock, IVisitor, KeptLog, nobody, Realm, thrownBy } from "./harness";

const clock = new FakeClock();

function portalFor(checker = nobody(), throttle: ThrottleOptions | false = {}) {
  const log = new KeptLog();
  const portal = new Portal(new Realm(), [checker], { clock, throttle, logger: log });
  const attempt = (user = "alice", address = "192.0.2.1", password = "guess") =>
    portal.from(address).login(new UsernamePassword(user, password), undefined, IVisitor);
  return { attempt, log, checker };
}

/** Waits for each, and tells how it ended. */
async function outcomes(attempts: Iterable<() => Promise<unknown>>): Promise<string[]> {
  const all: string[] = [];
  for (const attempt of attempts)
    all.push(
      await attempt().then(
        () => "in",
        (error: unknown) => (error as Error).constructor.name,
      ),
    );
  return all;
}

const times = (count: number, attempt: (index: number) => Promise<unknown>) =>
  Array.from({ length: count }, (_, index) => () => attempt(index));

describe("throttling", () => {
  it("rule 8: checks no more than what is free of a thousand wrong attempts, one after the other", async () => {
    const { attempt, checker } = portalFor();
    const all = await outcomes(times(1000, () => attempt()));
    expect(checker.asked).toHaveLength(10);
    expect(new Set(all.slice(10))).toEqual(new Set(["TooManyAttempts"]));
  });

  it("rule 8: and no more of a thousand at the same time", async () => {
    const slow = new FakeChecker(async () => {
      await new Promise(setImmediate);
      throw new UnauthorizedLogin();
    });
    const { attempt, checker } = portalFor(slow);
    await Promise.allSettled(times(1000, () => attempt()).map((start) => start()));
    expect(checker.asked).toHaveLength(10);
  });

  it("counts a user wherever the attempts come from", async () => {
    const { attempt, checker } = portalFor();
    await outcomes(times(100, (index) => attempt("alice", `198.51.100.${index}`)));
    expect(checker.asked).toHaveLength(10);
  });

  it("counts an address whoever is tried", async () => {
    const { attempt, checker } = portalFor();
    await outcomes(times(100, (index) => attempt(`user${index}`)));
    expect(checker.asked).toHaveLength(50);
  });

  it("doubles the time to wait, and says how long it is", async () => {
    const { attempt } = portalFor();
    await outcomes(times(10, () => attempt()));
    const waits: number[] = [];
    for (let round = 0; round < 9; round++) {
      const error = await thrownBy(attempt());
      expect(error).toBeInstanceOf(TooManyAttempts);
      const { retryAfter } = error as TooManyAttempts;
      waits.push(retryAfter);
      clock.seconds += retryAfter;
      expect(await outcomes([() => attempt()])).toEqual(["UnauthorizedLogin"]);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it("does not let attempts that were not checked make it longer", async () => {
    const { attempt } = portalFor();
    await outcomes(times(500, () => attempt()));
    expect(((await thrownBy(attempt())) as TooManyAttempts).retryAfter).toBe(1);
  });

  it("forgets after a quarter of an hour", async () => {
    const { attempt, checker } = portalFor();
    await outcomes(times(20, () => attempt()));
    clock.seconds += 901;
    await outcomes(times(20, () => attempt()));
    expect(checker.asked).toHaveLength(20);
  });

  it("forgets a user's wrong attempts once one is right", async () => {
    const users = new InMemoryUsernamePasswordDatabase({ alice: "s3cret" });
    const { attempt } = portalFor(users as never);
    for (let round = 0; round < 3; round++) {
      await outcomes(times(9, () => attempt()));
      expect(await outcomes([() => attempt("alice", "192.0.2.1", "s3cret")])).toEqual(["in"]);
    }
  });

  it("keeps nobody out of where he has logged in before by guessing elsewhere", async () => {
    const users = new InMemoryUsernamePasswordDatabase({ alice: "s3cret" });
    const { attempt } = portalFor(users as never);
    const home = () => attempt("alice", "203.0.113.1", "s3cret");
    await home();
    await outcomes(times(100, (index) => attempt("alice", `198.51.100.${index}`)));
    expect(await outcomes([home, () => attempt("alice", "203.0.113.2", "s3cret")])).toEqual([
      "in",
      "TooManyAttempts",
    ]);
  });

  it("counts by himself who is wrong where he has logged in before", async () => {
    const users = new InMemoryUsernamePasswordDatabase({ alice: "s3cret" });
    const { attempt } = portalFor(users as never);
    const home = (password: string) => () => attempt("alice", "203.0.113.1", password);
    const wrong = Array.from({ length: 30 }, () => home("guess"));
    expect(await outcomes([home("s3cret"), ...wrong.slice(0, 9), home("s3cret")])).toContain("in");
    const all = await outcomes(wrong);
    expect(all.filter((outcome) => outcome === "UnauthorizedLogin")).toHaveLength(10);
    expect(await outcomes([home("s3cret")])).toEqual(["TooManyAttempts"]);
    clock.seconds += 1;
    expect(await outcomes([home("s3cret"), home("s3cret")])).toEqual(["in", "in"]);
  });

  it("does not count what could not be checked", async () => {
    const lost = new FakeChecker(() => Promise.reject(new Error("lost")));
    const { attempt, checker } = portalFor(lost);
    await outcomes(times(30, () => attempt()));
    expect(checker.asked).toHaveLength(30);
  });

  it("lets as many right attempts through as come, also at the same time", async () => {
    const { attempt, checker } = portalFor(new FakeChecker(async () => "alice"));
    const all = await Promise.allSettled(times(900, () => attempt()).map((start) => start()));
    expect(all.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(checker.asked).toHaveLength(900);
  });

  it("refuses who would wait behind a thousand", async () => {
    const hangs = new FakeChecker(() => new Promise(() => undefined));
    const { attempt } = portalFor(hangs);
    for (const start of times(1050, () => attempt())) void start();
    await new Promise(setImmediate);
    await expect(attempt()).rejects.toThrow(LoginBusy);
  });

  it("can be told other numbers, or be left out", async () => {
    const few = portalFor(nobody(), { user: { free: 2, first: 100 } });
    await outcomes(times(2, () => few.attempt()));
    expect(((await thrownBy(few.attempt())) as TooManyAttempts).retryAfter).toBe(60);
    const none = portalFor(nobody(), false);
    await outcomes(times(100, () => none.attempt()));
    expect(none.checker.asked).toHaveLength(100);
  });

  it("says in the log that it was throttled", async () => {
    const { attempt, log } = portalFor();
    await outcomes(times(11, () => attempt()));
    expect(log.messages.at(-1)).toBe('warn login of "alice" from 192.0.2.1: throttled');
    expect(log.lines.at(-1)?.fields.reason).toBe("too many wrong attempts; try again in 1 s");
  });

  it("rule 8: remembers no more than it was told, however many come", async () => {
    const throttle = new Throttle({ remembered: 1000 }, clock);
    for (let index = 0; index < 100_000; index++) {
      const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      throttle.leave(await throttle.enter(`user${index}`, address), "failed");
    }
    expect(throttle.size).toBe(2000);
  });
});

describe("by what attempts are counted", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["127.0.0.1", undefined],
    ["::1", undefined],
    [undefined, undefined],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:DB8:1:2::9%eth0", "2001:db8:1:2"],
    ["2001:db8::9", "2001:db8:0:0"],
    ["fe80::", "fe80:0:0:0"],
  ])("address %p is %p", (address, key) => {
    expect(throttledAddress(address)).toBe(key);
  });

  it.each([
    "ALICE",
    " alice",
    "alice  ",
    "al\u200bice",
    "al\u00adice",
    "\uff41lice",
    "\u00e1lic\u00e8",
    "alice\t",
  ])("rule 8: %j is alice, to a directory", (name) => expect(throttledUser(name)).toBe("alice"));

  it("a user's name in any case and composition is one", () => {
    expect(throttledUser("STRASSE  1")).toBe(throttledUser("stra\u00dfe 1"));
    expect(throttledUser("bob")).not.toBe(throttledUser("alice"));
    expect(throttledUser("ALICE")).toBe(throttledUser("alice"));
    expect(throttledUser("Jose\u0301")).toBe(throttledUser("jos\u00e9"));
    expect(throttledUser("x".repeat(1000))).toHaveLength(44);
  });
});
