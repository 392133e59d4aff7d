import { resolve } from "node:path";
import {
  AllowAnonymousAccess,
  type AuthOptions,
  Faults,
  findCheckerFactories,
  IAnonymous,
  InvalidAuthArgumentString,
  IUsernamePassword,
  NoPasswordFileError,
  Parameter,
  PasswordFileError,
  PasswordFilePermissionError,
  UsageError,
} from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import {
  AnonymousFactory,
  KeyFactory,
  MemoryFactory,
  OtherFactory,
  optionsWith,
  read,
  textOf,
  valuesOf,
} from "./harness";

const factories = [new AnonymousFactory(), new KeyFactory(), new MemoryFactory()];
const Options = optionsWith(...factories);

describe("AuthOptions", () => {
  it("SC-08: holds the checkers in the order of --auth, and by their interfaces", async () => {
    const { options } = await valuesOf(Options, ["--auth", "memory:alice:s3cret", "--auth=anonymous"]);
    expect(options.credCheckers.map(({ constructor }) => constructor.name)).toEqual([
      "InMemoryUsernamePasswordDatabase",
      "AllowAnonymousAccess",
    ]);
    expect(options.credInterfaces.get(IAnonymous)).toEqual([options.credCheckers[1]]);
    expect(options.credInterfaces.get(IUsernamePassword)).toEqual([options.credCheckers[0]]);
  });

  it("SC-08, W-07: says what to type when no --auth was given", async () => {
    await expect(read(Options, [])).rejects.toThrow(
      "myserver: --auth is required (give --auth <type[:arguments]>, or set APPD_MYSERVER_AUTH); --help-auth lists the types",
    );
    await expect(read(Options, [])).rejects.toThrow(UsageError);
  });

  it("SC-15: takes a default, which the first --auth drops", async () => {
    const WithDefault = Options.withDefault("anonymous");
    const { options } = await valuesOf(WithDefault, []);
    expect(options.credCheckers).toHaveLength(1);
    expect((await valuesOf(WithDefault, ["--auth", "memory:a:b"])).options.auth).toEqual(["memory:a:b"]);
  });

  it("SC-05: goes with fields of a subclass", async () => {
    class ServerOptions extends Options.supporting(IUsernamePassword) {
      @Parameter("Port.", { short: "p" }) port = 1234;
    }
    const { options, warnings } = await valuesOf(ServerOptions, ["-p", "1", "--auth", "memory:a:b"]);
    expect(options.port).toBe(1);
    expect(options.credCheckers).toHaveLength(1);
    expect(warnings).toEqual([
      expect.stringMatching(/^myserver: --auth memory:…: a secret on the command line/),
    ]);
  });

  it("SC-07, SC-10: lists the types that the service takes", async () => {
    expect(await textOf(Options.supporting(IUsernamePassword), "--help-auth")).toBe(
      [
        "Usage: --auth AuthType[:ArgString]",
        "For detailed help: --help-auth-type AuthType",
        "",
        "AuthType  ArgString format",
        "========  ================",
        "memory    NAME:PASSWORD[:NAME:PASSWORD...]",
        "",
      ].join("\n"),
    );
  });

  it("says in the list what has to be installed", async () => {
    const list = await textOf(Options, "--help-auth");
    expect(list).toMatch(/^anonymous {2}No argstring required\.$/m);
    expect(list).toMatch(/^sshkey {5}No argstring required\. {2}\(not installed: npm install keys\)$/m);
  });

  it("SC-11: tells about one type, and warns when the service does not take it", async () => {
    const Some = Options.supporting(IAnonymous);
    expect(await textOf(Some, "--help-auth-type", "memory")).toBe(
      [
        "Usage: --auth memory[:ArgString]",
        "ArgString format: NAME:PASSWORD[:NAME:PASSWORD...]",
        "",
        "  Names and passwords",
        "  as they are typed.",
        "",
        "WARNING: This authType is not supported by this application.",
        "",
      ].join("\n"),
    );
    await expect(read(Some, ["--help-auth-type", "memry"])).rejects.toThrow(
      'myserver: --help-auth-type: there is no type "memry" (did you mean "memory"?); myserver --help-auth lists what there is',
    );
  });
});

