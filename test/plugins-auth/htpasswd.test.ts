import { exitStatusOf } from "../../src/base/exit-status";
import { HtpasswdFactory } from "../../src/plugins/htpasswd";
import { describeWith } from "../programs";
import { checkerOf, faultOf, Folder, printed } from "./harness";

const htpasswd = new HtpasswdFactory();

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

describe("--auth htpasswd", () => {
  describeWith("htpasswd")("with files made by htpasswd", () => {
    it.each([
      ["-m", "apr1"],
      ["-s", "SHA"],
      ["-2", "SHA-256 crypt"],
      ["-5", "SHA-512 crypt"],
      ["-B", "bcrypt, with a library"],
    ])("lets in by what %s makes: %s", async (kind) => {
      const path = folder.write("site", "", 0o644);
      printed("htpasswd", ["-i", kind, path, "alice"], "s3cret");
      printed("htpasswd", ["-i", kind, path, "bob"], "0ther");
      const checker = await checkerOf(htpasswd, path);
      expect(await checker.password("alice", "s3cret")).toBe("alice");
      expect(await checker.password("bob", "0ther")).toBe("bob");
      expect(await checker.password("alice", "0ther")).toBe("refused");
      expect(await checker.password("carol", "s3cret")).toBe("refused");
    });

    it("takes kinds beside each other, comments and empty lines", async () => {
      const line = (kind: string, name: string): string =>
        printed("htpasswd", ["-n", "-i", kind, name], "s3cret");
      const path = folder.write("site", `# the site\n${line("-s", "alice")}\n\n${line("-m", "bob")}\r\n`);
      const checker = await checkerOf(htpasswd, path);
      expect(await checker.password("alice", "s3cret")).toBe("alice");
      expect(await checker.password("bob", "s3cret")).toBe("bob");
    });

    it("is read again when htpasswd changes a password or removes someone", async () => {
      const path = folder.write("site", "");
      printed("htpasswd", ["-i", "-m", path, "alice"], "s3cret");
      printed("htpasswd", ["-i", "-m", path, "bob"], "s3cret");
      const checker = await checkerOf(htpasswd, path);
      printed("htpasswd", ["-i", "-m", path, "alice"], "changed");
      expect(await checker.password("alice", "changed")).toBe("alice");
      printed("htpasswd", ["-D", path, "alice"]);
      expect(await checker.password("alice", "changed")).toBe("refused");
    });

    it.each(["-p", "-d"])("refuses a file with what %s makes, without showing it", async (kind) => {
      const path = folder.write("site", "");
      printed("htpasswd", ["-i", kind, path, "alice"], "s3cretpassw0");
      const fault = await faultOf(checkerOf(htpasswd, path));
      expect(fault.message).toMatch(/^line 1: it has no hash/);
      expect(fault.message).not.toContain("s3cret");
      expect(exitStatusOf(fault)).toBe(78);
    });
  });

  it("refuses a file of passwd(5) whose passwords stand elsewhere, and says where", async () => {
    const path = folder.write("site", "root:x:0:0:root:/root:/bin/bash\n");
    const fault = await faultOf(checkerOf(htpasswd, path));
    expect(fault.message).toBe("no entry has a password here (1 of 1 are shadowed); use --auth unix");
  });
});
