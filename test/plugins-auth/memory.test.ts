import { closeSync, fstatSync, openSync } from "node:fs";
import { AuthArguments, CramMD5Credentials } from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { MemoryFactory } from "../../src/plugins/memory";
import { Attempt, checkerOf, faultOf, Folder, Surroundings } from "./harness";

const memory = new MemoryFactory();

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

describe("--auth memory", () => {
  it("W-05, SC-14, CK-02: lets in who was typed", async () => {
    const checker = await checkerOf(memory, "alice:s3cret:bob:0ther");
    expect(await checker.password("alice", "s3cret")).toBe("alice");
    expect(await checker.password("bob", "0ther")).toBe("bob");
    expect(await checker.password("bob", "s3cret")).toBe("refused");
    expect(await checker.password("carol", "s3cret")).toBe("refused");
  });

  it("takes colons, backslashes and equals signs in passwords", async () => {
    const checker = await checkerOf(memory, String.raw`alice:a\:b\\c=d:env\=X:y`);
    expect(await checker.password("alice", String.raw`a:b\c=d`)).toBe("alice");
    expect(await checker.password("env=X", "y")).toBe("env=X");
  });

  it("takes a password however a keyboard composes its letters", async () => {
    const checker = await checkerOf(memory, "alice:caf\u00e9");
    expect(await checker.password("alice", "cafe\u0301")).toBe("alice");
  });

  it("CC-03: judges a challenge", async () => {
    const { checker } = await checkerOf(memory, "alice:s3cret");
    const credentials = new CramMD5Credentials("localhost");
    credentials.setResponse("alice 00000000000000000000000000000000");
    await expect(checker.requestAvatarId(credentials)).rejects.toMatchObject({ name: "UnauthorizedLogin" });
  });

  it("rule 17: says whether what was typed is a secret", () => {
    const secret = (text: string): boolean => memory.hasSecrets(AuthArguments.of(text));
    expect(["alice:s3cret", "alice", "x:env=Y"].map(secret)).toEqual([true, true, true]);
    expect(["", "env=USERS", "file=users", "fd=3"].map(secret)).toEqual([false, false, false, false]);
  });

  it("rule 18: says who can read what stands in the environment", () => {
    expect(memory.authHelp).toContain("A variable can be read as long as the process\n    runs by whoever");
  });

  describe("env=", () => {
    it("reads users from a variable, one a line", async () => {
      const surroundings = new Surroundings(folder.path, { USERS: "alice:s3:cret\n\nbob:0ther" });
      const checker = await checkerOf(memory, "env=USERS", surroundings);
      expect(await checker.password("alice", "s3:cret")).toBe("alice");
      expect(await checker.password("bob", "0ther")).toBe("bob");
    });
  });

  describe("file=", () => {
    it("reads users from a file, and again when it has changed", async () => {
      folder.write("users", "alice:s3cret\n");
      const checker = await checkerOf(memory, "file=users", new Surroundings(folder.path));
      expect(await checker.password("alice", "s3cret")).toBe("alice");
      folder.write("users", "alice:changed\nbob:0ther\n");
      expect(await checker.password("alice", "s3cret")).toBe("refused");
      expect(await checker.password("bob", "0ther")).toBe("bob");
    });

    it("rule 3: goes by what it said before while it is broken, and complains", async () => {
      const checker = await checkerOf(memory, `file=${folder.write("users", "alice:s3cret\n")}`);
      const attempt = new Attempt();
      folder.write("users", "alice\n");
      expect(await checker.password("alice", "s3cret", attempt)).toBe("alice");
      expect(attempt.complaints).toHaveLength(1);
    });

    it("rule 2: refuses a file that everybody can read, unless that is meant so", async () => {
      const path = folder.write("users", "alice:s3cret\n", 0o644);
      const fault = await faultOf(checkerOf(memory, `file=${path}`));
      expect(fault.message).toBe("everybody can read it (mode 0644): chmod o-r, or say insecure=readable");
      expect(exitStatusOf(fault)).toBe(78);
      await expect(checkerOf(memory, `file=${path}:insecure=readable`)).resolves.toBeDefined();
    });
  });

  describe("fd=", () => {
    it("reads users from a descriptor, and closes it", async () => {
      const descriptor = openSync(folder.write("users", "alice:s3cret\n"), "r");
      const checker = await checkerOf(memory, `fd=${descriptor}`);
      expect(await checker.password("alice", "s3cret")).toBe("alice");
      expect(() => fstatSync(descriptor)).toThrow("EBADF");
    });

    it("refuses one that is not open", async () => {
      const descriptor = openSync(folder.write("users", ""), "r");
      closeSync(descriptor);
      const fault = await faultOf(checkerOf(memory, `fd=${descriptor}`));
      expect(fault.message).toBe(
        `file descriptor ${descriptor} can't be read; hand it over with ${descriptor}<FILE`,
      );
      expect(exitStatusOf(fault)).toBe(66);
    });
  });

  it.each([
    ["", 64, "it requires users"],
    ["alice", 64, "the last user has no password"],
    ["alice:s3cret:bob", 64, "the last user has no password"],
    [":s3cret", 64, "a name or a password is empty"],
    ["alice:a:alice:b", 64, "a user is given twice"],
    ["env=NONE", 64, 'the variable "NONE" of the environment is empty or not set'],
    ["env=A:file=b", 64, "give it one of env, file and fd; for more, say --auth again"],
    ["env=A:alice:s3cret", 64, "there is an argument too many"],
    ["file=none", 66, "there is no file none in"],
    ["env=EMPTY", 78, "there are no users in it"],
    ["env=BROKEN", 78, 'line 1: there is no ":" behind a name'],
    ["env=BLANK", 78, "line 1: alice has no password"],
    ["fd=one", 64, "fd has to be the number of a descriptor that is open for reading"],
    ["fd=2", 64, "fd has to be the number of a descriptor that is open for reading"],
    ["env=EMPTY:insecure=readable", 64, "insecure=readable is all that can be said, and of a file only"],
  ])("refuses %j with status %i: %s", async (text, status, words) => {
    const environment = { EMPTY: "# nobody\n", BROKEN: "s3cret", BLANK: "alice:" };
    const fault = await faultOf(checkerOf(memory, text, new Surroundings(folder.path, environment)));
    expect(fault.message).toContain(words);
    expect(fault.message).not.toContain("s3cret");
    expect(exitStatusOf(fault)).toBe(status);
  });
});
