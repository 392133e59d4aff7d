import { deploymentOf } from "../../src/cli/deployment";
import { readGlobals } from "../../src/cli/globals";
import type { Session } from "../../src/cli/session";
import { FakeWorld } from "../runner/fake-world";

function deployment(...argv: string[]): ReturnType<typeof deploymentOf> {
  const world = new FakeWorld();
  world.folder = "/typed/here";
  return deploymentOf({ world, line: readGlobals(argv, {}), launched: undefined } as unknown as Session);
}
const refusal = (...argv: string[]) => expect(() => deployment(...argv, "web"));

describe("What is typed of a deployment", () => {
  it("TD-06: a pidfile is one of the folder where it was typed; an empty one, or -, is none", () => {
    expect(deployment("web").pidfile).toBeUndefined();
    expect(deployment("--pidfile", "x.pid", "web").pidfile).toBe("/typed/here/x.pid");
    expect(deployment("--pidfile", "/run/x.pid", "web").pidfile).toBe("/run/x.pid");
    expect(deployment("--pidfile", "", "web").pidfile).toBe("");
    expect(deployment("--pidfile=", "web").pidfile).toBe("");
    expect(deployment("--pidfile", "-", "web").pidfile).toBe("");
    refusal("--pidfile", "x\0y").toThrow("--pidfile must not hold a NUL");
  });

  it("TD-07: a rundir is one of the folder where it was typed", () => {
    expect(deployment("-d", "x", "web").rundir).toBe("/typed/here/x");
    expect(deployment("--rundir", "..", "web").rundir).toBe("/typed");
  });

  it.each([
    ["0", 0],
    ["7", 0o7],
    ["27", 0o27],
    ["027", 0o27],
    ["0o027", 0o27],
    ["777", 0o777],
  ])("TD-12: a umask is octal: %s", (text, mask) => {
    expect(deployment("--umask", text, "web").umask).toBe(mask);
  });

  it.each(["8", "1777", "0x1f", "-1", "u=rwx", " 22", "22 ", "0o", "1e1"])(
    "TD-12: %j is no umask",
    (text) => {
      refusal(`--umask=${text}`).toThrow(
        `--umask must be an octal number up to 777, such as 027, got "${text}"`,
      );
    },
  );

  it("has the name of the command, or of the application's file, unless another is given", () => {
    expect(deployment("web")).toMatchObject({ name: "web", isNamed: false });
    expect(deployment("--name", "shop", "web")).toMatchObject({ name: "shop", isNamed: true });
    expect(deployment("-y", "apps/my shop.ts").name).toBe("my_shop");
    expect(deployment("-y", "../.hidden").name).toBe("_hidden");
  });

  it.each(["web", "web-2", "web_2", "Web.2", "wéb", "a@b:80", "x".repeat(64)])(
    "takes the name %s",
    (name) => {
      expect(deployment("--name", name, "web").name).toBe(name);
    },
  );

  it.each([
    ".",
    "..",
    ".web",
    "-web",
    "a/b",
    "a\\b",
    "a b",
    "a\tb",
    "a\nb",
    "a\u0000b",
    "a\u202eb",
    "x".repeat(65),
  ])("refuses the name %j", (name) => {
    refusal(`--name=${name}`).toThrow(
      /^--name must (?:be at most 64 characters without spaces|not hold a NUL)/,
    );
  });

  it("makes no path of what is no command", () => {
    expect(deployment("../../etc/x").name).not.toMatch(/\/|^\./);
  });
});
