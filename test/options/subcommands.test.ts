import { UsageError } from "../../src/base/errors";
import { Argument, Option, Parameter, Subcommand } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { errors, faults, help, inBothWays, outcome, read } from "./harness";

const calls: string[] = [];

class Key {
  @Argument("The key.") key!: string;
  @Option("Much.", { short: "m" }) much = false;
  parent?: Add;
  postOptions(): void {
    calls.push("key");
    if (this.key === "bad") throw new UsageError("APPD_BAD_KEY", "the key is bad");
    if (this.key === "broken") throw new TypeError("a bug");
  }
}

class Add {
  @Parameter("The name.", { short: "n" }) name = "me";
  @Subcommand("Add a key.", () => Key) key?: Key;
  parent?: Users;
  async postOptions(): Promise<void> {
    await Promise.resolve();
    calls.push(`add in ${this.parent?.store ?? ""}`);
  }
}

class List {
  @Option("All of them.", { short: "a" }) all = false;
}

class Users {
  @Parameter("The store.", { short: "s" }) store = "file";
  @Option("Say more.", { short: "v", count: true }) verbose = 0;
  @Subcommand("Add a user.", () => Add, { alias: "a" }) add?: Add;
  @Subcommand("List the users.", () => List, { default: true, name: "ls" }) list?: List;
  postOptions(): void {
    calls.push("users");
  }
}

const key = describeOptions(
  {
    key: { help: "The key.", argument: true },
    much: { help: "Much.", short: "m", default: false },
  },
  { postOptions: (options) => Key.prototype.postOptions.call(options as Key) },
);
const add = describeOptions(
  {
    name: { help: "The name.", short: "n", default: "me" },
    key: { help: "Add a key.", subcommand: () => key },
  },
  { postOptions: (options) => Add.prototype.postOptions.call(options as Add) },
);
const users = describeOptions(
  {
    store: { help: "The store.", short: "s", default: "file" },
    verbose: { help: "Say more.", short: "v", count: true, default: 0 },
    add: { help: "Add a user.", alias: "a", subcommand: () => add },
    list: {
      help: "List the users.",
      name: "ls",
      default: true,
      subcommand: { all: { help: "All of them.", short: "a", default: false } },
    },
  },
  { postOptions: () => Users.prototype.postOptions.call(new Users()) },
);

inBothWays(Users, users, (shape) => {
  beforeEach(() => calls.splice(0));

  it("US-13: reads the words behind the first one as the subcommand's", async () => {
    const options = await read(shape, "-s x add -n you");
    expect(options).toMatchObject({ store: "x", add: { name: "you" } });
    expect(options.list).toBeUndefined();
    expect((await read(shape, "a -n you")).add).toMatchObject({ name: "you" });
  });

  it("US-14: takes the default subcommand when no word is left", async () => {
    const options = await read(shape, "-v");
    expect(options).toMatchObject({ verbose: 1, list: { all: false } });
    expect(options.add).toBeUndefined();
    expect(await read(shape, "ls -a")).toMatchObject({ list: { all: true } });
  });

  it("US-15: nests to any depth, and a class without default may stay without subcommand", async () => {
    expect(await read(shape, "add key k -m")).toMatchObject({ add: { key: { key: "k", much: true } } });
    expect((await read(shape, "add")).add?.key).toBeUndefined();
  });

  it("US-16: parent is the instance that holds it", async () => {
    const options = await read(shape, "-s y add key k");
    expect(options.add?.parent).toBe(options);
    expect(options.add?.key?.parent).toBe(options.add);
  });

  it("US-18: calls postOptions last, the innermost first", async () => {
    await read(shape, "-s y add key k");
    expect(calls).toEqual(["key", "add in y", "users"]);
  });

  it("US-18, US-26: a usage error of postOptions is one line, any other error stays what it is", async () => {
    expect(await errors(shape, "add key bad")).toMatchObject([
      { code: "APPD_BAD_KEY", message: "myproject add key: the key is bad" },
    ]);
    expect(calls).toEqual(["key"]);
    await expect(outcome(shape, ["add", "key", "broken"])).rejects.toThrow(TypeError);
  });

  it("US-18: calls no postOptions when something is wrong on any level", async () => {
    expect(await faults(shape, "--verbos add -x key --mich")).toEqual([
      'myproject: unknown option --verbos (did you mean "--verbose"?)',
      "myproject add: unknown option -x",
      'myproject add key: unknown option --mich (did you mean "--much"?)',
      "myproject add key: <key> is required (give <key>, or set APPD_MYPROJECT_ADD_KEY_KEY)",
    ]);
    expect(calls).toEqual([]);
  });

  it("US-13: names the nearest of an unknown subcommand", async () => {
    expect(await faults(shape, "ad")).toEqual(['myproject: unknown command ad (did you mean "add"?)']);
    expect(await faults(shape, "remove x")).toEqual(["myproject: unknown command remove"]);
    expect(await faults(shape, "--stor x add")).toEqual([
      'myproject: unknown option --stor (did you mean "--store"?)',
    ]);
  });

  it("says where an option of an outer command belongs", async () => {
    expect(await faults(shape, "add key k -s x --verbose")).toEqual([
      'myproject add key: unknown option -s: it belongs to "myproject", put it before "add"',
      'myproject add key: unknown option --verbose: it belongs to "myproject", put it before "add"',
    ]);
    expect(await faults(shape, "add key k --name x")).toEqual([
      'myproject add key: unknown option --name: it belongs to "myproject add", put it before "key"',
    ]);
  });

  it("US-21: --help is about the command behind which it stands", async () => {
    expect(await help(shape, "add key --help")).toMatch(
      /^Usage: appd myproject add key \[options\] <key>\n\nAdd a key\./,
    );
    expect(await help(shape, "--help add")).toMatch(/^Usage: appd myproject \[options\] \[command\]/);
    expect(await help(shape, "--nonsense a --whatever -h")).toMatch(/^Usage: appd myproject add \[options\]/);
  });

  it("US-23, US-25: the help lists subcommands with their aliases", async () => {
    expect(await help(shape)).toContain(
      [
        "Commands:",
        "  add, a              Add a user.",
        "  ls                  List the users. [default command]",
      ].join("\n"),
    );
  });

  it("US-19: --version is asked for on any level", async () => {
    expect(await outcome(shape, ["--version"])).toEqual({ kind: "version" });
    expect(await outcome(shape, ["add", "key", "--version"])).toEqual({ kind: "version" });
  });
});
