import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { exitStatusOf } from "../../src/base/exit-status";
import { PasswdFactory } from "../../src/plugins/passwd";
import { Attempt, checkerOf, describeWith, faultOf, Folder, printed } from "./harness";

const passwd = new PasswdFactory();
const mkpasswd = (method: string, ...more: string[]): string =>
  printed("mkpasswd", ["-s", "-m", method, ...more], "s3cret");
/** "s3cret", by SHA-512 in the least of rounds, made by mkpasswd. */
const HASH = "$6$rounds=1000$saltsalt$QBpBHGWSqWQmGqGK1SxkLPgLiEInYRIIJYbGbRE7ZqcGYJPWsxPNgnXtTFIVMPCr5nQV7WlKGE9V6N.";

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

describe("--auth passwd", () => {
  describeWith("mkpasswd", "Debian: whois")("with hashes made by mkpasswd", () => {
    it.each(["md5crypt", "sha256crypt", "sha512crypt"])("lets in by a hash of %s, without any library", async (method) => {
      const checker = await checkerOf(passwd, folder.write("p", `alice:${mkpasswd(method)}:1000:1000::/:/bin/sh\n`, 0o644));
      expect(await checker.password("alice", "s3cret")).toBe("alice");
      expect(await checker.password("alice", "S3cret")).toBe("refused");
      expect(await checker.password("bob", "s3cret")).toBe("refused");
    });

    it("follows the number of rounds that a hash says", async () => {
      const checker = await checkerOf(passwd, folder.write("p", `alice:${mkpasswd("sha512crypt", "-R", "7777")}:1:1:::\n`));
      expect(await checker.password("alice", "s3cret")).toBe("alice");
    });

    it.each(["bcrypt", "yescrypt", "gost-yescrypt", "scrypt"])("lets in by a hash of %s, by an optional peer", async (method) => {
      const checker = await checkerOf(passwd, folder.write("p", `alice:${mkpasswd(method)}:1000:1000::/:/bin/sh\n`));
      expect(await checker.password("alice", "s3cret")).toBe("alice");
      expect(await checker.password("alice", "S3cret")).toBe("refused");
    });
  });
});
