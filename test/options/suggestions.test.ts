import { MinLength } from "class-validator";
import { Option, Parameter } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { faults, help, inBothWays, outcome, read } from "./harness";

class Serving {
  @Parameter("The port.", { short: "p" }) port = 1235;
  @Parameter("The portal.") portal = "none";
  @Option("Say more.", { short: "v" }) verbose = false;
  @Parameter("Nobody needs to know.", { hidden: true }) internal = "x";
}

const serving = describeOptions({
  port: { help: "The port.", short: "p", default: 1235 },
  portal: { help: "The portal.", default: "none" },
  verbose: { help: "Say more.", short: "v", default: false },
  internal: { help: "Nobody needs to know.", hidden: true, default: "x" },
});

inBothWays(Serving, serving, (shape) => {
  it("W-43: names the nearest option", async () => {
    expect(await faults(shape, "--prot 80")).toEqual([
      'myproject: unknown option --prot (did you mean "--port"?)',
    ]);
    expect(await faults(shape, "--Port=80")).toEqual([
      'myproject: unknown option --Port (did you mean "--port"?)',
    ]);
    expect(await faults(shape, "--something")).toEqual(["myproject: unknown option --something"]);
    expect(await faults(shape, "--internl")).toEqual(["myproject: unknown option --internl"]);
  });

  it("US-11: does not accept a prefix, but names what it may stand for", async () => {
    expect(await faults(shape, "--verb")).toEqual([
      'myproject: unknown option --verb (did you mean "--verbose"?)',
    ]);
    expect(await faults(shape, "--por 80")).toEqual([
      'myproject: unknown option --por (did you mean "--port" or "--portal"?)',
    ]);
    expect(await read(shape, "--port 80")).toMatchObject({ port: 80 });
  });

  it("names the long option of a word with one dash, and a letter of the other case", async () => {
    expect(await faults(shape, "-verbos")).toEqual([
      'myproject: unknown option -verbos (did you mean "--verbose"?)',
    ]);
    expect(await faults(shape, "-P 80")).toEqual(['myproject: unknown option -P (did you mean "-p"?)']);
    expect(await faults(shape, "-vxz")).toEqual([
      "myproject: unknown option -x in -vxz",
      "myproject: unknown option -z in -vxz",
    ]);
  });

  it("W-44: says that an option of appd's own goes before the command", async () => {
    const line = { globals: ["log-level", "n", "nodaemon"] };
    expect(await faults(shape, "--log-level debug -n --nodaemon", line)).toEqual([
      'myproject: unknown option --log-level: it is one of appd\'s own, put it before "myproject"',
      'myproject: unknown option -n: it is one of appd\'s own, put it before "myproject"',
      'myproject: unknown option --nodaemon: it is one of appd\'s own, put it before "myproject"',
    ]);
  });

  it("does not repeat in a message what a terminal would obey", async () => {
    expect(await faults(shape, ["--po\u001b[2Jrt", "x\u0007"])).toEqual(
      ['myproject: unknown option "--po\\u001b[2Jrt" (did you mean "--port"?)'].map(
        (line) => expect.stringContaining(line.slice(0, 40)) as string,
      ),
    );
  });

  it.each([
    "--__proto__=1",
    "--constructor",
    "--toString",
    "--=",
    "---",
    "--no-",
    "--no-port",
    "-=",
    "-é",
    "-😀",
  ])("refuses %s in one line", async (text) => {
    const found = await faults(shape, [text]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^myproject: unknown option /);
  });
});

class Secretive {
  @Parameter("The token.", { secret: true, short: "t" }) token = "s3cret-default";
  @Parameter("A number.", { secret: true }) pin = 1234;
  @Parameter("A word.", { secret: true, choices: ["swordfish", "marlin"] }) word?: "swordfish" | "marlin";
  @Parameter("Parsed.", { secret: true, parse: JSON.parse }) parsed?: unknown;
}

inBothWays(
  Secretive,
  describeOptions({
    token: { help: "The token.", secret: true, short: "t", default: "s3cret-default" },
    pin: { help: "A number.", secret: true, default: 1234 },
    word: { help: "A word.", secret: true, choices: ["swordfish", "marlin"] },
    parsed: { help: "Parsed.", secret: true, parse: JSON.parse },
  }),
  (shape) => {
    it("never shows the value of a secret option", async () => {
      const environment = { APPD_MYPROJECT_PIN: "s3cret" };
      const found = await faults(shape, "--word swordfis --parsed s3cret -t s3cret\ufffd", { environment });
      expect(found).toEqual([
        "myproject: --word must be one of swordfish, marlin (from the command line)",
        "myproject: --parsed is malformed (from the command line)",
        "myproject: --token must be valid UTF-8 text (from the command line)",
        "myproject: --pin must be a number (from APPD_MYPROJECT_PIN)",
      ]);
    });

    it("does not take the value behind a mistyped secret option for an argument", async () => {
      expect(await faults(shape, "--tokn s3cret")).toEqual([
        'myproject: unknown option --tokn (did you mean "--token"?)',
      ]);
    });

    it("shows no default of it in the help, and no value in the origins", async () => {
      expect(await help(shape)).not.toMatch(/s3cret|1234/);
      const told = { ...(await outcome(shape, ["-t", "s3cret"])), options: null, secrets: null };
      expect(JSON.stringify(told)).not.toContain("s3cret");
    });

    it("is hidden from lists of processes where it was typed", async () => {
      expect(await outcome(shape, ["-t", "s3cret"])).toMatchObject({ secrets: ["s3cret"] });
    });
  },
);

class Guarded {
  @Parameter("The token.", { secret: true }) @MinLength(9) token = "long enough";
  @Parameter("The key.", { secret: true }) @MinLength(9, { message: "$value is too short" }) key =
    "long enough";
}

inBothWays(
  Guarded,
  describeOptions({
    token: { help: "The token.", secret: true, default: "long enough", decorators: [MinLength(9)] },
    key: {
      help: "The key.",
      secret: true,
      default: "long enough",
      decorators: [MinLength(9, { message: "$value is too short" })],
    },
  }),
  (shape) => {
    it("tells which constraint a secret fails, but never the secret", async () => {
      expect(await faults(shape, "--token s3cret --key s3cret")).toEqual([
        "myproject: --token must be longer than or equal to 9 characters (from the command line)",
        "myproject: --key fails minLength (from the command line)",
      ]);
    });
  },
);

describe("a check of a secret option", () => {
  it("repeats neither the value nor a message that holds it", async () => {
    const shape = describeOptions({
      token: { help: "The token.", secret: true, check: (token: string) => `must not be ${token}` },
      key: { help: "The key.", secret: true, check: () => "must be longer" },
    });
    expect(await faults(shape, "--token abc --key abc")).toEqual([
      "myproject: --token fails its check (from the command line)",
      "myproject: --key must be longer (from the command line)",
    ]);
  });
});
