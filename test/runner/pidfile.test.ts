import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { exitStatusOf } from "../../src/base/exit-status";
import { ownIdentity, processAt } from "../../src/base/process-identity";
import { AlreadyRunningError } from "../../src/runner/errors";
import { Pidfile, removePidfileOf } from "../../src/runner/pidfile";
import { describeAsRoot } from "../as-root";
import { asOrdinaryUser } from "../ordinary-user";

/** Remembers what was said. */
class Lines {
  readonly lines: string[] = [];
  readonly info = (...words: unknown[]): void => this.#add(words);
  readonly warn = (...words: unknown[]): void => this.#add(words);
  #add([message, ...words]: unknown[]): void {
    this.lines.push(
      words.reduce<string>((text, word) => text.replace(/%[sd]/, String(word)), message as string),
    );
  }
}

/** Larger than any number that a process has. */
const NOBODYS = 999_999_999;
const onLinux = process.platform === "linux" ? it : it.skip;
const boot = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

let folder: string;
let path: string;
let log: Lines;
const claimed: Pidfile[] = [];
const claim = (at = path): Pidfile => {
  const pidfile = Pidfile.claim(at, { name: "web", log });
  claimed.push(pidfile);
  return pidfile;
};
const refusal = (at = path): Error => {
  try {
    claim(at);
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was claimed");
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-pidfile-"));
  path = join(folder, "x.pid");
  log = new Lines();
});
afterEach(() => {
  for (const pidfile of claimed.splice(0)) pidfile.release();
  rmSync(folder, { recursive: true, force: true });
});

