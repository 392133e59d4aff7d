import { AuthOptions, IAnonymous, IUsernamePassword, Parameter, UsageError } from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { AnonymousFactory, KeyFactory, MemoryFactory, optionsWith, read, textOf, valuesOf } from "./harness";

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

  it("takes a default, which the first --auth drops", async () => {
    const WithDefault = Options.withDefault("anonymous");
    const { options } = await valuesOf(WithDefault, []);
    expect(options.credCheckers).toHaveLength(1);
    expect((await valuesOf(WithDefault, ["--auth", "memory:a:b"])).options.auth).toEqual(["memory:a:b"]);
  });

  it("goes with fields of a subclass", async () => {
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

  it("SC-10: lists the types that the service takes", async () => {
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
});
