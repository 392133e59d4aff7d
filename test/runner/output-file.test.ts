import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutputFile } from "../../src/runner/output-file";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "appd-output-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const open = (name: string): OutputFile => new OutputFile(at(name), "the profile");
const itAsRoot = process.geteuid?.() === 0 ? it : it.skip;

describe("OutputFile", () => {
  it("is its owner's alone, and keeps what it had until it is filled", () => {
    writeFileSync(at("x"), "what there was, and it was long");
    const [old, made] = [open("x"), open("y")];
    expect(readFileSync(at("x"), "utf8")).toBe("what there was, and it was long");
    old.fill((piece) => ["a", "b"].forEach(piece));
    old.close();
    made.close();
    expect(readFileSync(at("x"), "utf8")).toBe("ab");
    expect(statSync(at("y")).mode & 0o777).toBe(0o600);
  });

  it("says when it can't be written, whoever asks for the pieces", () => {
    const file = open("x");
    const anyhow = (piece: (part: string) => void): void => {
      file.close();
      try {
        piece("a");
      } catch {
        // As V8 does.
      }
    };
    expect(() => file.fill(anyhow)).toThrow(/EBADF/);
  });

  it("refuses what is no file, and what leads elsewhere", () => {
    writeFileSync(at("precious"), "precious");
    symlinkSync(at("precious"), at("link"));
    linkSync(at("precious"), at("hard"));
    mkdirSync(at("dir"));
    execFileSync("mkfifo", [at("fifo")]);
    for (const [name, why] of [
      ["link", /can't write the profile to ".*link": it is a symbolic link/],
      ["hard", /other names/],
      ["dir", /it is a folder/],
      ["fifo", /a pipe that nobody reads/],
      ["none/x", /its folder does not exist/],
    ] as const)
      expect(() => open(name)).toThrow(why);
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
  });

  itAsRoot("as root refuses what somebody else has made, or could turn elsewhere", () => {
    writeFileSync(at("theirs"), "");
    chownSync(at("theirs"), 65_534, 65_534);
    mkdirSync(at("open"));
    chmodSync(at("open"), 0o777);
    expect(() => open("theirs")).toThrow(/owned by someone else \(uid 65534\)/);
    expect(() => open("open/x")).toThrow(/everybody can write the folder .*open/);
  });
});
