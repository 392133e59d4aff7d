import { readGlobals } from "../../src/cli/globals";
import { logFileOf } from "../../src/cli/log-of";

const log = (...argv: string[]) => logFileOf(readGlobals([...argv, "web"], {}));

describe("the log file of a command line", () => {
  it("is rotated as it says", () => {
    const words = ["--log-max-size", "1M", "--log-max-age=7d", "--log-keep", "3", "--log-compress"];
    expect(log("-l", "x.log", ...words)).toEqual({
      file: "x.log",
      rotation: { maxSize: 1_048_576, maxAge: { days: 7 }, keep: 3, compress: true },
    });
  });

  it("is not rotated where logrotate does that", () => {
    expect(log("-l", "x.log", "--log-max-size", "none")).toMatchObject({ rotation: { maxSize: 0 } });
    expect(log("-l", "x.log", "--log-max-size=0", "--log-max-age=none").rotation).not.toHaveProperty(
      "maxAge",
    );
  });

  it("has the default of the runner unless something is said", () => {
    expect(log("-l", "x.log")).toEqual({ file: "x.log", rotation: { compress: false } });
    expect(log("--daemon", "--log-keep", "3")).toEqual({ rotation: { keep: 3, compress: false } });
  });

  it.each(["-", "/dev/stdout", "/dev/stderr"])("TD-02: of a daemon can't be %s", (file) => {
    expect(() => log("--daemon", "--logfile", file)).toThrow(
      `a daemon has neither standard output nor standard error, and --logfile is ${file}: name a file, leave it out, or use --syslog`,
    );
    expect(log("--logfile", file)).toMatchObject({ file });
  });

  it("has to be there for what says how it is kept", () => {
    expect(() => log("--log-keep", "3")).toThrow(
      "--log-keep says how a log file is kept, and there is none: add --logfile FILE",
    );
    expect(() => log("-l", "-", "--log-compress")).toThrow("--log-compress says how a log file is kept");
  });

  it.each([
    ["--log-max-size", "10", "must be a size of at least 1K such as 500K, 10M or 1G, or none"],
    ["--log-max-size", "10X", "must be a size of at least 1K"],
    ["--log-max-age", "7", "must be a number and its unit, s, m, h, d or w, such as 12h or 7d, or none"],
    ["--log-keep", "-1", "must be a whole number up to 1000"],
    ["--log-keep", "1001", "must be a whole number up to 1000"],
  ])("refuses %s %s in words", (option, value, words) => {
    expect(() => log("-l", "x.log", option, value)).toThrow(
      `${option} ${words}${words.endsWith("none") || words.endsWith("1000") ? `, got "${value}" (from the command line)` : ""}`,
    );
  });
});
