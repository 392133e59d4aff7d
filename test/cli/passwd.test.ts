import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/cli/main";
import { FilePasswordDB, UsernamePassword } from "../../src/index";
import { asOrdinaryUser } from "../ordinary-user";
import { FakeWorld } from "../runner/fake-world";

const folder = mkdtempSync(join(tmpdir(), "appd-passwd-"));
// Some of these tests are somebody else meanwhile.
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(path(name), "utf8");

interface Ran {
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
}

/** Runs `appd passwd …` with this on standard input, which is no terminal. */
async function passwd(line: string | readonly string[], piped?: string | Uint8Array): Promise<Ran> {
  const world = new FakeWorld();
  world.argv = ["passwd", ...(typeof line === "string" ? line.split(" ") : line)];
  world.folder = folder;
  world.stdin.end(piped);
  await main(world);
  return { status: world.end ?? 0, out: world.stdout.text, err: world.stderr.text };
}

/** The same on a terminal: types each text when it is asked for something. */
async function typing(line: string, ...typed: string[]): Promise<Ran & { readonly world: FakeWorld }> {
  const world = new FakeWorld();
  world.argv = ["passwd", ...line.split(" ")];
  world.folder = folder;
  world.stdin.isTerminal = true;
  world.stderr.isTerminal = true;
  const write = world.stderr.write.bind(world.stderr);
  world.stderr.write = (shown) => {
    write(shown);
    if (!shown.endsWith(": ")) return;
    expect(world.stdin.hidden).toBe(1);
    world.stdin.type(typed.shift() ?? "");
  };
  const state = { isOver: false };
  void main(world).then(() => (state.isOver = true));
  while (!state.isOver && world.end === undefined) await new Promise((resolve) => setImmediate(resolve));
  return { status: world.end ?? 0, out: world.stdout.text, err: world.stderr.text, world };
}

async function lets(name: string, user: string, password: string): Promise<boolean> {
  const db = await FilePasswordDB.open(path(name));
  return db.requestAvatarId(new UsernamePassword(user, password)).then(
    () => true,
    () => false,
  );
}

