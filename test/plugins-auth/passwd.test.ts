import { once } from "node:events";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { exitStatusOf } from "../../src/base/exit-status";
import { PasswdFactory } from "../../src/plugins/passwd";
import { describeWith } from "../programs";
import { Attempt, checkerOf, faultOf, Folder, printed, itAsRoot } from "./harness";

const passwd = new PasswdFactory();
const mkpasswd = (method: string, ...more: string[]): string =>
  printed("mkpasswd", ["-s", "-m", method, ...more], "s3cret");
/** "s3cret" and "0ther", by mkpasswd and `openssl passwd`. */
const HASH = "$5$rounds=1000$saltsalt$zjC/Njk9Y.EVEc3QygFw/Rhx5L4ZHXnWMx5WovHpIO2";
const OTHER = "$1$saltsalt$c74bq97Bn.wuAwK9aakrP/";

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

describe("--auth passwd", () => {
  describeWith("mkpasswd")("with hashes made by mkpasswd", () => {
    const checkerFor = (hash: string) =>
      checkerOf(passwd, folder.write("passwd", `alice:${hash}:1000:1000::/:/bin/sh\n`, 0o644));

    it.each(["md5crypt", "sha256crypt", "sha512crypt"])(
      "lets in by %s, without any library",
      async (method) => {
        const checker = await checkerFor(mkpasswd(method));
        expect(await checker.password("alice", "s3cret")).toBe("alice");
        expect(await checker.password("alice", "S3cret")).toBe("refused");
        expect(await checker.password("bob", "s3cret")).toBe("refused");
      },
    );

    it.each(["bcrypt", "yescrypt", "gost-yescrypt", "scrypt"])(
      "lets in by %s, with a library",
      async (method) => {
        const checker = await checkerFor(mkpasswd(method));
        expect(await checker.password("alice", "s3cret")).toBe("alice");
        expect(await checker.password("alice", "S3cret")).toBe("refused");
      },
    );

    it.each(["", "a", "ä€😀", "x".repeat(200)])(
      "takes passwords of all lengths and letters: %s",
      async (password) => {
        for (const method of ["md5crypt", "sha256crypt", "sha512crypt"]) {
          const checker = await checkerFor(printed("mkpasswd", ["-s", "-m", method], password));
          expect(await checker.password("alice", password)).toBe("alice");
          expect(await checker.password("alice", `${password}.`)).toBe("refused");
        }
      },
    );

    it("follows the number of rounds that a hash says", async () => {
      const checker = await checkerFor(mkpasswd("sha512crypt", "-R", "7777"));
      expect(await checker.password("alice", "s3cret")).toBe("alice");
    });
  });

  describe("a login", () => {
    it("is refused where the password has a NUL in it", async () => {
      const checker = await checkerOf(passwd, folder.write("passwd", `alice:${HASH}:1:1:::\n`));
      expect(await checker.password("alice", "s3cret\0")).toBe("refused");
      expect(await checker.password("alice", "s3cret")).toBe("alice");
    });

    it("W-06, CK-05: is refused by an entry without a password, whatever is typed", async () => {
      const lines = ["x", "*", "!", `!${HASH}`, "!!", "", "*LK*"].map(
        (field, at) => `user${at}:${field}:1:1:::`,
      );
      const checker = await checkerOf(
        passwd,
        folder.write("passwd", `${lines.join("\n")}\nalice:${HASH}:1:1:::\n`),
      );
      for (const [at, typed] of ["x", "*", "!", "s3cret", "!!", "", "*LK*"].entries())
        expect(await checker.password(`user${at}`, typed)).toBe("refused");
    });

    it("rule 4: of someone unknown computes a hash all the same", async () => {
      const checker = await checkerOf(passwd, folder.write("passwd", `alice:${HASH}:1:1:::\n`));
      const took = async (name: string): Promise<number> => {
        const start = process.cpuUsage();
        for (let round = 0; round < 10; round++) await checker.password(name, "wrong");
        const { user, system } = process.cpuUsage(start);
        return user + system;
      };
      await took("alice");
      const [known, unknown] = [await took("alice"), await took("nobody")];
      expect(unknown).toBeGreaterThan(known / 4);
    });

    it("rule 7: leaves the event loop free meanwhile", async () => {
      const slow = HASH.replace("rounds=1000", "rounds=400000");
      const checker = await checkerOf(passwd, folder.write("passwd", `alice:${slow}:1:1:::\n`));
      await checker.password("alice", "warm");
      let turns = 0;
      const turning = setInterval(() => turns++, 5);
      await checker.password("alice", "wrong");
      clearInterval(turning);
      expect(turns).toBeGreaterThan(10);
    });
  });

  describe("a file", () => {
    it("rule 3: is read again when it was replaced", async () => {
      const path = folder.write("passwd", `alice:${HASH}:1:1:::\n`);
      const checker = await checkerOf(passwd, path);
      folder.write("new", `alice:${OTHER}:1:1:::\n`);
      renameSync(folder.at("new"), path);
      expect(await checker.password("alice", "s3cret")).toBe("refused");
      expect(await checker.password("alice", "0ther")).toBe("alice");
    });

    it("rule 3: that is broken later is complained of, and what it said before counts until it is whole", async () => {
      const path = folder.write("passwd", `alice:${HASH}:1:1:::\n`);
      const checker = await checkerOf(passwd, path);
      const attempt = new Attempt();
      folder.write("passwd", `alice:${OTHER}:1:1:::\nnonsense\n`);
      expect(await checker.password("alice", "s3cret", attempt)).toBe("alice");
      expect(attempt.complaints).toEqual([expect.stringContaining("line 2: ")]);
      rmSync(path);
      expect(await checker.password("alice", "s3cret", attempt)).toBe("alice");
      folder.write("passwd", `alice:${OTHER}:1:1:::\n`);
      expect(await checker.password("alice", "0ther")).toBe("alice");
    });

    it("in which the last account was locked since lets nobody in any more", async () => {
      const checker = await checkerOf(passwd, folder.write("passwd", `alice:${HASH}:1:1:::\n`));
      folder.write("passwd", `alice:!${HASH}:1:1:::\n`);
      expect(await checker.password("alice", "s3cret")).toBe("refused");
    });

    it("that everybody can read is taken, as such files live with it", async () => {
      await expect(
        checkerOf(passwd, folder.write("passwd", `alice:${HASH}:1:1:::\n`, 0o644)),
      ).resolves.toBeDefined();
    });
  });

  describe("at the start", () => {
    const fault = async (text = "passwd"): Promise<[number, string]> => {
      const error = await faultOf(checkerOf(passwd, folder.at(text)));
      return [exitStatusOf(error), error.message];
    };

    it("W-06: refuses a file in which every password stands elsewhere, and says which type reads those", async () => {
      folder.write("passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:::\nsync:*:4:4:::\n");
      expect(await fault()).toEqual([
        78,
        "no entry has a password here (2 of 3 are shadowed); use --auth unix",
      ]);
    });

    it.each([
      ["without entries", "# nothing\n", "no entry has a password here (there are no entries)"],
      ["in which all are locked", "alice:!:1:1:::\n", "no entry has a password here (1 of 1 are locked)"],
      ["with a line that is none", `alice:${HASH}\nbob\n`, 'line 2: there is no ":" behind a name'],
      [
        "with a hash of an unknown kind",
        "alice:$9$abc$def:1:1:::",
        "line 1: it has a hash of a kind that is not known here ($9$)",
      ],
      ["with a password in the clear", "alice:s3cret:1:1:::", "line 1: it has no hash that is known here"],
      [
        "with a hash of DES",
        "alice:abJnggxhB/yWI:1:1:::",
        "line 1: it has no hash, or one of the old DES kind",
      ],
      [
        "with half a hash",
        "alice:$6$salt$abc:1:1:::",
        "line 1: it begins like a hash of SHA crypt, but is none",
      ],
      [
        "with a hash that takes hours",
        `alice:${HASH.replace("1000", "99999999")}`,
        "line 1: its hash takes more than",
      ],
      ["with a name twice", `alice:${HASH}\nalice:${HASH}\n`, "line 2: its name stands on line 1 already"],
    ])("refuses a file %s", async (_, text, words) => {
      folder.write("passwd", text);
      const [status, message] = await fault();
      expect(message).toContain(words);
      expect(message).not.toContain("s3cret");
      expect(status).toBe(78);
    });

    it("refuses a missing file, a folder, and no path at all", async () => {
      expect(await fault("none")).toEqual([66, expect.stringContaining("there is no file none")]);
      mkdirSync(folder.at("folder"));
      expect(await fault("folder")).toEqual([78, "it is a folder, not a file"]);
      expect(exitStatusOf(await faultOf(checkerOf(passwd, "")))).toBe(64);
      expect(exitStatusOf(await faultOf(checkerOf(passwd, "a:b")))).toBe(64);
    });

    it("refuses a pipe at once, though nobody writes into it, and a socket", async () => {
      printed("mkfifo", [folder.at("pipe")]);
      expect(await fault("pipe")).toEqual([78, "it is no regular file"]);
      const server = createServer().listen(folder.at("socket"));
      await once(server, "listening");
      expect(await fault("socket")).toEqual([78, "it is no regular file"]);
      server.close();
    });

    it("rule 2: refuses a file or a folder that others can write; a sticky folder is no fault", async () => {
      folder.write("passwd", `alice:${HASH}:1:1:::\n`, 0o664);
      expect(await fault()).toEqual([78, expect.stringContaining("its group can write it (mode 0664)")]);
      chmodSync(folder.at("passwd"), 0o644);
      chmodSync(folder.path, 0o777);
      expect(await fault()).toEqual([78, expect.stringContaining("everybody can write its folder")]);
      chmodSync(folder.path, 0o1777);
      await expect(checkerOf(passwd, folder.at("passwd"))).resolves.toBeDefined();
    });

    itAsRoot("rule 2: refuses a symbolic link of somebody else's", async () => {
      folder.write("passwd", `alice:${HASH}:1:1:::\n`);
      symlinkSync(folder.at("passwd"), folder.at("link"));
      await expect(checkerOf(passwd, folder.at("link"))).resolves.toBeDefined();
      folder.giveLink("link", 12345);
      expect(await fault("link")).toEqual([
        78,
        expect.stringContaining("symbolic link owned by someone else (uid 12345)"),
      ]);
    });
  });
});
