import { decoyOf, HashError, hashPassword, HashQueue, LoginBusy, preferredHash, verifyPassword } from "appd";
import { hashFault, isOutdated } from "../../src/cred/password-hash";
import { readPHC } from "../../src/cred/phc";
import { sameSecret } from "../../src/cred/same-secret";

const WEAK_SCRYPT = "$scrypt$ln=4,r=8,p=1$c29tZXNhbHQ$"; // the hash is put behind
const MADE_ELSEWHERE =
  // of "password" and "somesalt", by the reference implementation of argon2
  "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

describe("hashPassword and verifyPassword", () => {
  it("prefers argon2id, and stores a PHC string with today's parameters", async () => {
    expect(preferredHash()).toBe("argon2id");
    const hash = await hashPassword("s3cret");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword("s3cret", hash)).toBe(true);
    expect(await verifyPassword("S3cret", hash)).toBe(false);
    expect(isOutdated(hash)).toBe(false);
  });

  it("does as well with Node's scrypt", async () => {
    const hash = await hashPassword("s3cret", { hash: "scrypt" });
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword("s3cret", hash)).toBe(true);
    expect(await verifyPassword("", hash)).toBe(false);
  });

  it("verifies what others have hashed", async () => {
    expect(await verifyPassword("password", MADE_ELSEWHERE)).toBe(true);
    // RFC 7914's third vector has a salt that is no PHC one; this is Python's hashlib.scrypt(b"pw", salt=b"somesalt", n=16, r=8, p=1, dklen=32)
    const { scryptSync } = process.getBuiltinModule("node:crypto");
    const key = scryptSync("pw", "somesalt", 32, { N: 16, r: 8, p: 1 }).toString("base64").replace(/=+$/, "");
    expect(await verifyPassword("pw", `${WEAK_SCRYPT}${key}`)).toBe(true);
  });

  it("takes a password in any composition of its letters", async () => {
    const hash = await hashPassword("caf\u00e9");
    expect(await verifyPassword("cafe\u0301", hash)).toBe(true);
  });

  it("never gives the same hash twice", async () => {
    expect(await hashPassword("x")).not.toBe(await hashPassword("x"));
  });

  it("refuses what it can't verify", () => {
    expect(() => verifyPassword("x", "$1$abc$def")).toThrow(HashError);
  });
});

describe("hashFault", () => {
  it.each([
    ["$md5$x", "the hash is of a kind that is not known here; known are $argon2id$ and $scrypt$"],
    [
      "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAA",
      "the hash is of a kind that is not known here; known are $argon2id$ and $scrypt$",
    ],
    ["$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ", "the hash begins like one of argon2id, but is none"],
    ["$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHQ$AAAA", "its version is not v=19"],
    ["$argon2id$v=19$m=4000000000,t=2,p=1$c29tZXNhbHQ$AAAA", "its m=4000000000 is not between 8 and 1048576"],
    ["$scrypt$ln=15,r=8$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAA", "its parameter p is missing"],
    ["$scrypt$ln=30,r=8,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAA", "its ln=30 is not between 1 and 20"],
    ["$scrypt$ln=15,r=8,p=1$c29tZXNhbHQ$AAAA", "it is shorter than 16 bytes"],
  ])("says what is wrong with %s", (hash, fault) => {
    expect(hashFault(hash)).toBe(fault);
  });

  it("finds no fault with a good one", () => {
    expect(hashFault(MADE_ELSEWHERE)).toBeUndefined();
  });
});

describe("isOutdated", () => {
  it("compares the work that the parameters stand for", () => {
    const argon2id = (params: string) =>
      `$argon2id$v=19$${params}$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc`;
    expect(isOutdated(argon2id("m=19456,t=1,p=1"))).toBe(true);
    expect(isOutdated(argon2id("m=47104,t=1,p=1"))).toBe(false);
    expect(isOutdated(argon2id("m=65536,t=3,p=4"))).toBe(false);
  });

  it("counts another kind than the one that is wanted", () => {
    expect(isOutdated(MADE_ELSEWHERE, "scrypt")).toBe(true);
    expect(isOutdated(MADE_ELSEWHERE, "argon2id")).toBe(false);
  });
});

describe("decoyOf", () => {
  it("rule 4: looks like the other hash, costs the same, and fits nothing", async () => {
    const decoy = decoyOf(MADE_ELSEWHERE);
    expect(readPHC(decoy)?.params).toEqual({ m: 65536, t: 2, p: 1 });
    expect(hashFault(decoy)).toBeUndefined();
    expect(await verifyPassword("password", decoy)).toBe(false);
    expect(hashFault(decoyOf(undefined))).toBeUndefined();
  });
});

describe("HashQueue", () => {
  const held = () => {
    let release = (): void => undefined;
    const work = () => new Promise<void>((resolve) => (release = resolve));
    return { work, release: () => release() };
  };

  it("rule 7: runs as many at once as it may, lets 64 wait, and refuses the next", async () => {
    const queue = new HashQueue({ atOnce: 2 });
    const first = held();
    void queue.run(first.work);
    void queue.run(held().work);
    const order: number[] = [];
    const waiting = Array.from({ length: 64 }, (_, index) => queue.run(async () => order.push(index)));
    expect([queue.running, queue.waiting]).toEqual([2, 64]);
    await expect(queue.run(async () => 1)).rejects.toThrow(LoginBusy);
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect([queue.running, queue.waiting]).toEqual([1, 0]);
  });

  it("goes on after a work that fails", async () => {
    const queue = new HashQueue({ atOnce: 1 });
    const failed = queue.run(() => Promise.reject(new Error("x")));
    const next = queue.run(async () => "done");
    await expect(failed).rejects.toThrow("x");
    expect(await next).toBe("done");
    expect(queue.running).toBe(0);
  });

  it("leaves a core to the event loop, and a thread to files", () => {
    const { availableParallelism } = process.getBuiltinModule("node:os");
    const { atOnce } = new HashQueue();
    expect(atOnce).toBe(Math.max(1, Math.min(3, availableParallelism() - 1)));
  });
});

describe("sameSecret", () => {
  it("rule 5: compares secrets of any length", () => {
    expect(sameSecret("abc", "abc")).toBe(true);
    expect(sameSecret("abc", "abd")).toBe(false);
    expect(sameSecret("abc", "abcd")).toBe(false);
    expect(sameSecret("", "a")).toBe(false);
    expect(sameSecret(Buffer.from("abc"), "abc")).toBe(true);
  });
});
