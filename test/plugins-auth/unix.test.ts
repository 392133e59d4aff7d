import { exitStatusOf } from "../../src/base/exit-status";
import { CryptChecker } from "../../src/plugins/crypt/crypt-checker";
import { openAccounts } from "../../src/plugins/unix/open-accounts";
import type { System } from "../../src/plugins/unix/system";
import { UnixFactory } from "../../src/plugins/unix";
import { describeWith } from "../programs";
import { Attempt, Checked, checkerOf, faultOf, printed } from "./harness";

/** "s3cret" and "0ther". */
const HASH = "$5$rounds=1000$saltsalt$zjC/Njk9Y.EVEc3QygFw/Rhx5L4ZHXnWMx5WovHpIO2";
const OTHER = "$1$saltsalt$c74bq97Bn.wuAwK9aakrP/";
const DAY = 86_400_000;

/** A system whose accounts are a test's. */
class FakeSystem implements System {
  passwd = ["root:x:0:0::/root:/bin/sh", "alice:x:1000:1000::/home/alice:/bin/sh"];
  shadow = ["root:*:20000:0:99999:7:::", `alice:${HASH}:20000:0:99999:7:::`];
  readable = true;
  time = 20_100 * DAY;
  asked = 0;
  version = "1";

  readonly getent = async (database: "passwd" | "shadow") => {
    this.asked++;
    return this[database];
  };
  readonly canReadShadow = async (): Promise<boolean> => this.readable;
  readonly stamp = async (): Promise<string> => this.version;
  readonly now = (): number => this.time;
}

let system: FakeSystem;
let warnings: string[];
const opened = async (): Promise<Checked> =>
  new Checked(new CryptChecker(await openAccounts((line) => warnings.push(line), system)));
beforeEach(() => {
  system = new FakeSystem();
  warnings = [];
});

describe("--auth unix", () => {
  it("CK-06: lets in by the hash in the shadow file", async () => {
    const checker = await opened();
    expect(await checker.password("alice", "s3cret")).toBe("alice");
    expect(await checker.password("alice", "wrong")).toBe("refused");
    expect(await checker.password("root", "*")).toBe("refused");
    expect(await checker.password("0", "s3cret")).toBe("refused");
  });

  it("lets in by a hash that stands with the account, where there is no shadow file", async () => {
    system.passwd = [`alice:${HASH}:1000:1000:::`];
    system.shadow = [`alice:${OTHER}:20000::::::`];
    expect(await (await opened()).password("alice", "s3cret")).toBe("alice");
  });

  it.each([
    ["an account that has ended", "20000:0:99999:7::20100:"],
    ["a password that was to be changed in time", "20000:0:50:7:20::"],
    ["a password that has to be changed at once", "0:0:99999:7:::"],
  ])("refuses %s", async (_, fields) => {
    system.shadow = [`alice:${HASH}:${fields}`];
    expect(await (await opened()).password("alice", "s3cret")).toBe("refused");
  });

  it("lets in until the day on which the account ends", async () => {
    system.shadow = [`alice:${HASH}:20000:0:99999:7::20101:`];
    const checker = await opened();
    expect(await checker.password("alice", "s3cret")).toBe("alice");
    system.time += DAY;
    expect(await checker.password("alice", "s3cret")).toBe("refused");
  });

  it("asks the system again when its files have changed, and after 30 s, not for each login", async () => {
    const checker = await opened();
    await checker.password("alice", "s3cret");
    expect(system.asked).toBe(2);
    system.shadow = [`alice:${OTHER}:20000:0:99999:7:::`];
    system.version = "2";
    expect(await checker.password("alice", "0ther")).toBe("alice");
    system.time += 30_001;
    await checker.password("alice", "0ther");
    expect(system.asked).toBe(6);
  });

  it("goes on by what it has read where the shadow file can't be read any more, and complains", async () => {
    const checker = await opened();
    const attempt = new Attempt();
    system.readable = false;
    system.version = "2";
    expect(await checker.password("alice", "s3cret", attempt)).toBe("alice");
    expect(attempt.complaints).toEqual([expect.stringContaining("the shadow file can't be read")]);
  });

  it("locks out at once who was locked or removed", async () => {
    const checker = await opened();
    system.shadow = [`alice:!${HASH}:20000:0:99999:7:::`];
    system.version = "2";
    expect(await checker.password("alice", "s3cret")).toBe("refused");
  });

  describe("at the start", () => {
    it("refuses to run where it can't read the shadow file, and says what it takes", async () => {
      system.readable = false;
      const fault = await faultOf(opened());
      expect(fault.message).toBe(
        "the shadow file can't be read: run as root, or in the group that may read it",
      );
      expect(exitStatusOf(fault)).toBe(77);
    });

    it("refuses to run where nobody has a password", async () => {
      system.shadow = ["alice:!:20000::::::"];
      const fault = await faultOf(opened());
      expect(fault.message).toBe("no entry has a password here (2 of 2 are locked)");
      expect(exitStatusOf(fault)).toBe(78);
    });

    it("refuses to run where nobody's hash can be verified, and warns of some", async () => {
      system.shadow = ["alice:$9$what$ever:20000::::::"];
      const fault = await faultOf(opened());
      expect(fault.message).toBe(
        "no account can log in: alice can't log in: it has a hash of a kind that is not known here ($9$); known are $1$, $5$, $6$, $apr1$, {SHA}, $2b$ and $y$",
      );
      system.shadow.push(`root:${HASH}:20000::::::`);
      await opened();
      expect(warnings).toEqual([expect.stringContaining("alice can't log in: it has a hash of a kind")]);
    });

    it("refuses arguments", async () => {
      expect(exitStatusOf(await faultOf(checkerOf(new UnixFactory(), "x")))).toBe(64);
    });
  });

  describeWith("getent")("on this system", () => {
    it("lists its accounts, and finds a password or says that there is none", async () => {
      const shadow = printed("getent", ["shadow"]).split("\n");
      const hasPassword = shadow.some((line) => /^[^:]+:\$/.test(line));
      const outcome = await checkerOf(new UnixFactory(), "").catch(
        (error: unknown) => (error as Error).message,
      );
      if (hasPassword) expect(outcome).toBeInstanceOf(Checked);
      else
        expect(outcome).toMatch(
          /^no entry has a password here \(\d+ of \d+ are locked\)$|^the shadow file can't/,
        );
    });
  });
});
