import { milliseconds, readControlLine, TIME, WHOLE, type ControlUsage } from "../../src/cli/control-line";

const USAGE: ControlUsage = {
  command: "stop",
  name: "required",
  options: {
    json: { description: "For programs." },
    pid: { description: "Which.", placeholder: "n", form: WHOLE },
    timeout: { description: "How long.", short: "t", placeholder: "seconds", form: TIME },
  },
};
const read = (line: string, usage = USAGE) => readControlLine(usage, line.split(" ").filter(Boolean));
const fault = (line: string): string => {
  try {
    read(line);
  } catch (error) {
    return (error as Error).message;
  }
  return "none";
};

describe("the words behind appd stop and its like", () => {
  it("W-33: are a name and options, in any order", () => {
    const { name, switches, values } = read("--json web -t5 --pid=12");
    expect([name, [...switches], [...values]]).toEqual([
      "web",
      ["json"],
      [
        ["timeout", "5"],
        ["pid", "12"],
      ],
    ]);
    expect(read("-- --web").name).toBe("--web");
    expect(read("", { ...USAGE, name: "optional" }).name).toBeUndefined();
    expect(read("-h").switches.has("help")).toBe(true);
  });

  it("are refused in a line that says what would be right", () => {
    expect(fault("")).toBe("stop: which one? appd status lists what runs");
    expect(fault("web api")).toBe("stop: one name at a time; api is too many");
    expect(fault("web --timout 5")).toBe('stop: unknown option --timout (did you mean "--timeout"?)');
    expect(fault("web --timeout")).toBe("stop: --timeout needs a value");
    expect(fault("web --json=1")).toBe('stop: --json takes no value, got "1"');
    expect(fault("web --pid x")).toBe('stop: --pid must be a whole number, got "x"');
    expect(fault("web --timeout soon")).toMatch(
      /^stop: --timeout must be a time in seconds, or one such as 500ms/,
    );
    expect(fault("web --__proto__")).toBe("stop: unknown option --__proto__");
    expect(fault("web --constructor")).toBe("stop: unknown option --constructor");
  });

  it("have times in seconds, unless a unit is typed", () => {
    expect(["5", "1.5", "500ms", "2m", "1h", "7s", undefined].map(milliseconds)).toEqual([
      5_000,
      1_500,
      500,
      120_000,
      3_600_000,
      7_000,
      undefined,
    ]);
  });
});