describe("Pidfile", () => {
  describe("claim", () => {
    it("TD-06: writes the number of the process alone on the first line, its start on the second", () => {
      claim();
      const { pid, began } = ownIdentity();
      const [first, second, third] = readFileSync(path, "utf8").split("\n");
      expect([first, second?.split(" ")[0], third]).toEqual([String(pid), began ?? "", "web"]);
      expect(readdirSync(folder)).toEqual(["x.pid"]);
    });

    it("makes it readable for all and writable for its owner, whatever the umask", () => {
      const umask = process.umask(0o077);
      try {
        claim();
      } finally {
        process.umask(umask);
      }
      expect(statSync(path).mode & 0o7777).toBe(0o644);
    });

    it("TL-03: says who runs, and since when, with status 75", () => {
      claim();
      const error = refusal();
      expect(exitStatusOf(error)).toBe(75);
      expect(error).toBeInstanceOf(AlreadyRunningError);
      expect(error).toMatchObject({ code: "APPD_ALREADY_RUNNING", pid: process.pid });
      expect(error.message).toMatch(
        new RegExp(
          `^"web" is already running: process ${process.pid} \\(.+\\) since \\d{4}-.+Z, according to `,
        ),
      );
      expect(readdirSync(folder)).toEqual(["x.pid"]);
    });

    it("says what lets another one run: its name where that makes the path, else a pidfile of its own", () => {
      claim();
      expect(refusal().message).toMatch(/; --pidfile FILE lets another one run beside it$/);
      expect(() => Pidfile.claim(path, { name: "web", log, another: "--name NAME" })).toThrow(
        /; --name NAME lets another one run beside it$/,
      );
    });

    it("TL-03: replaces that of a process which has ended, with one line in the log", () => {
      writeFileSync(path, `${NOBODYS}\n1234\nweb\n`);
      claim();
      expect(readFileSync(path, "utf8")).toMatch(new RegExp(`^${process.pid}\n`));
      expect(log.lines).toEqual([`replaced the stale pidfile ${path}: process ${NOBODYS} runs no longer`]);
    });

    it.each(["", "\n", " \n", "\0\0\0\0"])(
      "takes an empty one (%j) for that of a run which has ended",
      (text) => {
        writeFileSync(path, text);
        claim();
        expect(log.lines).toEqual([`replaced the empty pidfile ${path} of one that has ended`]);
      },
    );

    onLinux("W-13: is not misled by a number that was given out again", () => {
      writeFileSync(path, `1\n1234567890123 ${boot()}\nweb\n`);
      claim();
      expect(log.lines).toHaveLength(1);
    });

    onLinux("W-13: is not misled by its own number in the file of the container's last run", () => {
      writeFileSync(path, `${process.pid}\n`);
      claim();
      expect(log.lines).toEqual([`replaced the pidfile ${path} that had this very number`]);
    });

    onLinux(
      "is not misled by a process of the same number and time before the system was started anew",
      () => {
        const { pid, began } = ownIdentity();
        writeFileSync(path, `${pid}\n${began ?? ""} 01234567-89ab-cdef-0123-456789abcdef\nweb\n`);
        claim();
        expect(log.lines).toHaveLength(1);
      },
    );

    it.each(["%d", "%d\n", " %d \n", "%d\r\n"])(
      "believes the number alone, as others write it (%j)",
      (text) => {
        writeFileSync(path, text.replace("%d", String(process.ppid)));
        expect(refusal()).toMatchObject({ code: "APPD_ALREADY_RUNNING", pid: process.ppid });
      },
    );

    onLinux("does not believe the number alone when that process began long after it was written", () => {
      writeFileSync(path, String(process.ppid));
      const longAgo = Date.now() / 1_000 - 30 * 24 * 60 * 60;
      const began = Number(processAt(process.ppid)?.began) / 100;
      const own = Number(ownIdentity().began) / 100;
      // The parent of these tests may be as old as the machine: what counts is when it began.
      utimesSync(path, longAgo, longAgo - (own - began));
      claim();
      expect(log.lines).toHaveLength(1);
    });

    it("W-13: believes it when the clock was set meanwhile", () => {
      claim();
      const longAgo = Date.now() / 1_000 - 365 * 24 * 60 * 60;
      utimesSync(path, longAgo, longAgo);
      expect(refusal()).toMatchObject({ code: "APPD_ALREADY_RUNNING" });
    });

    it("shows what a pidfile says of who runs on one line", () => {
      const { pid, began = "" } = ownIdentity();
      writeFileSync(path, `${pid}\n${began}\nev\u001b[31mil "\n`);
      expect(refusal().message).toMatch(/^"ev\\u001b\[31mil \\"" is already running/);
    });

    onLinux("takes a process that has ended, and whose parent does not ask how, for ended", async () => {
      // The shell becomes a program that knows nothing of the child that it had.
      const parent = spawn("sh", ["-c", "(read -r _ <&3) & echo $!; exec sleep 60"], {
        stdio: ["ignore", "pipe", "ignore", "pipe"],
      });
      try {
        const { stdout } = parent;
        if (!stdout) throw new Error("no output");
        const [line] = (await once(stdout, "data")) as [Buffer];
        const pid = Number(line.toString());
        await until(() => readFileSync(`/proc/${parent.pid ?? 0}/comm`, "utf8") === "sleep\n");
        (parent.stdio[3] as Writable).end("\n");
        await until(() => processAt(pid)?.isOver === true);
        writeFileSync(path, `${pid}\n`);
        claim();
        expect(log.lines).toHaveLength(1);
      } finally {
        parent.kill("SIGKILL");
      }
    });

    it("clears away what was left by one that was killed while it claimed", () => {
      writeFileSync(join(folder, `.appd-pid-${NOBODYS}-1.abc`), "");
      writeFileSync(join(folder, `.appd-pid-${process.ppid}.abc`), "");
      symlinkSync(`${NOBODYS}-1`, join(folder, ".x.pid.lock"));
      claim();
      expect(readdirSync(folder)).toEqual([`.appd-pid-${process.ppid}.abc`, "x.pid"]);
    });

    it("runs beside another one that has another pidfile", () => {
      claim();
      claim(join(folder, "y.pid"));
      expect(readdirSync(folder)).toEqual(["x.pid", "y.pid"]);
    });
  });

  describe("claim, where something else is", () => {
    const target = (): string => join(folder, "precious");
    const odd: [string, () => void | Promise<void>, RegExp][] = [
      [
        "a symbolic link",
        () => {
          writeFileSync(target(), "1234567\n");
          symlinkSync(target(), path);
        },
        /there is a symbolic link, which is not followed/,
      ],
      ["a symbolic link that leads nowhere", () => symlinkSync("nowhere", path), /a symbolic link/],
      ["a folder", () => mkdirSync(path), /there is a folder/],
      ["a pipe", () => void execFileSync("mkfifo", [path]), /there is a pipe/],
      [
        "a file of a gigabyte",
        () => {
          writeFileSync(path, "");
          truncateSync(path, 2 ** 30);
        },
        /is no pidfile: remove it, or choose another path \(1073741824 bytes\)/,
      ],
      ["text", () => writeFileSync(path, "dear diary"), /no pidfile.*\(it begins with "dear diary"\)/],
      ["a number of no process", () => writeFileSync(path, "0\n"), /no pidfile/],
      ["a negative number", () => writeFileSync(path, "-1\n"), /no pidfile/],
      ["a number beyond all", () => writeFileSync(path, "99999999999999999999\n"), /no pidfile/],
      ["a number with text after it", () => writeFileSync(path, "1234 and more\n"), /no pidfile/],
      ["bytes", () => writeFileSync(path, Buffer.from([0, 255, 0, 27])), /no pidfile[^(]*$/],
      [
        "a secret",
        () => writeFileSync(path, "swordfish", { mode: 0o600 }),
        /no pidfile: remove it, or choose another path$/,
      ],
    ];

    it.each(odd)("W-13: refuses %s and leaves it as it is", async (_, prepare, message) => {
      await prepare();
      const before = lstatSync(path);
      const error = refusal();
      expect(error.message).toMatch(message);
      expect(exitStatusOf(error)).toBe(73);
      const { ino, size, mtimeMs, mode } = lstatSync(path);
      expect({ ino, size, mtimeMs, mode }).toEqual({
        ino: before.ino,
        size: before.size,
        mtimeMs: before.mtimeMs,
        mode: before.mode,
      });
      if (existsSync(target())) expect(readFileSync(target(), "utf8")).toBe("1234567\n");
      expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
    });

    it("refuses a socket", async () => {
      const server = createServer().listen(path);
      await once(server, "listening");
      expect(refusal().message).toMatch(/there is a socket/);
      server.close();
    });

    it("refuses what is where its lock belongs, when there is a stale one to replace", () => {
      writeFileSync(path, `${NOBODYS}\n`);
      mkdirSync(join(folder, ".x.pid.lock"));
      expect(refusal().message).toMatch(/something else stands where its lock belongs \(EINVAL\)/);
      expect(existsSync(path)).toBe(true);
    });

    it("refuses a folder that is not there, and one that is a file", () => {
      expect(refusal(join(folder, "none", "x.pid")).message).toMatch(/its folder does not exist \(ENOENT\)/);
      writeFileSync(join(folder, "file"), "");
      expect(refusal(join(folder, "file", "x.pid")).message).toMatch(/should be its folder is a file/);
    });

    it("refuses a name that is too long", () => {
      expect(refusal(join(folder, "x".repeat(300))).message).toMatch(/its name is too long/);
    });

    it("refuses a folder that it may not write in", async () => {
      chmodSync(folder, 0o555);
      const error = await asOrdinaryUser([folder], async () => refusal());
      expect(error.message).toMatch(/permission denied \(EACCES\)/);
      expect(exitStatusOf(error)).toBe(73);
    });

    it("refuses one that it may not read", async () => {
      writeFileSync(path, "1\n", { mode: 0 });
      const error = await asOrdinaryUser([folder, path], async () => refusal());
      expect(error.message).toMatch(/permission denied \(EACCES\)/);
    });

    it("says who runs when that is somebody else's process", async () => {
      writeFileSync(path, "1\n");
      chmodSync(folder, 0o755);
      const error = await asOrdinaryUser([folder], async () => refusal());
      expect(error).toMatchObject({ code: "APPD_ALREADY_RUNNING", pid: 1 });
    });
  });

  describe("release", () => {
    it("removes the file, once", () => {
      const pidfile = claim();
      pidfile.release();
      writeFileSync(path, "another's");
      pidfile.release();
      expect(readFileSync(path, "utf8")).toBe("another's");
    });

    it("leaves the file of another one who has it since", () => {
      const pidfile = claim();
      unlinkSync(path);
      writeFileSync(path, "1\n");
      pidfile.release();
      expect(readFileSync(path, "utf8")).toBe("1\n");
    });

    it("leaves what somebody else has written into it", () => {
      const pidfile = claim();
      writeFileSync(path, "1\n");
      pidfile.release();
      expect(readFileSync(path, "utf8")).toBe("1\n");
    });

    it("empties the file where somebody has moved it", () => {
      const pidfile = claim();
      renameSync(path, join(folder, "y.pid"));
      pidfile.release();
      expect(readFileSync(join(folder, "y.pid"), "utf8")).toBe("");
    });

    it("W-19: empties the file where it may not be removed any more, and that counts as stale", async () => {
      const inside = join(folder, "locked");
      mkdirSync(inside, { mode: 0o755 });
      const at = join(inside, "x.pid");
      const pidfile = claim(at);
      chmodSync(inside, 0o555);
      await asOrdinaryUser([], async () => pidfile.release());
      expect(readFileSync(at, "utf8")).toBe("");
      chmodSync(inside, 0o755);
      claim(at);
      expect(log.lines).toEqual([`replaced the empty pidfile ${at} of one that has ended`]);
    });
  });

  describeAsRoot("claim, for root", () => {
    it("rule 13: refuses a folder in which everybody may replace it", () => {
      const open = join(folder, "open");
      mkdirSync(open);
      chmodSync(open, 0o777);
      const error = refusal(join(open, "x.pid"));
      expect(error.message).toMatch(/is not safe: everybody can write its folder .*open \(mode 0777\)/);
      expect(exitStatusOf(error)).toBe(78);
      expect(readdirSync(open)).toEqual([]);
    });

    it("takes one in which everybody replaces his own only", () => {
      const sticky = join(folder, "sticky");
      mkdirSync(sticky);
      chmodSync(sticky, 0o1777);
      claim(join(sticky, "x.pid"));
    });

    it("refuses a full disk, and leaves nothing on it", () => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
      try {
        expect(() => writeFileSync(join(folder, "filler"), Buffer.alloc(2 ** 21))).toThrow();
        const error = refusal();
        expect(error.message).toMatch(/the disk is full \(ENOSPC\)/);
        expect(exitStatusOf(error)).toBe(73);
        expect(readdirSync(folder)).toEqual(["filler"]);
      } finally {
        execFileSync("umount", [folder]);
      }
    });

    it("releases on a full disk", () => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
      try {
        const pidfile = claim();
        expect(() => writeFileSync(join(folder, "filler"), Buffer.alloc(2 ** 21))).toThrow();
        pidfile.release();
        expect(readdirSync(folder)).toEqual(["filler"]);
        writeFileSync(path, "");
        removePidfileOf(path, NOBODYS);
        expect(readdirSync(folder)).toEqual(["filler"]);
      } finally {
        execFileSync("umount", [folder]);
      }
    });
  });
});

