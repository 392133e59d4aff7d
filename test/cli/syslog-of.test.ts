import { readGlobals } from "../../src/cli/globals";
import { syslogOf } from "../../src/cli/syslog-of";

const syslog = (argv: readonly string[], { name = "web", environment = {} } = {}) =>
  syslogOf(readGlobals(argv, environment), name).syslog;

describe("--syslog", () => {
  it("TD-04, TD-05: files lines under user and begins them with the name, unless said", () => {
    expect(syslog(["--syslog"])).toEqual({ facility: "user", prefix: "web" });
    expect(syslog(["--syslog", "--syslog-facility", "local3", "--prefix", "shop"])).toEqual({
      facility: "local3",
      prefix: "shop",
    });
    expect(syslog([])).toBeUndefined();
  });

  it.each([
    [["--syslog", "--syslog-facility", "kern"], "--syslog-facility must be one of user, mail, daemon, auth"],
    [["--syslog", "--prefix", "a b"], "--prefix must be at most 48 letters, digits and signs, without space"],
    [["--syslog", "--prefix", "a[1]:"], "--prefix must be at most 48 letters, digits and signs"],
    [["--prefix", "shop"], "--prefix says how --syslog logs, and there is no --syslog"],
    [["--syslog", "-l", "x.log"], "--syslog logs to no file: leave out --logfile, or --syslog"],
  ])("refuses %j", (argv, message) => {
    expect(() => syslog(argv)).toThrow(message);
  });

  it("comes before a log file that only the environment names", () => {
    expect(syslog(["--syslog"], { environment: { APPD_LOGFILE: "x.log" } })).toBeDefined();
  });

  it("has no prefix that a name could break", () => {
    expect(syslog(["--syslog"], { name: "a b[1]: c" })?.prefix).toBe("a_b_1___c");
  });
});
