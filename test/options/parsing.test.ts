import { Argument, Option, Parameter } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { faults, inBothWays, read } from "./harness";

class Serving {
  @Parameter("Where to listen.", { short: "p" }) port = 1235;
  @Parameter("Most connections.") maxConns = 10;
  @Parameter("Host name.", { short: "H" }) host?: string;
  @Option("Say less.", { short: "q" }) quiet = false;
  @Option("Make it small.", { short: "c" }) compress = true;
  @Option("Say more.", { short: "v", count: true }) verbose = 0;
  @Parameter("Whom to ask.", { short: "a" }) auth: string[] = ["nobody"];
  @Argument("What to serve.", { required: false }) folder?: string;
  @Argument("More to serve.") more: string[] = [];
}

const described = describeOptions({
  port: { help: "Where to listen.", short: "p", default: 1235 },
  maxConns: { help: "Most connections.", default: 10 },
  host: { help: "Host name.", short: "H" },
  quiet: { help: "Say less.", short: "q", default: false },
  compress: { help: "Make it small.", short: "c", default: true },
  verbose: { help: "Say more.", short: "v", count: true, default: 0 },
  auth: { help: "Whom to ask.", short: "a", default: ["nobody"] },
  folder: { help: "What to serve.", argument: true, required: false },
  more: { help: "More to serve.", argument: true, default: [] },
});

inBothWays(Serving, described, (shape) => {
  it("US-01: gives an instance with its initial values where nothing is given", async () => {
    const options = await read(shape, "");
    expect(options).toEqual(shape.create());
    expect(options.port).toBe(1235);
    expect(options.host).toBeUndefined();
  });

  it("US-01: gives each reading an instance of its own", async () => {
    const one = await read(shape, "");
    one.auth.push("me");
    expect((await read(shape, "")).auth).toEqual(["nobody"]);
  });

  it("US-02: sets a switch, however often it is given", async () => {
    expect(await read(shape, "--quiet")).toMatchObject({ quiet: true });
    expect(await read(shape, "-q -q --quiet")).toMatchObject({ quiet: true });
  });

  it("US-02: turns off what is on by default with --no-, and the last one wins", async () => {
    expect(await read(shape, "--no-compress")).toMatchObject({ compress: false });
    expect(await read(shape, "--no-compress --compress")).toMatchObject({ compress: true });
    expect(await faults(shape, "--no-quiet")).toEqual([
      "myproject: unknown option --no-quiet: --quiet is off unless it is given",
    ]);
  });

  it("US-02: refuses a value for a switch or a counter", async () => {
    expect(await faults(shape, "--quiet=1 --verbose=2 --no-compress=x")).toEqual([
      "myproject: --quiet takes no value",
      "myproject: --verbose takes no value",
      "myproject: --no-compress takes no value",
    ]);
  });

  it("US-03: takes the last of a scalar given twice, and all of a list", async () => {
    expect(await read(shape, "-p 1 --port 2 --port=3")).toMatchObject({ port: 3 });
    expect(await read(shape, "-a x --auth y --auth=z")).toMatchObject({ auth: ["x", "y", "z"] });
  });

  it("US-06: counts what is repeated, bundled or not", async () => {
    expect(await read(shape, "-vvv --verbose")).toMatchObject({ verbose: 4 });
  });

  it("US-07, US-10: takes every spelling of an option with a value", async () => {
    for (const line of ["--port=81", "--port 81", "-p81", "-p 81", "-vqp81", "-vqp 81"]) {
      expect(await read(shape, line)).toMatchObject({ port: 81 });
    }
    expect(await read(shape, "-vqp81")).toMatchObject({ quiet: true, verbose: 1 });
  });

  it("US-10: takes - alone for an argument and everything behind --", async () => {
    expect(await read(shape, "-")).toMatchObject({ folder: "-" });
    expect(await read(shape, "-q -- -p --quiet -- x")).toMatchObject({
      quiet: true,
      folder: "-p",
      more: ["--quiet", "--", "x"],
    });
  });

  it("W-44: takes options behind and between arguments", async () => {
    expect(await read(shape, "a -p 1 b --quiet c")).toMatchObject({
      port: 1,
      quiet: true,
      folder: "a",
      more: ["b", "c"],
    });
  });

  it("US-10: takes the next word as a value, whatever it looks like", async () => {
    expect(await read(shape, "-p -1")).toMatchObject({ port: -1 });
    expect(await read(shape, "--host --unknown")).toMatchObject({ host: "--unknown" });
    expect(await read(shape, "--host --constructor")).toMatchObject({ host: "--constructor" });
    expect(await read(shape, "--host ''")).toMatchObject({ host: "" });
    expect(await read(shape, "--host=")).toMatchObject({ host: "" });
    expect(await read(shape, "--host=a=b")).toMatchObject({ host: "a=b" });
  });

  it("US-10: refuses a declared option in the place of a value, and goes on behind it", async () => {
    expect(await faults(shape, "--port --quiet")).toEqual([
      "myproject: --port needs a value, and --quiet is an option (write --port=--quiet if you mean it)",
    ]);
    expect(await faults(shape, "--host --max-conns 7")).toHaveLength(1);
    expect(await faults(shape, "-H -p81")).toEqual([
      "myproject: -H needs a value, and -p81 is an option (write --host=-p81 if you mean it)",
    ]);
    expect(await faults(shape, "--host -vq --port x")).toHaveLength(2);
    expect(await read(shape, "--host=--quiet")).toMatchObject({ host: "--quiet", quiet: false });
  });

  it("US-12: says which option needs a value", async () => {
    expect(await faults(shape, "--port")).toEqual(["myproject: --port needs a value"]);
    expect(await faults(shape, "-qp")).toEqual(["myproject: -p needs a value"]);
  });

  it("US-06: takes only the spelling with dashes of a long name", async () => {
    expect(await read(shape, "--max-conns 3")).toMatchObject({ maxConns: 3 });
    expect(await faults(shape, "--maxConns 3")).toEqual([
      'myproject: unknown option --maxConns (did you mean "--max-conns"?)',
    ]);
  });
});

