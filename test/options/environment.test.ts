import { Argument, Option, Parameter, Subcommand } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { shapeOf } from "../../src/options/options-shape";
import { faults, inBothWays, outcome, read } from "./harness";

class Adding {
  @Parameter("How much.") maxSize = 1;
}

class Serving {
  @Parameter("Most connections.", { short: "m" }) maxConns = 10;
  @Parameter("The port.", { env: "PORT" }) port = 1235;
  @Parameter("Only typed.", { env: false }) typed = "no";
  @Option("A switch.") quiet = false;
  @Option("On by default.") compress = true;
  @Option("A counter.", { count: true }) verbose = 0;
  @Parameter("Numbers.", { type: Number }) sizes: number[] = [7];
  @Parameter("Needed.", { required: true }) needed?: string;
}

class WithArgument {
  @Argument("A file.") file!: string;
  @Argument("More files.") more: string[] = [];
}

class WithCommands {
  @Parameter("The port.") port = 1;
  @Subcommand("Add something.", () => Adding) addIt?: Adding;
}

const serving = describeOptions({
  maxConns: { help: "Most connections.", short: "m", default: 10 },
  port: { help: "The port.", default: 1235, env: "PORT" },
  typed: { help: "Only typed.", default: "no", env: false },
  quiet: { help: "A switch.", default: false },
  compress: { help: "On by default.", default: true },
  verbose: { help: "A counter.", count: true, default: 0 },
  sizes: { help: "Numbers.", type: Number, default: [7] },
  needed: { help: "Needed.", required: true },
});

inBothWays(Serving, serving, (shape) => {
  const from = (environment: Record<string, string>, argv = "--needed x") =>
    read(shape, argv, { environment });

  it("W-30: reads APPD_MYPROJECT_MAX_CONNS for maxConns, unless it is typed", async () => {
    expect(await from({ APPD_MYPROJECT_MAX_CONNS: "20" })).toMatchObject({ maxConns: 20 });
    expect(await from({ APPD_MYPROJECT_MAX_CONNS: "20" }, "--needed x -m 30")).toMatchObject({
      maxConns: 30,
    });
  });

  it("reads the name that env says instead, and none for false", async () => {
    expect(await from({ PORT: "1", APPD_MYPROJECT_PORT: "2", APPD_MYPROJECT_TYPED: "3" })).toMatchObject({
      port: 1,
      typed: "no",
    });
  });

  it("takes an empty variable for one that is not given", async () => {
    expect(await from({ APPD_MYPROJECT_MAX_CONNS: "", APPD_MYPROJECT_QUIET: "" })).toMatchObject({
      maxConns: 10,
      quiet: false,
    });
    expect(await faults(shape, "", { environment: { APPD_MYPROJECT_NEEDED: "" } })).toEqual([
      "myproject: --needed is required (give --needed <text>, or set APPD_MYPROJECT_NEEDED)",
    ]);
    expect(await from({ APPD_MYPROJECT_NEEDED: "x" }, "")).toMatchObject({ needed: "x" });
  });

  it.each(["true", "yes", "1", "on", "True"])("reads %s as a switch that is on", async (text) => {
    expect(await from({ APPD_MYPROJECT_QUIET: text })).toMatchObject({ quiet: true });
  });

  it.each(["false", "no", "0", "off"])("reads %s as a switch that is off", async (text) => {
    expect(await from({ APPD_MYPROJECT_COMPRESS: text })).toMatchObject({ compress: false });
    expect(await from({ APPD_MYPROJECT_COMPRESS: text }, "--needed x --compress")).toMatchObject({
      compress: true,
    });
  });

  it("reads a count as a number and splits a list at commas", async () => {
    expect(await from({ APPD_MYPROJECT_VERBOSE: "3", APPD_MYPROJECT_SIZES: "1,2.5" })).toMatchObject({
      verbose: 3,
      sizes: [1, 2.5],
    });
    expect(await from({ APPD_MYPROJECT_SIZES: "1,2" }, "--needed x --sizes 9")).toMatchObject({ sizes: [9] });
  });

  it("names the variable that is wrong", async () => {
    const environment = {
      APPD_MYPROJECT_MAX_CONNS: "many",
      PORT: "http",
      APPD_MYPROJECT_QUIET: "quite",
      APPD_MYPROJECT_VERBOSE: "-1",
      APPD_MYPROJECT_SIZES: "1, 2",
    };
    expect(await faults(shape, "--needed x", { environment })).toEqual([
      'myproject: --max-conns must be a number, got "many" (from APPD_MYPROJECT_MAX_CONNS)',
      'myproject: --port must be a number, got "http" (from PORT)',
      'myproject: --quiet must be one of true, false, yes, no, on, off, 1, 0, got "quite" (from APPD_MYPROJECT_QUIET)',
      'myproject: --verbose must be a whole number, got "-1" (from APPD_MYPROJECT_VERBOSE)',
      'myproject: --sizes must be a number, got " 2" (from APPD_MYPROJECT_SIZES)',
    ]);
  });

  it("warns of each variable that no option is read from, once, with what may be meant", async () => {
    const environment = {
      APPD_MYPROJECT_MAX_CONN: "1",
      APPD_MYPROJECT_TYPED: "1",
      APPD_MYPROJECT_X_PORT: "1",
      APPD_LOG_LEVEL: "debug",
      APPD_OTHER_PORT: "1",
      APPD_MYPROJECT: "1",
    };
    const found = await outcome(shape, ["--needed", "x"], {
      environment,
      commands: ["myproject", "myproject-x"],
    });
    expect(found).toMatchObject({
      warnings: [
        'myproject: no option is read from APPD_MYPROJECT_MAX_CONN (did you mean "APPD_MYPROJECT_MAX_CONNS"?)',
        "myproject: no option is read from APPD_MYPROJECT_TYPED",
      ],
    });
  });

  it("tells where each given value came from", async () => {
    const environment = { APPD_MYPROJECT_MAX_CONNS: "20" };
    expect(await outcome(shape, ["--needed", "x"], { environment })).toMatchObject({
      origins: {
        maxConns: { kind: "environment", name: "APPD_MYPROJECT_MAX_CONNS" },
        needed: { kind: "command line", name: "--needed" },
      },
    });
  });
});

