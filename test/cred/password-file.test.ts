import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, assert, constantFrom, property, string, uniqueArray } from "fast-check";
import {
  ICredentialsChecker,
  Implements,
  IUsernamePassword,
  PasswordFile,
  Portal,
  readPasswordLines,
  sameSecret,
  UnauthorizedLogin,
  UsernamePassword,
} from "appd";
import { PasswordFileError } from "../../src/cred/errors";
import { nameFault } from "../../src/cred/password-file";
import { withLine, withoutLine } from "../../src/cred/password-lines";
import { Realm } from "./harness";

const format = { readEntry: (rest: string): string => rest };

describe("the lines of a password file", () => {
  const piece = constantFrom(
    "a",
    "b",
    ":",
    "\n",
    "\r",
    "#",
    " ",
    "\0",
    "\ufeff",
    "é",
    "e\u0301",
    "$",
    "x".repeat(5000),
  );

  it("rule 1: are entries or a fault with the number of a line, whatever the text", () => {
    assert(
      property(array(piece), (pieces) => {
        const text = pieces.join("");
        try {
          const entries = readPasswordLines(text, format);
          for (const name of entries.keys()) expect(nameFault(name)).toBeUndefined();
        } catch (error) {
          expect(error).toBeInstanceOf(PasswordFileError);
          const [, line] = /^line (\d+): /.exec((error as Error).message) ?? [];
          expect(Number(line)).toBeGreaterThan(0);
          expect(Number(line)).toBeLessThanOrEqual(text.split("\n").length);
        }
      }),
    );
  });

  it("rule 1: are read as they were written, name by name", () => {
    const name = string({ maxLength: 20 })
      .map((text) => text.normalize("NFC"))
      .filter((text) => nameFault(text) === undefined && !text.startsWith("\ufeff"));
    assert(
      property(uniqueArray(name, { minLength: 1, maxLength: 8 }), (names) => {
        const text = names.reduce(
          (before, one) => withLine(before, { name: one, stored: `of ${one.length}` }),
          "# kept\n",
        );
        expect([...readPasswordLines(text, format).keys()]).toEqual(names);
        const [first = "", ...others] = names;
        expect([...readPasswordLines(withoutLine(text, first), format).keys()]).toEqual(others);
        expect(withLine(text, { name: first, stored: "other" }).split("\n")).toHaveLength(
          text.split("\n").length,
        );
      }),
    );
  });

  it.each(["__proto__", "constructor", "toString"])("rule 1: %s is a name like any other", (name) => {
    expect(readPasswordLines("", format).get(name)).toBeUndefined();
    expect(readPasswordLines(`${name}:x`, format).get(name)).toBe("x");
  });
});

/** Reversed: better than nothing, to somebody. */
@Implements(ICredentialsChecker)
class Reversed implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  readonly #file: PasswordFile<string>;

  constructor(path: string) {
    this.#file = new PasswordFile(path, format, { worldReadable: false });
  }

  async requestAvatarId({ username, password }: IUsernamePassword): Promise<string> {
    const stored = (await this.#file.entries()).get(username);
    if (stored !== undefined && sameSecret(Buffer.from(password).reverse().toString(), stored))
      return username;
    throw new UnauthorizedLogin();
  }
}

describe("PasswordFile", () => {
  it("CK-04: serves a checker with a way of its own to store passwords", async () => {
    const folder = mkdtempSync(join(tmpdir(), "appd-own-"));
    const path = join(folder, "users");
    writeFileSync(path, "alice:terc3s\n");
    chmodSync(path, 0o600);
    const portal = new Portal(new Realm(), [new Reversed(path)]);
    const session = await portal.login(new UsernamePassword("alice", "s3cret"), undefined);
    expect(session.avatarId).toBe("alice");
    await expect(portal.login(new UsernamePassword("alice", "terc3s"), undefined)).rejects.toThrow(
      UnauthorizedLogin,
    );
    rmSync(folder, { recursive: true });
  });
});