class Copying {
  @Argument("From where.") source!: string;
  @Argument("How often.") times = 1;
}

inBothWays(
  Copying,
  describeOptions({
    source: { help: "From where.", argument: true },
    times: { help: "How often.", argument: true, default: 1 },
  }),
  (shape) => {
    it("US-17: gives arguments in their order, as their types", async () => {
      expect(await read(shape, "a 3")).toMatchObject({ source: "a", times: 3 });
      expect(await read(shape, "a")).toMatchObject({ source: "a", times: 1 });
    });

    it("US-17: says which argument is missing and which is one too many", async () => {
      expect(await faults(shape, "")).toEqual([
        "myproject: <source> is required (give <source>, or set APPD_MYPROJECT_SOURCE)",
      ]);
      expect(await faults(shape, "a 3 b c")).toEqual([
        'myproject: unexpected argument "b"',
        'myproject: unexpected argument "c"',
      ]);
      expect(await faults(shape, "a x")).toEqual([
        'myproject: <times> must be a number, got "x" (from the command line)',
      ]);
    });

    it("counts the rest of very many arguments", async () => {
      const found = await faults(shape, [
        "a",
        "1",
        ...Array<string>(10_000)
          .fill("x")
          .map((x, i) => `${x}${i}`),
      ]);
      expect(found).toHaveLength(6);
      expect(found.at(-1)).toBe("myproject: and 9995 more unexpected arguments");
    });

    it("says how to give a negative number as an argument", async () => {
      expect(await read(shape, "a -- -5")).toMatchObject({ times: -5 });
      expect(await faults(shape, "a -5")).toEqual([
        "myproject: unknown option -5 (write -- before a value that starts with a dash)",
      ]);
    });
  },
);

class Many {
  @Argument("At least one.") files!: string[];
}

inBothWays(
  Many,
  describeOptions({ files: { help: "At least one.", argument: true, many: true } }),
  (shape) => {
    it("US-17: requires one word for a rest without initial value", async () => {
      expect(await faults(shape, "")).toEqual([
        "myproject: <files> is required (give <files>, or set APPD_MYPROJECT_FILES)",
      ]);
      expect(await read(shape, "a b")).toMatchObject({ files: ["a", "b"] });
    });
  },
);

class Digits {
  @Parameter("A number.", { short: "n" }) number = 0;
  @Option("One.", { short: "1" }) one = false;
  @Option("A long name of one letter.") x = false;
}

inBothWays(
  Digits,
  describeOptions({
    number: { help: "A number.", short: "n", default: 0 },
    one: { help: "One.", short: "1", default: false },
    x: { help: "A long name of one letter.", default: false },
  }),
  (shape) => {
    it("takes a digit for a short name, also where a negative number could stand", async () => {
      expect(await read(shape, "-1")).toMatchObject({ one: true });
      expect(await faults(shape, "-n -1")).toEqual([
        "myproject: -n needs a value, and -1 is an option (write --number=-1 if you mean it)",
      ]);
    });

    it("does not take a long name of one letter for a short one", async () => {
      expect(await read(shape, "--x")).toMatchObject({ x: true });
      expect(await faults(shape, "-x")).toEqual(["myproject: unknown option -x"]);
    });
  },
);
