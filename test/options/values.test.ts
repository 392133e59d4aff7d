import { Option, Parameter } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { errors, faults, inBothWays, outcome, read } from "./harness";

enum Level {
  Debug,
  Warn,
  Fatal = 10,
}
enum Colour {
  Red = "red",
  DarkBlue = "dark-blue",
}
class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  static parse(text: string): Point {
    const [x, y] = text.split(",").map(Number);
    if (x === undefined || y === undefined) throw new Error("write x,y");
    return new Point(x, y);
  }
}

class Typed {
  @Parameter("Text.", { short: "t" }) text = "initial";
  @Parameter("A number.", { short: "n" }) number = 1.5;
  @Parameter("A number without initial value.", { type: Number }) optional?: number;
  @Parameter("Big.") big = 1n;
  @Parameter("A truth.") truth = false;
  @Parameter("A day.") day = new Date(0);
  @Parameter("An address.", { type: URL }) address?: URL;
  @Parameter("A word.", { choices: ["fast", "slow"] }) mode: "fast" | "slow" = "fast";
  @Parameter("A step.", { choices: [1, 2, 30] }) step: 1 | 2 | 30 = 1;
  @Parameter("A level.", { choices: Level }) level = Level.Warn;
  @Parameter("A colour.", { choices: Colour }) colour?: Colour;
  @Parameter("A point.", { parse: Point.parse }) point?: Point;
  @Option("Numbers.", { type: Number }) numbers: number[] = [];
  @Option("More numbers, seen from the first.", { type: Number }) more = [1, 2];
  @Option("Days.", { type: Date }) days?: Date[];
  @Option("Words.", { choices: ["fast", "slow"] }) modes: ("fast" | "slow")[] = [];
  @Option("Points.", { parse: Point.parse }) points: Point[] = [];
}

const described = describeOptions({
  text: { help: "Text.", short: "t", default: "initial" },
  number: { help: "A number.", short: "n", default: 1.5 },
  optional: { help: "A number without initial value.", type: Number },
  big: { help: "Big.", default: 1n },
  truth: { help: "A truth.", default: false, parameter: true },
  day: { help: "A day.", default: () => new Date(0) },
  address: { help: "An address.", type: URL },
  mode: { help: "A word.", choices: ["fast", "slow"], default: "fast" },
  step: { help: "A step.", choices: [1, 2, 30], default: 1 },
  level: { help: "A level.", choices: Level, default: Level.Warn },
  colour: { help: "A colour.", choices: Colour },
  point: { help: "A point.", parse: Point.parse },
  numbers: { help: "Numbers.", type: Number, default: [] },
  more: { help: "More numbers, seen from the first.", default: [1, 2] },
  days: { help: "Days.", type: Date, many: true },
  modes: { help: "Words.", choices: ["fast", "slow"], default: [] },
  points: { help: "Points.", parse: Point.parse, default: [] },
});

