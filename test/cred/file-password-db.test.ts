import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HashQueue } from "../../src/cred/hash-queue";
import {
  CramMD5Credentials,
  DigestCredentialFactory,
  FilePasswordDB,
  hashPassword,
  IUsernameDigestHash,
  IUsernameHashedPassword,
  IUsernamePassword,
  Portal,
  UnauthorizedLogin,
  UsernamePassword,
  verifyPassword,
  type DigestedCredentials,
  type FilePasswordDBOptions,
} from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { makeHA1, writeHA1 } from "../../src/cred/ha1";
import { asOrdinaryUser } from "../ordinary-user";
import { FakeClock, IVisitor, KeptLog, Realm, thrownBy } from "./harness";

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? it : it.skip;

let folder: string;
let path: string;
const hashes: Record<string, string> = {};

beforeAll(async () => {
  hashes.alice = await hashPassword("s3cret");
  hashes.weak = "$scrypt$ln=4,r=8,p=1$c29tZXNhbHQ$" + scryptKey("s3cret");
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-cred-"));
  path = join(folder, "users.passwd");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function scryptKey(password: string): string {
  const { scryptSync } = process.getBuiltinModule("node:crypto");
  return scryptSync(password, "somesalt", 32, { N: 16, r: 8, p: 1 }).toString("base64").replace(/=+$/, "");
}

function write(text: string, mode = 0o600): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

async function opened(text: string, options?: FilePasswordDBOptions): Promise<FilePasswordDB> {
  write(text);
  return FilePasswordDB.open(path, options);
}

const who = (db: FilePasswordDB, name: string, password: string) =>
  db
    .requestAvatarId(new UsernamePassword(name, password))
    .catch((error: unknown) => (error as Error).message);

async function fault(options?: FilePasswordDBOptions): Promise<readonly [number, string]> {
  const error = await thrownBy(FilePasswordDB.open(path, options));
  return [exitStatusOf(error), (error as Error).message];
}

describe("FilePasswordDB", () => {
  it("knows whom the file names, by argon2id, scrypt and HA1", async () => {
    const ha1 = writeHA1({ username: "carol", realm: "site", password: "s3cret" });
    const db = await opened(`# people\n\nalice:${hashes.alice}\nbob:${hashes.weak}\r\ncarol:${ha1}\n`, {
      upgrade: false,
    });
    for (const name of ["alice", "bob", "carol"]) {
      expect(await who(db, name, "s3cret")).toBe(name);
      expect(await who(db, name, "guess")).toBe("wrong credentials");
    }
    expect(await who(db, "mallory", "s3cret")).toBe("wrong credentials");
    expect(await who(db, "# people", "")).toBe("wrong credentials");
  });

  it("works when it is made with new, and read at the first login", async () => {
    write(`alice:${hashes.alice}\n`);
    expect(await who(new FilePasswordDB(path), "alice", "s3cret")).toBe("alice");
  });

  it("takes a name in any composition, and gives it as it is stored", async () => {
    const db = await opened(`jos\u00e9:${hashes.alice}\n`);
    expect(await who(db, "jose\u0301", "s3cret")).toBe("jos\u00e9");
  });

  describe("reading again", () => {
    it("rule 3: sees a file that was replaced", async () => {
      const db = await opened(`alice:${hashes.alice}\n`);
      writeFileSync(`${path}.2`, `bob:${hashes.alice}\n`, { mode: 0o600 });
      renameSync(`${path}.2`, path);
      expect(await who(db, "bob", "s3cret")).toBe("bob");
      expect(await who(db, "alice", "s3cret")).toBe("wrong credentials");
    });

    it("rule 3: keeps the last good one when it is broken, and tells so once a minute", async () => {
      const db = await opened(`alice:${hashes.alice}\n`);
      const log = new KeptLog();
      const clock = new FakeClock();
      const portal = new Portal(new Realm(), [db], { logger: log, clock });
      const login = () => portal.login(new UsernamePassword("alice", "s3cret"), undefined, IVisitor);
      write("alice\n");
      await login();
      await login();
      clock.seconds += 61;
      unlinkSync(path);
      await login();
      write(`alice:${hashes.alice}\n`);
      await login();
      expect(log.messages.filter((line) => line.startsWith("error"))).toEqual([
        `error ${path}: line 1: there is no ":" behind a name; what was read before still counts`,
        `error ${path}: there is no file users.passwd in ${folder}; what was read before still counts`,
      ]);
    });

    it("rule 3: gives no wrong answer while it is replaced again and again", async () => {
      const db = await opened(`alice:${hashes.weak}\n`, { upgrade: false });
      const answers: Promise<string>[] = [];
      for (let count = 0; count < 100; count++) {
        answers.push(who(db, "alice", "s3cret"));
        if (count % 10 !== 0) continue;
        writeFileSync(`${path}.2`, `alice:${hashes.weak}\nuser${count}:${hashes.weak}\n`, { mode: 0o600 });
        renameSync(`${path}.2`, path);
        await Promise.all(answers.splice(0)).then((all) => expect(new Set(all)).toEqual(new Set(["alice"])));
      }
    });
  });

  describe("renewing", () => {
    it("rule 6: makes a hash anew that was made with less, and keeps mode, owner and the other lines", async () => {
      const text = `# people\nbob:${hashes.weak}\nalice:${hashes.weak}\n`;
      const db = await opened(text);
      chmodSync(path, 0o640);
      if (isRoot) chownSync(path, 1234, 1235);
      expect(await who(db, "alice", "guess")).toBe("wrong credentials");
      expect(readFileSync(path, "utf8")).toBe(text);
      expect(await who(db, "alice", "s3cret")).toBe("alice");
      const [comment, bob, alice, end] = readFileSync(path, "utf8").split("\n");
      expect([comment, bob, end]).toEqual(["# people", `bob:${hashes.weak}`, ""]);
      expect(alice).toMatch(/^alice:\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect(await verifyPassword("s3cret", alice?.slice(6) ?? "")).toBe(true);
      const { mode, uid, gid } = statSync(path);
      expect(mode & 0o777).toBe(0o640);
      if (isRoot) expect([uid, gid]).toEqual([1234, 1235]);
      expect(readdirSync(folder)).toEqual(["users.passwd"]);
      expect(await who(db, "alice", "s3cret")).toBe("alice");
    });

    it("loses nothing when several are renewed at once", async () => {
      const names = ["a", "b", "c", "d", "e"];
      const db = await opened(names.map((name) => `${name}:${hashes.weak}\n`).join(""), { hash: "scrypt" });
      await Promise.all(names.map((name) => who(db, name, "s3cret")));
      const lines = readFileSync(path, "utf8").trim().split("\n");
      expect(lines.map((line) => line.slice(0, 15))).toEqual(
        names.map((name) => `${name}:$scrypt$ln=15`.slice(0, 15)),
      );
    });

    it("goes through a link to the file behind it", async () => {
      write(`alice:${hashes.weak}\n`);
      const link = join(folder, "link");
      symlinkSync(path, link);
      await who(await FilePasswordDB.open(link), "alice", "s3cret");
      expect(readFileSync(path, "utf8")).toContain("$argon2id$");
      expect(readdirSync(folder)).toEqual(["link", "users.passwd"]);
    });

    it("stores what is asked for with hash=", async () => {
      const db = await opened(`alice:${hashes.alice}\n`, { hash: "scrypt" });
      await who(db, "alice", "s3cret");
      expect(readFileSync(path, "utf8")).toMatch(/^alice:\$scrypt\$ln=15,r=8,p=3\$/);
    });

    it("logs in, and complains once, when the file can't be written", async () => {
      const db = await opened(`alice:${hashes.weak}\n`);
      const complaints: string[] = [];
      const attempt = {
        address: undefined,
        log: new KeptLog(),
        complain: (text: string) => complaints.push(text),
      };
      chmodSync(folder, 0o500);
      await asOrdinaryUser([folder, path], async () => {
        for (let count = 0; count < 2; count++)
          expect(await db.requestAvatarId(new UsernamePassword("alice", "s3cret"), attempt)).toBe("alice");
      });
      expect(complaints).toEqual([
        expect.stringContaining("its folder may not be written by whom this runs as"),
      ]);
    });
  });

  it("rule 3: goes by what the file said while it may not be read, complains, and sees when it may again", async () => {
    const db = await opened(`alice:${hashes.alice}\n`);
    const complaints: string[] = [];
    const attempt = {
      address: undefined,
      log: new KeptLog(),
      complain: (text: string) => complaints.push(text),
    };
    await asOrdinaryUser([folder, path], async () => {
      write(`bob:${hashes.alice}\n`, 0o000);
      expect(await db.requestAvatarId(new UsernamePassword("alice", "s3cret"), attempt)).toBe("alice");
      expect(complaints).toEqual([expect.stringContaining("it may not be read by whom this runs as")]);
      chmodSync(path, 0o600);
      expect(await who(db, "bob", "s3cret")).toBe("bob");
    });
  });

  describe("what is wrong with a file", () => {
    it("is told with the number of the first line", async () => {
      const lines: readonly (readonly [string, string])[] = [
        ["alice", 'there is no ":" behind a name'],
        [":hash", "there is no name"],
        ["alice:", "alice has no password"],
        [`al ice :${hashes.alice}`, "its name begins or ends with a blank"],
        [
          "alice:s3cret",
          "the password stands there in the clear; store a hash of it with `appd passwd`, or say insecure=plaintext",
        ],
        [
          "alice:$1$salt$hash",
          "the hash is of a kind that is not known here; known are $argon2id$ and $scrypt$",
        ],
        ["alice:$argon2id$v=19$m=1", "the hash begins like one of argon2id, but is none"],
        [
          "root:x:0:0:root:/root:/bin/bash",
          "this is a line of passwd(5), which has no passwords of its own; use --auth passwd or unix",
        ],
        [`bob:${hashes.alice}`, "its name stands on line 2 already"],
        [`alice:${"x".repeat(5000)}`, "it is longer than 4096 characters"],
      ];
      for (const [line, words] of lines) {
        write(`# people\nbob:${hashes.alice}\n${line}\n`);
        expect(await fault()).toEqual([78, `line 3: ${words}`]);
      }
      writeFileSync(path, Buffer.from(`# people\nb\xfcb:x\n`, "latin1"));
      expect(await fault()).toEqual([78, "line 2 is not UTF-8"]);
    });

    it("CK-05, W-06: is that /etc/passwd has no passwords, also when plaintext is meant", async () => {
      write("root:x:0:0:root:/root:/bin/bash\n");
      expect((await fault({ insecure: ["plaintext"] }))[1]).toMatch(/^line 1: this is a line of passwd\(5\)/);
    });

    it("is told by its class: not there, a folder, nobody in it", async () => {
      expect(await fault()).toEqual([66, `there is no file users.passwd in ${folder}`]);
      mkdirSync(path);
      expect(await fault()).toEqual([78, "it is a folder, not a file"]);
      rmSync(path, { recursive: true });
      write("# nobody\n");
      expect(await fault()).toEqual([78, "nobody is in it yet: appd passwd add"]);
    });

    it("rule 2: is that others can read or write it, or replace it", async () => {
      const told: string[] = [];
      for (const mode of [0o604, 0o620, 0o602]) {
        write(`alice:${hashes.alice}\n`, mode);
        told.push((await fault())[1]);
      }
      expect(told).toEqual([
        "everybody can read it (mode 0604): chmod o-r, or say insecure=readable",
        "its group can write it (mode 0620): chmod go-w",
        "everybody can write it (mode 0602): chmod go-w",
      ]);
      write(`alice:${hashes.alice}\n`);
      chmodSync(folder, 0o770);
      expect(await fault()).toEqual([
        78,
        `its group can write its folder ${folder} (mode 0770), and so replace it: chmod go-w ${folder}`,
      ]);
    });

    it("rule 2: is none where a folder is sticky, or reading is allowed", async () => {
      write(`alice:${hashes.alice}\n`, 0o644);
      chmodSync(folder, 0o1777);
      expect(await who(await FilePasswordDB.open(path, { insecure: ["readable"] }), "alice", "s3cret")).toBe(
        "alice",
      );
    });

    asRoot("rule 2: is that it is a link of somebody else's", async () => {
      write(`alice:${hashes.alice}\n`);
      const link = join(folder, "link");
      symlinkSync(path, link);
      lchownSync(link, 1234, 1234);
      const error = await thrownBy(FilePasswordDB.open(link));
      expect([exitStatusOf(error), (error as Error).message]).toEqual([
        78,
        "it is a symbolic link owned by someone else (uid 1234), who could let it lead anywhere",
      ]);
    });

    it("is that it may not be read", async () => {
      write(`alice:${hashes.alice}\n`, 0o000);
      expect(await asOrdinaryUser([folder, path], () => fault())).toEqual([
        77,
        "it may not be read by whom this runs as",
      ]);
    });
  });

  describe("with insecure=plaintext", () => {
    it("CK-03: takes all behind the first colon for the password", async () => {
      const db = await opened(`alice:s3:cr:et\n`, { insecure: ["plaintext"] });
      expect(await who(db, "alice", "s3:cr:et")).toBe("alice");
      expect(await who(db, "alice", "s3")).toBe("wrong credentials");
    });

    it("serves challenges", async () => {
      const db = await opened(`alice:s3cret\n`, { insecure: ["plaintext"] });
      expect(db.credentialInterfaces).toEqual([
        IUsernamePassword,
        IUsernameHashedPassword,
        IUsernameDigestHash,
      ]);
      expect(await db.requestAvatarId(cram("alice", "s3cret"))).toBe("alice");
      expect(await db.requestAvatarId(digested("alice", "s3cret"))).toBe("alice");
      await expect(db.requestAvatarId(cram("alice", "guess"))).rejects.toThrow(UnauthorizedLogin);
      await expect(db.requestAvatarId(cram("mallory", "nobody's password"))).rejects.toThrow(
        UnauthorizedLogin,
      );
    });
  });

  describe("challenges", () => {
    it("rule 35: can't be judged by hashes, and the reason is told", async () => {
      const db = await opened(`alice:${hashes.alice}\n`);
      expect(db.credentialInterfaces).toEqual([IUsernamePassword]);
      const portal = new Portal(new Realm(), [db]);
      expect(() => portal.expectCheckersFor(IUsernameDigestHash)).toThrow(
        "no checker can judge IUsernameDigestHash, because users.passwd stores hashes, and a challenge is judged by the password itself or HA1 (hash=ha1)",
      );
    });

    it("of HTTP digest are judged by HA1", async () => {
      const db = await opened(
        `alice:${writeHA1({ username: "alice", realm: "site", password: "s3cret" })}\n`,
      );
      expect(db.credentialInterfaces).toEqual([IUsernamePassword, IUsernameDigestHash]);
      expect(await db.requestAvatarId(digested("alice", "s3cret"))).toBe("alice");
      await expect(db.requestAvatarId(digested("alice", "guess"))).rejects.toThrow(UnauthorizedLogin);
      await expect(db.requestAvatarId(digested("mallory", "s3cret"))).rejects.toThrow(UnauthorizedLogin);
    });

    it("are not answered by a proof made of what isn't stored", async () => {
      const ha1 = writeHA1({ username: "alice", realm: "elsewhere", password: "s3cret" });
      const db = await opened(`alice:${ha1}\nbob:${hashes.alice}\n`);
      for (const name of ["alice", "bob", "mallory"])
        for (const made of ["", "0", "undefined"])
          await expect(db.requestAvatarId(proofOf(name, made))).rejects.toThrow(UnauthorizedLogin);
    });

    it("need HA1 in every line where hash=ha1 is said", async () => {
      write(`alice:${hashes.alice}\n`);
      expect(await fault({ hash: "ha1" })).toEqual([
        78,
        "line 1: alice has a hash that is no HA1; set the password again",
      ]);
    });
  });

  it("rule 4: asks as much work for someone unknown as for a wrong password", async () => {
    const db = await opened(`alice:${hashes.alice}\n`);
    const hashed = jest.spyOn(HashQueue.prototype, "run");
    const work = async (name: string) => {
      hashed.mockClear();
      await who(db, name, "guess");
      return hashed.mock.calls.length;
    };
    expect([await work("alice"), await work("mallory")]).toEqual([1, 1]);
    hashed.mockRestore();
  });
});

function cram(username: string, password: string): CramMD5Credentials {
  const credentials = new CramMD5Credentials();
  const { createHmac } = process.getBuiltinModule("node:crypto");
  const proof = createHmac("md5", password).update(credentials.getChallenge()).digest("hex");
  credentials.setResponse(`${username} ${proof}`);
  return credentials;
}

const digested = (username: string, password: string): DigestedCredentials =>
  proofOf(username, makeHA1({ username, realm: "site", password }, "SHA-256"));

/** What a client answers who takes `ha1` for the HA1. */
function proofOf(username: string, ha1: string): DigestedCredentials {
  const factory = new DigestCredentialFactory("SHA-256", "site");
  const { nonce, opaque } = factory.getChallenge();
  const { createHash } = process.getBuiltinModule("node:crypto");
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const proof = hash([ha1, nonce, "00000001", "c", "auth", hash("GET:/")].join(":"));
  return factory.decode(
    `username="${username}", realm="site", nonce="${nonce}", opaque="${opaque}", uri="/", algorithm=SHA-256, ` +
      `qop=auth, nc=00000001, cnonce="c", response="${proof}"`,
    { method: "GET" },
  );
}