describe("--auth", () => {
  const refused = async (cls: typeof AuthOptions, ...argv: string[]) => {
    const error: unknown = await read(cls, argv).catch((thrown: unknown) => thrown);
    return [exitStatusOf(error), (error as Error).message];
  };

  it("SC-04: suggests a type for one that nobody knows, and keeps what may be a secret", async () => {
    const list = "myserver --help-auth lists what there is";
    expect(await refused(Options, "--auth", "memry:alice:s3cret")).toEqual([
      64,
      `myserver: --auth: there is no type "memry" (did you mean "memory"?); ${list}`,
    ]);
    expect(await refused(Options, "--auth", "")).toEqual([64, `myserver: --auth needs a type; ${list}`]);
  });

  it("SC-09: names what the service takes when a type is not supported", async () => {
    expect(await refused(Options.supporting(IUsernamePassword), "--auth", "sshkey")).toEqual([
      64,
      "myserver: --auth sshkey is not supported by this service: it judges ISSHPrivateKey, and the service takes IUsernamePassword; myserver --help-auth lists what there is",
    ]);
  });

  it("tells every fault at once, and ends with the first status of the table", async () => {
    expect(await refused(Options, "--auth", "anonymous:x", "--auth", "sshkey", "--auth", "z")).toEqual([
      64,
      [
        "myserver: --auth anonymous:x: there is an argument too many; write --auth anonymous",
        "myserver: --auth sshkey: it needs what is not installed: npm install keys",
        'myserver: --auth: there is no type "z"; myserver --help-auth lists what there is',
      ].join("\n"),
    ]);
  });

  describe("what a factory throws", () => {
    const thrown = async (error: unknown) => {
      const factory = new OtherFactory("other", () => {
        throw error;
      });
      return refused(optionsWith(factory), "--auth", "other:users.passwd");
    };

    it.each([
      [
        64,
        new InvalidAuthArgumentString("it requires a path"),
        "it requires a path; write --auth other:PATH[:hash=NAME]",
      ],
      [66, new NoPasswordFileError("there is no file"), "there is no file"],
      [77, new PasswordFilePermissionError("it may not be read"), "it may not be read"],
      [78, new PasswordFileError("line 3: broken"), "line 3: broken"],
      [66, systemError("ENOENT"), "there is no file users.passwd in /etc"],
      [77, systemError("EACCES"), "it may not be read by whom this runs as"],
      [78, systemError("EISDIR"), "it is a folder, not a file"],
      [70, new TypeError("x is not a function"), "unexpected error: x is not a function"],
    ])("ends with %i, and is told behind what was typed: %s", async (status, error, words) => {
      expect(await thrown(error)).toEqual([status, `myserver: --auth other:users.passwd: ${words}`]);
    });

    it("may be several faults", async () => {
      const faults = [new PasswordFileError("one"), new NoPasswordFileError("two")];
      expect(await thrown(new Faults(faults))).toEqual([
        66,
        "myserver: --auth other:users.passwd: one\nmyserver: --auth other:users.passwd: two",
      ]);
    });

    it("is told without what may be a secret", async () => {
      const factory = new MemoryFactory();
      factory.generateChecker = () => {
        throw new InvalidAuthArgumentString("the last user has no password");
      };
      expect(await refused(optionsWith(factory), "--auth", "memory:alice")).toEqual([
        64,
        "myserver: --auth memory:…: the last user has no password; write --auth memory:NAME:PASSWORD[:NAME:PASSWORD...]",
      ]);
    });
  });

  it("refuses what a factory makes that is no checker, or can't judge what the service takes", async () => {
    const none = new OtherFactory("other", () => ({}) as never);
    expect(await refused(optionsWith(none), "--auth", "other")).toEqual([
      70,
      'myserver: --auth other: the factory of "other" made no ICredentialsChecker',
    ]);
    const guests = new OtherFactory("other", () => new AllowAnonymousAccess());
    const Some = optionsWith(guests).supporting(IUsernamePassword);
    expect(await refused(Some, "--auth", "other")).toEqual([
      64,
      "myserver: --auth other: it can't judge IUsernamePassword, which the service takes",
    ]);
  });

  it("SC-01: hands factories where paths begin, the environment, and what the service takes", async () => {
    const seen: unknown[] = [];
    const factory = new OtherFactory("other", (args, around) => {
      seen.push(around.resolve(args.text), around.environment.COLOUR, around.interfaces);
      around.warn("it is old");
      return new AllowAnonymousAccess();
    });
    factory.credentialInterfaces = [IAnonymous];
    const { warnings } = await valuesOf(
      optionsWith(factory).supporting(IAnonymous),
      ["--auth", "other:users.passwd"],
      { COLOUR: "red" },
    );
    expect(seen).toEqual([resolve("users.passwd"), "red", [IAnonymous]]);
    expect(warnings).toEqual(["myserver: it is old"]);
  });

  it("may stand in the environment, where nobody is warned, and commas of an argument stay", async () => {
    const seen: string[] = [];
    const factory = new OtherFactory("ldap", (args) => {
      seen.push(args.text);
      return new AllowAnonymousAccess();
    });
    const { options, warnings } = await valuesOf(optionsWith(factory, new MemoryFactory()), [], {
      APPD_MYSERVER_AUTH: "ldap:ldap://x:base=dc=example,dc=org,memory:alice:s3cret",
    });
    expect(seen).toEqual(["ldap://x:base=dc=example,dc=org"]);
    expect(options.credCheckers).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it("warns once of secrets that were typed, and says which texts they are", async () => {
    const { warnings, secrets } = await valuesOf(Options, ["--auth", "memory:a:b", "--auth", "memory:c:d"]);
    expect(warnings).toHaveLength(1);
    expect(secrets).toEqual(["memory:a:b", "memory:c:d"]);
  });
});

describe("the types that come with appd", () => {
  it("SC-02, SC-12: are found like any plugin", async () => {
    const types = (await findCheckerFactories()).map(({ authType }) => authType);
    expect(types).toEqual(expect.arrayContaining(["anonymous", "file", "memory", "passwd", "unix"]));
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: what Node says`), { code, path: "/etc/users.passwd" });
}
