import { AuthArguments, InvalidAuthArgumentString } from "appd";

const texts = (text: string) => AuthArguments.split(text).args.all.map((argument) => argument.text);

describe("AuthArguments", () => {
  it("SC-03: splits at the first colon; a type alone has no arguments", () => {
    expect(AuthArguments.split("file:users.passwd")).toMatchObject({
      type: "file",
      args: { text: "users.passwd" },
    });
    for (const text of ["anonymous", "anonymous:"]) {
      const { type, args } = AuthArguments.split(text);
      expect([type, args.text, args.all]).toEqual(["anonymous", "", []]);
    }
    expect(AuthArguments.split("").type).toBe("");
  });

  it("knows the escapes of endpoint strings", () => {
    expect(texts(String.raw`memory:al\:ice:s3\\cret`)).toEqual(["al:ice", String.raw`s3\cret`]);
    expect(() => AuthArguments.split("file:x\\")).toThrow(InvalidAuthArgumentString);
    expect(() => AuthArguments.split("memory:alice:s3cret\\")).toThrow(
      /^it ends in a lone backslash: write two for one$/,
    );
  });

  it("lets a URL run on to the next name, or to the end", () => {
    const { args } = AuthArguments.split("ldap:ldaps://dir.example.org:636/x?a=b:base=dc=example,dc=org");
    expect(args.read({ places: ["url"], named: ["base"] })).toEqual({
      url: "ldaps://dir.example.org:636/x?a=b",
      base: "dc=example,dc=org",
    });
  });

  it("takes arguments by place and by name", () => {
    const shape = { places: ["path", "mode"], required: 1, named: ["hash"] } as const;
    expect(AuthArguments.of("a:b:hash=c").read(shape)).toEqual({ path: "a", mode: "b", hash: "c" });
    expect(AuthArguments.of("mode=b:a").read(shape)).toEqual({ mode: "b", path: "a" });
    expect(AuthArguments.of("a").read(shape)).toEqual({ path: "a" });
  });

  it("takes what does not begin like a name for a value", () => {
    expect(AuthArguments.of("/srv/a=b/users").read({ places: ["path"] })).toEqual({ path: "/srv/a=b/users" });
    expect(AuthArguments.of(String.raw`x\=y`).read({ places: ["path"] })).toEqual({ path: "x=y" });
    expect(AuthArguments.of("alice:pa=ss").all.map(({ text }) => text)).toEqual(["alice", "pa=ss"]);
  });

  it.each([
    ["", "it requires a path"],
    ["hash=x", "it requires a path"],
    ["a:b", "there is an argument too many"],
    ["a:path=b", "path is given twice"],
    ["a:hsh=b", 'it takes no argument called "hsh" (did you mean "hash"?)'],
    ["a:zzz=b", 'it takes no argument called "zzz" (if it is part of a value, write "\\=" for "=")'],
  ])("SC-04: refuses %p: %s", (text, message) => {
    expect(() => AuthArguments.of(text).read({ places: ["path"], named: ["hash"] })).toThrow(
      new InvalidAuthArgumentString(message),
    );
  });
});