inBothWays(Typed, described, (shape) => {
  it("US-03: reads each type by its own rules", async () => {
    expect(await read(shape, "--number -1.25e+2 --optional 0 --big -12345678901234567890")).toMatchObject({
      number: -125,
      optional: 0,
      big: -12345678901234567890n,
    });
    expect(await read(shape, "--day 2026-11-22T10:00:00Z --address http://a/b?c --truth Yes")).toMatchObject({
      day: new Date("2026-11-22T10:00:00Z"),
      address: new URL("http://a/b?c"),
      truth: true,
    });
    expect(await read(shape, "--mode slow --step 30 --level Fatal --colour dark-blue")).toMatchObject({
      mode: "slow",
      step: 30,
      level: Level.Fatal,
      colour: Colour.DarkBlue,
    });
    expect((await read(shape, "--point 1,2")).point).toEqual(new Point(1, 2));
  });

  it("reads lists of each type; what is given replaces the initial list", async () => {
    expect(
      await read(shape, "--numbers 1 --numbers 2.5 --more 7 --days 2026-01-31 --modes slow --points 3,4"),
    ).toMatchObject({
      numbers: [1, 2.5],
      more: [7],
      days: [new Date("2026-01-31")],
      modes: ["slow"],
      points: [new Point(3, 4)],
    });
  });

  it("keeps text as it is, empty or not", async () => {
    for (const text of ["", " 1", "true", "null", "--x", "=", "ä€😀", "\u0000\n"]) {
      expect(await outcome(shape, ["--text", text])).toMatchObject({ options: { text } });
    }
  });

  const MALFORMED = [
    "",
    " 1",
    "1 ",
    "1e400",
    "-1e400",
    "0x10",
    "12abc",
    "NaN",
    "Infinity",
    "1_000",
    "١",
    "+1",
    ".5",
    "1.",
  ];

  it.each(MALFORMED)("US-04: refuses %j for a number", async (text) => {
    const [found, ...others] = await errors(shape, [`--number=${text}`]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: "APPD_MALFORMED_VALUE" });
    expect(found?.message).toMatch(
      /^myproject: --number must be a number.*, got ".*" \(from the command line\)$/,
    );
  });

  it.each([...MALFORMED, "1.5", "1e3"])("US-04: refuses %j for a bigint", async (text) => {
    expect(await faults(shape, ["--big", text])).toEqual([
      `myproject: --big must be a whole number, got "${text}" (from the command line)`,
    ]);
  });

  it.each([
    ...MALFORMED,
    "2026-02-30",
    "2026-13-01",
    "2026-1-1",
    "22.11.2026",
    "2026-01-01T25:00Z",
    "1",
    "2026",
  ])("US-04: refuses %j for a date", async (text) => {
    expect(await faults(shape, ["--day", text])).toEqual([
      `myproject: --day must be an ISO 8601 date, got "${text}" (from the command line)`,
    ]);
  });

  it.each(["", " http://a", "http://a ", "http://a\nb", "localhost", "//a", "http://", "12abc"])(
    "US-04: refuses %j for a URL",
    async (text) => {
      expect(await faults(shape, ["--address", text])).toHaveLength(1);
    },
  );

  it.each(["", "2", "truely", " true", "NaN", "y"])("US-04: refuses %j for a truth", async (text) => {
    expect(await faults(shape, ["--truth", text])).toEqual([
      `myproject: --truth must be one of true, false, yes, no, on, off, 1, 0, got "${text}" (from the command line)`,
    ]);
  });

  it("US-04: names the choices and the nearest", async () => {
    expect(
      await faults(shape, "--mode fats --step 3 --level warn --level=1 --modes slow --modes quick"),
    ).toEqual([
      'myproject: --mode must be one of fast, slow, got "fats" (from the command line) (did you mean "fast"?)',
      'myproject: --step must be one of 1, 2, 30, got "3" (from the command line)',
      'myproject: --level must be one of Debug, Warn, Fatal, got "1" (from the command line)',
      'myproject: --modes must be one of fast, slow, got "quick" (from the command line)',
    ]);
  });

  it("US-04: shows what a parse function says, as a usage error", async () => {
    expect(await faults(shape, "--point nowhere")).toEqual([
      'myproject: --point: write x,y, got "nowhere" (from the command line)',
    ]);
  });

  it("refuses what a parse function gives for nothing, and one that has to be waited for", async () => {
    const odd = describeOptions({
      number: { help: "One.", parse: Number },
      day: { help: "Two.", parse: (text: string) => new Date(text) },
      late: { help: "Three.", parse: (text: string) => Promise.reject(new Error(text)) },
    });
    expect(await faults(odd, "--number x --day y")).toEqual([
      'myproject: --number must be a number, got "x" (from the command line)',
      'myproject: --day must be a date, got "y" (from the command line)',
    ]);
    expect(await faults(odd, "--late x")).toEqual([
      "Options.late: parse must not be async, what has to be waited for belongs into postOptions",
    ]);
  });

  it("US-04: reports every malformed value at once, in its own name", async () => {
    expect(await faults(shape, "-n http --big x --numbers 1 --numbers a --numbers b --mode up")).toEqual([
      'myproject: --number must be a number, got "http" (from the command line)',
      'myproject: --big must be a whole number, got "x" (from the command line)',
      'myproject: --numbers must be a number, got "a" (from the command line)',
      'myproject: --numbers must be a number, got "b" (from the command line)',
      'myproject: --mode must be one of fast, slow, got "up" (from the command line)',
    ]);
  });

  it("says how to write the value of a short name", async () => {
    expect(await faults(shape, "-n=81")).toEqual([
      'myproject: --number must be a number, got "=81" (from the command line) (write -n 81)',
    ]);
    expect(await faults(shape, "-number")).toEqual([
      'myproject: --number must be a number, got "umber" (from the command line) (did you mean "--number"?)',
    ]);
  });

  it("shortens a long value and escapes what a terminal would obey", async () => {
    const [long] = await faults(shape, ["--number", "9".repeat(100_000) + "x"]);
    expect(long).toBe(
      `myproject: --number must be a number, got "${"9".repeat(60)}…" (100001 characters) (from the command line)`,
    );
    const [escape] = await faults(shape, ["--number", "\u001b[31mred\u202e\r\n"]);
    expect(escape).toContain('got "\\u001b[31mred\\u202e\\r\\n"');
  });

  it.each([
    ["bytes that are no UTF-8", "caf\ufffd"],
    ["a lone surrogate", "caf\ud800"],
  ])("refuses %s, also for text", async (_, text) => {
    expect(await faults(shape, ["--text", text, "--modes", text])).toEqual([
      expect.stringMatching(
        /^myproject: --text must be valid UTF-8 text, got "caf\\u(fffd|d800)" \(from the command line\)$/,
      ),
      expect.stringMatching(/^myproject: --modes must be valid UTF-8 text/),
    ]);
  });

  it.each(["text", "number", "big", "day", "address", "mode", "numbers", "truth"])(
    "takes a megabyte for --%s, or refuses it in one short line",
    async (name) => {
      const found = await faults(shape, [`--${name}`, "1".repeat(2 ** 20)]);
      expect(found.join("\n").length).toBeLessThan(300);
      expect(found.length).toBeLessThan(2);
    },
  );

  it("refuses a megabyte of letters behind one dash", async () => {
    const [found, ...others] = await faults(shape, [`-${"v".repeat(2 ** 20)}`]);
    expect(found).toBe(`myproject: unknown option "-${"v".repeat(59)}…" (1048577 characters)`);
    expect(others).toEqual([]);
    expect(await faults(shape, [`-t${"v".repeat(2 ** 20)}`])).toEqual([]);
    expect(await faults(shape, ["--text", `-${"v".repeat(2 ** 20)}`])).toEqual([]);
  });

  it("refuses a megabyte as a name or as an argument in one short line", async () => {
    for (const word of [`--${"x".repeat(2 ** 20)}`, "x".repeat(2 ** 20)]) {
      const found = await faults(shape, [word]);
      expect(found).toHaveLength(1);
      expect(found[0]?.length).toBeLessThan(200);
    }
  });
});