describe("appd passwd add", () => {
  it("makes a file that --auth file takes, for its owner alone whatever the umask", async () => {
    const before = process.umask(0);
    try {
      expect(await passwd("add users alice", "s3cret\nmore\n")).toEqual({
        status: 0,
        out: "alice was added\n",
        err: "",
      });
    } finally {
      process.umask(before);
    }
    expect(statSync(path("users")).mode & 0o7777).toBe(0o600);
    expect(text("users")).toMatch(/^alice:\$(argon2id|scrypt)\$/);
    expect([await lets("users", "alice", "s3cret"), await lets("users", "alice", "more")]).toEqual([
      true,
      false,
    ]);
  });

  it("gives another password to a user who is there; comments, other lines and the mode stay", async () => {
    await passwd("add kept alice", "one");
    const other = text("kept").replace("alice", "bob");
    writeFileSync(path("kept"), `# Our users.\r\n${text("kept").trim()}\r\n\n${other.trim()}`);
    chmodSync(path("kept"), 0o640);
    expect((await passwd("add kept alice", "two")).out).toBe("alice has a new password\n");
    await passwd("add kept carol", "three");
    expect(
      text("kept")
        .split("\n")
        .map((line) => line.replace(/\$.*\$[^\r]*/, "…")),
    ).toEqual(["# Our users.\r", "alice:…\r", "", "bob:…", "carol:…", ""]);
    expect(statSync(path("kept")).mode & 0o7777).toBe(0o640);
    expect([await lets("kept", "alice", "two"), await lets("kept", "bob", "one")]).toEqual([true, true]);
  });

  it("finds the first name behind the mark that some editors put before it", async () => {
    await passwd("add marked alice", "one");
    writeFileSync(path("marked"), `\ufeff${text("marked")}`);
    await passwd("add marked alice", "two");
    expect([await lets("marked", "alice", "two"), await lets("marked", "alice", "one")]).toEqual([
      true,
      false,
    ]);
    writeFileSync(path("marked"), `\ufeff${text("marked")}`);
    await passwd("remove marked alice");
    expect(text("marked").trim()).toBe("");
  });

  it.each(["argon2id", "scrypt"])("stores %s when asked to", async (hash) => {
    expect((await passwd(["add", "--hash", hash, hash, "alice"], "s3cret")).status).toBe(0);
    expect(text(hash)).toContain(`alice:$${hash}$`);
  });

  it("CC-06: stores HA1 for digest, and goes on with it, its realm and its algorithms", async () => {
    await passwd("add --hash ha1 --realm site --md5 digest alice", "s3cret");
    await passwd("add digest bob", "other");
    expect((await passwd("list digest")).out).toBe(
      'alice\tha1 for "site": SHA-256, MD5\nbob\tha1 for "site": SHA-256, MD5\n',
    );
    await expect(FilePasswordDB.open(path("digest"), { hash: "ha1" })).resolves.toBeDefined();
  });

  it("takes names as one text however their letters are composed", async () => {
    await passwd(["add", "nfc", "ju\u0308rgen"], "pa\u0308ss");
    expect(text("nfc")).toMatch(/^j\u00fcrgen:/);
    expect(await lets("nfc", "jürgen", "p\u00e4ss")).toBe(true);
    expect((await passwd(["verify", "nfc", "j\u00fcrgen"], "pa\u0308ss\r\n")).status).toBe(0);
  });

  describe("on a terminal", () => {
    it("asks twice, shows nothing of it, and leaves the terminal as it was", async () => {
      const { status, err, out, world } = await typing("add asked alice", "s3cret\r", "s3cret\r");
      expect({ status, err, out }).toEqual({
        status: 0,
        err: "New password of alice: \nThe same again: \n",
        out: "alice was added\n",
      });
      expect([world.stdin.hidden, world.listens]).toEqual([0, false]);
      expect(await lets("asked", "alice", "s3cret")).toBe(true);
    });

    it("takes what was pasted or typed ahead", async () => {
      expect((await typing("add ahead alice", "\u001b[200~s3cret\u001b[201~\rs3cret\n")).status).toBe(0);
    });

    it("knows the keys that erase, and leaves out the others", async () => {
      await typing("add keys alice", "wrong\u0015s3cré\u007fex\bt\u001b[A\u001bOP\t\r", "s3cret\r");
      expect(await lets("keys", "alice", "s3cret")).toBe(true);
    });

    it.each([
      [
        "two that are not the same",
        ["s3cret\r", "s3krit\r"],
        "the two are not the same; nothing was changed",
      ],
      ["nothing", ["\r"], "the password is empty"],
      ["Ctrl-D", ["\u0004"], "no password was typed; nothing was changed"],
    ])("refuses %s", async (_, typed, message) => {
      const { status, err, world } = await typing("add refused alice", ...typed);
      expect(status).toBe(64);
      expect(err).toMatch(new RegExp(`\\nappd: passwd add: refused: ${message}\\n$`));
      expect([world.stdin.hidden, existsSync(path("refused"))]).toEqual([0, false]);
    });

    it("dies of Ctrl-C, with the terminal as it was", async () => {
      const { status, world, err } = await typing("add refused alice", "s3c\u0003");
      expect([status, world.stdin.hidden, err]).toEqual(["SIGINT", 0, "New password of alice: \n"]);
    });

    it("dies of a signal, with the terminal as it was", async () => {
      const world = new FakeWorld();
      world.argv = ["passwd", "add", "refused", "alice"];
      world.folder = folder;
      world.stdin.isTerminal = true;
      void main(world);
      while (world.stdin.hidden === 0) await new Promise((resolve) => setImmediate(resolve));
      await world.send("SIGTERM");
      expect([world.end, world.stdin.hidden, world.listens]).toEqual(["SIGTERM", 0, false]);
    });
  });

  it.each([
    "add users alice s3cret",
    "add users alice -p s3cret",
    "add --password=s3cret users alice",
    "verify users alice s3cret",
  ])("rule 17: refuses a password on the command line, and shows none: %s", async (line) => {
    const { status, err } = await passwd(line);
    expect(status).toBe(64);
    expect(err).toContain("no password on the command line: every user of this machine can read it there");
    expect(err).not.toContain("s3cret");
  });

  it.each<[string, string | readonly string[], string | Uint8Array, number, string]>([
    ["nothing on standard input", "add new alice", "", 64, "new: there is no password on standard input"],
    ["an empty line", "add new alice", "\n", 64, "new: the password is empty"],
    [
      "a password that no login takes",
      "add new alice",
      "x".repeat(1025),
      64,
      "the password is longer than 1024 bytes",
    ],
    ["a password with a control character", "add new alice", "a\tb", 64, "has a control character in it"],
    ["what is not UTF-8", "add new alice", Uint8Array.of(0xff, 0x0a), 64, "is not UTF-8"],
    ["a film", "add new alice", "x".repeat(70_000), 64, "the first line of standard input is no password"],
    ["a name with a colon", "add new a:b", "x", 64, '"a:b" can\'t be a name: its name has a colon'],
    ["an empty name", ["add", "new", ""], "x", 64, "can't be a name: there is no name"],
    ["a file in a folder that is not there", "add no/new alice", "x", 66, `no/new: there is no folder`],
    ["a hash that is not known", "add --hash md5 new alice", "x", 64, "must be one of argon2id, scrypt, ha1"],
    ["no user", "add new", "x", 64, "passwd add: <user> is required"],
    ["an unknown subcommand", "ad new alice", "x", 64, "passwd: unknown command"],
    ["a folder", "add . alice", "x", 78, ".: it is a folder, not a file"],
    [
      "a file that is none of ours",
      "add --insecure readable /etc/passwd alice",
      "x",
      78,
      "line 1: this is a line of passwd(5)",
    ],
    [
      "a user who is not there",
      "remove some alicf",
      "",
      64,
      'some: there is no "alicf" in it (did you mean "alice"?)',
    ],
    ["a file that is not there", "list nothing", "", 66, "passwd list: nothing: there is no file nothing in"],
    ["a wrong password", "verify some alice", "wrong", 77, 'some: this is not the password of "alice"'],
  ])("refuses %s", async (_, line, piped, status, message) => {
    if (!existsSync(path("some"))) await passwd("add some alice", "s3cret");
    const ran = await passwd(line, piped);
    expect(ran.status).toBe(status);
    expect(ran.err).toContain(message);
    expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
    expect(existsSync(path("new"))).toBe(false);
  });

  it("says what is in the way where a folder has the name that is written to first", async () => {
    mkdirSync(path("blocked.new"));
    const { status, err } = await passwd("add blocked alice", "s3cret");
    expect(err).toMatch(/^appd: passwd add: blocked: the folder \S+\/blocked\.new is in the way\n$/);
    expect(status).toBe(78);
  });

  it("says what is in the way where it can't be removed, as in a folder that many write", async () => {
    mkdirSync(path("many"));
    chmodSync(path("many"), 0o1777);
    writeFileSync(path("many/users.new"), "");
    utimesSync(path("many/users.new"), 0, 0);
    // Nobody can't remove what is somebody else's there; an ordinary user who runs this owns it all.
    const { status, err } = await asOrdinaryUser([], () => passwd("add many/users alice", "s3cret"));
    if (process.geteuid?.() !== 0) return;
    expect(err).toMatch(/users: \S+\/users\.new is in the way, and can't be removed\n$/);
    expect(status).toBe(78);
  });

  it("rule 2: refuses a place where somebody else could replace the file", async () => {
    mkdirSync(path("open"));
    chmodSync(path("open"), 0o777);
    expect(await passwd("add open/users alice", "x")).toMatchObject({
      status: 78,
      err: expect.stringContaining("everybody can write its folder") as string,
    });
    chmodSync(path("open"), 0o1777);
    expect((await passwd("add open/users alice", "x")).status).toBe(0);
  });

  it("rule 2: refuses a file that others can read or write, unless it is meant so", async () => {
    await passwd("add loose alice", "x");
    chmodSync(path("loose"), 0o644);
    expect((await passwd("add loose bob", "x")).err).toContain("chmod o-r, or say --insecure readable");
    expect((await passwd("add --insecure readable loose bob", "x")).status).toBe(0);
    expect(statSync(path("loose")).mode & 0o777).toBe(0o644);
    chmodSync(path("loose"), 0o666);
    expect((await passwd("add --insecure readable loose bob", "x")).err).toContain("everybody can write it");
  });

  it("rule 1: refuses passwords in the clear, unless it is meant so; then they can be replaced one by one", async () => {
    writeFileSync(path("clear"), "alice:s3cret\nbob:other\n", { mode: 0o600 });
    expect((await passwd("add clear alice", "s3cret")).err).toContain(
      "line 1: the password stands there in the clear",
    );
    await passwd("add --insecure plaintext clear alice", "s3cret");
    expect((await passwd("list --insecure plaintext clear")).out).toMatch(
      /^alice\t(argon2id|scrypt)\nbob\tin the clear\n$/,
    );
  });
});

describe("appd passwd, by somebody who may not", () => {
  it.each(["add shut/users alice", "add shut/others bob", "remove shut/users alice"])(
    "%s: 77, and nothing is changed",
    async (words) => {
      mkdirSync(path("shut"));
      await passwd("add shut/users alice", "s3cret");
      const before = text("shut/users");
      chmodSync(path("shut"), 0o500);
      const { status, err } = await asOrdinaryUser([path("shut"), path("shut/users")], () =>
        passwd(words, "other"),
      );
      expect({ status, err }).toEqual({
        status: 77,
        err: expect.stringMatching(
          /^appd: passwd \w+: \S+: its folder may not be written by whom this runs as\n$/,
        ) as string,
      });
      expect(text("shut/users")).toBe(before);
      chmodSync(path("shut"), 0o700);
      rmSync(path("shut"), { recursive: true });
    },
  );

  it.each(["list", "verify", "add"])("%s: 77 for a file that may not be read", async (word) => {
    await passwd("add own alice", "s3cret");
    chmodSync(path("own"), 0o000);
    const user = word === "list" ? "" : " alice";
    const { status, err } = await asOrdinaryUser([path("own")], () => passwd(`${word} own${user}`, "s3cret"));
    expect([status, err]).toEqual([
      77,
      `appd: passwd ${word}: own: it may not be read by whom this runs as\n`,
    ]);
    rmSync(path("own"));
  });
});

describe("appd passwd remove, list and verify", () => {
  it("removes one user, and lists those who are left", async () => {
    for (const name of ["alice", "bob", "carol"]) await passwd(`add --hash scrypt three ${name}`, "x");
    expect((await passwd("remove three bob")).out).toBe("bob was removed\n");
    expect((await passwd("list three")).out).toBe("alice\tscrypt\ncarol\tscrypt\n");
  });

  it("says whether a password is a user's, of each kind of storage", async () => {
    for (const hash of ["scrypt", "argon2id", "ha1"]) {
      await passwd(["add", "--hash", hash, `kind-${hash}`, "alice"], "s3cret");
      expect(await passwd(`verify kind-${hash} alice`, "s3cret")).toMatchObject({
        status: 0,
        out: "this is the password of alice\n",
      });
    }
    expect((await typing("verify kind-ha1 alice", "wrong\r")).status).toBe(77);
  });

  it("explains itself", async () => {
    const { out } = await passwd("--help");
    for (const word of ["add ", "remove ", "list ", "verify ", "It is never taken from the"])
      expect(out).toContain(word);
    expect((await passwd([])).out).toBe(out);
    expect((await passwd("add --help")).out).not.toMatch(/--password|APPD_PASSWD|rest/);
    const world = new FakeWorld();
    world.argv = ["help", "passwd"];
    await main(world);
    expect(world.stdout.text).toBe(out);
  });
});
