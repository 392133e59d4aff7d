import { ANONYMOUS, Anonymous, hashPassword, UsernamePassword } from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { AnonymousFactory } from "../../src/plugins/anonymous";
import { FileFactory } from "../../src/plugins/file";
import { checkerOf, faultOf, Folder, Surroundings } from "./harness";

describe("--auth anonymous", () => {
  it("CK-01: lets anybody in without a name", async () => {
    const checker = await checkerOf(new AnonymousFactory(), "");
    expect(await checker.login(new Anonymous())).toBe(ANONYMOUS);
  });

  it("takes no arguments", async () => {
    const fault = await faultOf(checkerOf(new AnonymousFactory(), "x"));
    expect(exitStatusOf(fault)).toBe(64);
  });
});

describe("--auth file", () => {
  const file = new FileFactory();
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("SC-12: lets in by the hashes in a file, its path relative to where the command was typed", async () => {
    folder.write("users", `alice:${await hashPassword("s3cret", { hash: "scrypt" })}\n`);
    const checker = await checkerOf(file, "users:hash=scrypt", new Surroundings(folder.path));
    expect(await checker.login(new UsernamePassword("alice", "s3cret"))).toBe("alice");
    expect(await checker.password("alice", "wrong")).toBe("refused");
  });

  it("takes what is insecure only where that is said", async () => {
    folder.write("users", "alice:s3cret\n", 0o644);
    const surroundings = new Surroundings(folder.path);
    const checker = await checkerOf(file, "users:insecure=plaintext,readable", surroundings);
    expect(await checker.password("alice", "s3cret")).toBe("alice");
    expect(surroundings.warnings).toEqual([
      '--auth file: passwords may stand in the clear in "users"; better hash them',
    ]);
    for (const half of ["users:insecure=plaintext", "users:insecure=readable", "users"])
      expect(exitStatusOf(await faultOf(checkerOf(file, half, surroundings)))).toBe(78);
  });

  it.each([
    ["", 64, "it requires a path"],
    ["none", 66, "there is no file none"],
    ["~/none", 66, 'the shell leaves "~" as it is there: write $HOME'],
    ["users:hash=md5", 64, 'hash has to be one of argon2id, scrypt, ha1, got "md5"'],
    ["users:insecure=all", 64, 'insecure has to be one of plaintext, readable, got "all"'],
    ["users:hsah=scrypt", 64, 'it takes no argument called "hsah" (did you mean "hash"?)'],
  ])("SC-13: refuses %j with status %i", async (text, status, words) => {
    const fault = await faultOf(checkerOf(file, text, new Surroundings(folder.path)));
    expect(fault.message).toContain(words);
    expect(exitStatusOf(fault)).toBe(status);
  });
});