describe("removePidfileOf", () => {
  let child: ChildProcess;
  let pid: number;
  beforeEach(async () => {
    child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    pid = child.pid ?? 0;
    writeFileSync(path, `${pid}\n${processAt(pid)?.began ?? ""}\nweb\n`);
  });
  const killed = async (): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "close");
  };
  afterEach(() => child.kill("SIGKILL"));

  it("removes the pidfile of a process that was killed", async () => {
    await killed();
    removePidfileOf(path, pid);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves that of one that runs", async () => {
    removePidfileOf(path, pid);
    expect(existsSync(path)).toBe(true);
  });

  it("leaves that of another one", async () => {
    await killed();
    removePidfileOf(path, pid + 1);
    expect(existsSync(path)).toBe(true);
  });

  it("removes one that was emptied meanwhile, and leaves one that was empty before", async () => {
    writeFileSync(path, "");
    utimesSync(path, 1, 1);
    removePidfileOf(path, pid);
    expect(readdirSync(folder)).toEqual(["x.pid"]);
    writeFileSync(path, "");
    removePidfileOf(path, pid);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says nothing where there is none, and none of the folder", () => {
    unlinkSync(path);
    removePidfileOf(path, pid);
    removePidfileOf(join(folder, "none", "x.pid"), pid);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves what is no pidfile", () => {
    writeFileSync(path, "dear diary");
    removePidfileOf(path, pid);
    expect(readFileSync(path, "utf8")).toBe("dear diary");
  });

  it("removes what was left by one that was killed while it claimed", async () => {
    const left = join(folder, `.appd-pid-${pid}-${processAt(pid)?.began ?? ""}.abc`);
    linkSync(path, left);
    await killed();
    removePidfileOf(path, pid);
    expect(readdirSync(folder)).toEqual([]);
  });
});