inBothWays(
  WithCommands,
  describeOptions({
    port: { help: "The port.", default: 1 },
    addIt: { help: "Add something.", subcommand: { maxSize: { help: "How much.", default: 1 } } },
  }),
  (shape) => {
    it("puts the subcommand into the name", async () => {
      const environment = { APPD_MY_PROJECT_ADD_IT_MAX_SIZE: "5", APPD_MY_PROJECT_PORT: "2" };
      const found = await outcome(shape, ["add-it"], { command: "my-project", environment });
      expect(found).toMatchObject({ options: { port: 2, addIt: { maxSize: 5 } }, warnings: [] });
      expect(found).toMatchObject({
        origins: { "addIt.maxSize": { name: "APPD_MY_PROJECT_ADD_IT_MAX_SIZE" } },
      });
    });

    it("knows the variables of subcommands that were not chosen", async () => {
      const environment = { APPD_MYPROJECT_ADD_IT_MAX_SIZE: "5", APPD_MYPROJECT_ADD_IT_MAX_SISE: "5" };
      expect(await outcome(shape, [], { environment })).toMatchObject({
        warnings: [
          'myproject: no option is read from APPD_MYPROJECT_ADD_IT_MAX_SISE (did you mean "APPD_MYPROJECT_ADD_IT_MAX_SIZE"?)',
        ],
      });
    });
  },
);

inBothWays(
  WithArgument,
  describeOptions({
    file: { help: "A file.", argument: true },
    more: { help: "More files.", argument: true, default: [] },
  }),
  (shape) => {
    it("fills arguments that nobody typed", async () => {
      const environment = { APPD_MYPROJECT_FILE: "a", APPD_MYPROJECT_MORE: "b,c" };
      expect(await read(shape, "", { environment })).toMatchObject({ file: "a", more: ["b", "c"] });
      expect(await read(shape, "x", { environment })).toMatchObject({ file: "x", more: ["b", "c"] });
    });
  },
);

it("refuses a derived name that is one of appd's own until the option names another", async () => {
  class Log {
    @Parameter("A level.") level = "info";
  }
  class Better {
    @Parameter("A level.", { env: "APPD_LOG_THE_LEVEL" }) level = "info";
  }
  const line = { command: "log", globals: ["log-level", "n"], environment: { APPD_LOG_THE_LEVEL: "x" } };
  expect(await faults(shapeOf(Log), "", line)).toEqual([
    "Log.level would be read from APPD_LOG_LEVEL, which is appd's own: say another { env }, or false",
  ]);
  expect(await read(shapeOf(Better), "", line)).toEqual({ level: "x" });
});

it.each([
  ["A B", 'Odd.port can\'t be read from "A B": it takes letters, digits and underscores, or false for none'],
  ["", /^Odd\.port can't be read from .*: it takes letters/],
  ["APPD_LOG_LEVEL", "Odd.port can't be read from APPD_LOG_LEVEL: that is appd's own; say another { env }"],
])("refuses env: %p while the class is declared", (env, message) => {
  expect(() => {
    class Odd {
      @Parameter("The port.", { env }) port = 1;
    }
    return Odd;
  }).toThrow(message);
});
