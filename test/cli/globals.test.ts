import { OWN_VARIABLES } from "../../src/base/own-variables";
import { GLOBAL_OPTIONS } from "../../src/cli/global-options";
import { globalNames, readGlobals } from "../../src/cli/globals";

const read = (argv: readonly string[], environment: Record<string, string> = {}) =>
  readGlobals(argv, environment);

describe("readGlobals", () => {
  it("splits the line at the command and leaves the rest untouched", () => {
    const line = read(["-n", "--log-level", "debug", "web", "--log-level", "x", "-n"]);
    expect(line.command).toBe("web");
    expect(line.rest).toEqual(["--log-level", "x", "-n"]);
    expect(line.switches).toEqual(new Set(["nodaemon"]));
    expect(line.values).toEqual(new Map([["log-level", "debug"]]));
  });

  it("takes bundles, --name=value, and a value that begins with a dash", () => {
    expect(read(["-nb", "--stop-timeout=2.5", "-l", "-", "web"])).toMatchObject({
      switches: new Set(["nodaemon", "debug"]),
      values: new Map([
        ["stop-timeout", "2.5"],
        ["logfile", "-"],
      ]),
    });
  });

  it("ends the options at --", () => {
    expect(read(["--", "web", "-n"])).toMatchObject({ command: "web", rest: ["-n"] });
  });

  it("takes the environment where the line does not say it, and an empty variable as not given", () => {
    const environment = { APPD_LOG_LEVEL: "warn", APPD_LOG_FORMAT: "" };
    expect(read([], environment).values).toEqual(new Map([["log-level", "warn"]]));
    expect(read(["--log-level=error"], environment).values.get("log-level")).toBe("error");
  });

  it.each([
    [["--prject", "x"], 'unknown option --prject (did you mean "--project"?); appd --help lists appd\'s own'],
    [
      ["--log"],
      'unknown option --log (did you mean "--log-level" or "--log-format" or "--logfile"?); appd --help lists appd\'s own',
    ],
    [["--log-level"], "--log-level needs a value"],
    [["--logfile="], '--logfile needs a file, got "" (from the command line)'],
    [["--log-max-age="], '--log-max-age needs an age, got "" (from the command line)'],
    [["--log-keep="], '--log-keep needs a number, got "" (from the command line)'],
    [["--debug=1"], '--debug takes no value, got "1"'],
    [
      ["--stop-timeout", "soon"],
      '--stop-timeout must be a number of seconds, got "soon" (from the command line)',
    ],
    [
      ["--on-unhandled", "exits"],
      '--on-unhandled must be one of exit, log, got "exits" (from the command line) (did you mean "exit"?)',
    ],
  ])("W-01: refuses %j", (argv, message) => {
    expect(() => read(argv)).toThrow(message);
  });

  it("takes the last letter of a bundle with its value, and a value that could be the command", () => {
    expect(read(["-nl", "web", "dns", "-n"])).toMatchObject({ command: "dns", rest: ["-n"] });
    expect(read(["-lweb", "dns"]).values.get("logfile")).toBe("web");
    expect(read(["--logfile=web", "dns"]).command).toBe("dns");
  });

  it("refuses a bundle of 100 KB", () => {
    expect(() => read([`-${"n".repeat(100_000)}`])).toThrow(/unknown option "-nnn.*\(100001 characters\)/);
  });

  it.each([
    ["TD-03", "--logger=x.y", "--logger: --logfile, --syslog and --log-format"],
    ["TD-11", "--euid", "--euid: --uid gives up root for good"],
    ["TD-13", "--python=x.tac", "--python: the file of an application is given with --application (-y)"],
    ["TD-14", "-f", "-f: there are no pickled applications"],
    ["TD-15", "--source=x.tas", "--source: there are no saved applications"],
    ["TD-16", "-o", "-o: nothing is ever saved"],
    ["TD-16", "--no_save", "--no_save: nothing is ever saved"],
    ["TD-17", "-e", "-e: there are no saved applications"],
    ["TD-18", "-repoll", "-r: Node has one event loop"],
    ["TD-19", "--help-reactors", "--help-reactors: Node has one event loop"],
    ["TD-21", "--profiler=cprofile", "--profiler: --profile FILE"],
    ["TD-22", "--savestats", "--savestats: a .cpuprofile"],
    ["TD-24", "--spew", "--spew: --log-level trace"],
    ["TD-25", "--originalname", "--originalname: a process is never started again"],
    ["TW-04", "--log-file=x", "--log-file: it is --logfile (-l)"],
  ])("%s: tells whoever types %s what there is instead", (_, typed, message) => {
    expect(() => read([typed, "web"])).toThrow(`unknown option ${message}`);
  });

  it.each(["status", "stop", "plugins", "passwd"])(
    "refuses what is for a run where nothing is run: appd %s",
    (command) => {
      expect(() => read(["-b", "-D", command])).toThrow(
        `--daemon is for a command that is run; what appd ${command} takes stands behind it: appd ${command} --help`,
      );
      expect(() => read(["--name", "web", command])).toThrow("--name is for a command that is run");
      expect(read(["-b", "--log-level", "info", command], { APPD_LOGFILE: "log" }).command).toBe(command);
    },
  );

  it("names the variable that a malformed value came from", () => {
    expect(() => read([], { APPD_STOP_TIMEOUT: "-1" })).toThrow('got "-1" (from APPD_STOP_TIMEOUT)');
  });

  it("tells the names that a command must not mistake for its own", () => {
    expect(globalNames()).toEqual(expect.arrayContaining(["log-level", "logfile", "l", "n", "y"]));
  });
});

it("keeps makers' options away from each of its variables", () => {
  const variables = Object.values(GLOBAL_OPTIONS).flatMap(({ env }) => env ?? []);
  expect(variables.filter((name) => !OWN_VARIABLES.has(name))).toEqual([]);
});
