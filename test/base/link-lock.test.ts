import {
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryLinkLock } from "../../src/base/link-lock";
import { formatIdentity, ownIdentity } from "../../src/base/process-identity";

const GONE = "999999999-1";

(process.platform === "linux" ? describe : describe.skip)("a lock that is a link", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "appd-lock-"));
    path = join(folder, "lock");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("says who holds it, and is gone when it is released", () => {
    const { release } = tryLinkLock(path);
    expect(readlinkSync(path)).toBe(formatIdentity(ownIdentity()));
    expect(tryLinkLock(path)).toEqual({ holder: ownIdentity() });
    release?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([GONE, "no identity"])(
    "is taken over from whoever is gone (%s), through stale locks of the lock",
    (stale) => {
      for (const name of ["lock", "lock.lock", "lock.lock.lock"]) symlinkSync(stale, join(folder, name));
      const { release } = tryLinkLock(path);
      expect(readdirSync(folder)).toEqual(["lock"]);
      release?.();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("is left to whoever is about to take it over", () => {
    symlinkSync(GONE, path);
    symlinkSync(formatIdentity(ownIdentity()), `${path}.lock`);
    expect(tryLinkLock(path)).toEqual({ holder: ownIdentity() });
    expect(readlinkSync(path)).toBe(GONE);
  });

  it("is left to another one who has it since", () => {
    const { release } = tryLinkLock(path);
    unlinkSync(path);
    symlinkSync("1-1", path);
    release?.();
    expect(readlinkSync(path)).toBe("1-1");
  });

  it("is not made where something else stands", () => {
    writeFileSync(path, "");
    expect(() => tryLinkLock(path)).toThrow("EINVAL");
  });
});
