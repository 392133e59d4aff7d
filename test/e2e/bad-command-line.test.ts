/** What is typed wrongly gets one line a fault on stderr, nothing on stdout, no stack, and 64. */
import { example, Project, type Ended } from "./harness";

const KINDS = `
import { Argument, Option, Parameter, Service, ServiceMaker, type IService } from "appd";

@ServiceMaker("kinds", "An option of each kind.")
export class Kinds {
  @Parameter("A big number.") big = 1n;
  @Parameter("A day.") day = new Date(0);
  @Parameter("A place.") place = new URL("http://localhost/");
  @Option("Say less.", { short: "q" }) quiet = false;
  @Option("Say more.", { short: "v", count: true }) verbose = 0;
  @Parameter("A colour.", { choices: ["red", "green"] }) colour = "red";
  @Parameter("How many.") count = 1;
  @Parameter("Who.", { required: true }) name?: string;
  @Argument("Which.") which?: string;
  makeService(): IService {
    return new Service();
  }
}
`;

let project: Project;
beforeAll(() => (project = new Project({ ...example("myproject"), "plugins/kinds.ts": KINDS })));
afterAll(() => project.remove());

const fault = (...lines: readonly string[]): Ended => ({
  status: 64,
  signal: null,
  stdout: "",
  stderr: lines.map((line) => `appd: ${line}\n`).join(""),
});

describe("before the command", () => {
  it.each<[string, readonly string[], string]>([
    [
      "W-01: an unknown command",
      ["frobnicate"],
      'unknown command "frobnicate"; appd --help lists what there is',
    ],
    [
      "a near miss of a command",
      ["myprojct"],
      'unknown command "myprojct" (did you mean "myproject"?); appd --help lists what there is',
    ],
    [
      "W-01: an unknown option",
      ["--frobnicate"],
      "unknown option --frobnicate; appd --help lists appd's own",
    ],
    [
      "a near miss of an option",
      ["--hlp"],
      'unknown option --hlp (did you mean "--help"?); appd --help lists appd\'s own',
    ],
    ["options without a command", ["-n"], "no command given; appd --help lists what there is"],
    ["a missing value", ["--log-level"], "--log-level needs a value"],
    [
      "a level that is none",
      ["--log-level", "loud", "myproject"],
      '--log-level must be one of fatal, critical, error, warn, info, debug, trace, silent, got "loud" (from the command line)',
    ],
    [
      "seconds that are none",
      ["--stop-timeout", "soon", "myproject"],
      '--stop-timeout must be a number of seconds, got "soon" (from the command line)',
    ],
  ])("TL-13: refuses %s", async (_title, args, line) => {
    expect(await project.appd(args)).toEqual(fault(line));
  });

  it("refuses a project that does not exist, with 66", async () => {
    expect(await project.appd(["--project", "/no/such/folder", "myproject"])).toEqual({
      ...fault("there is no folder /no/such/folder to find a project in"),
      status: 66,
    });
  });

  it("names the variable that a wrong value comes from", async () => {
    expect(await project.appd(["myproject"], { env: { APPD_LOG_FORMAT: "xml" } })).toEqual(
      fault('--log-format must be one of pretty, json, got "xml" (from APPD_LOG_FORMAT)'),
    );
  });
});

describe("after the command", () => {
  it.each([
    ["", '--port must be a number, got ""'],
    [" 1", '--port must be a number, got " 1"'],
    ["1e400", '--port must be a number that is not too large, got "1e400"'],
    ["0x10", '--port must be a number, got "0x10"'],
    ["12abc", '--port must be a number, got "12abc"'],
    ["NaN", '--port must be a number, got "NaN"'],
    ["70000", "--port must not be greater than 65535, got 70000"],
    ["-1", "--port must not be less than 0, got -1"],
    ["1.5", "--port must be an integer number, got 1.5"],
  ])("refuses the port %j", async (value, line) => {
    expect(await project.appd(["myproject", "--port", value])).toEqual(
      fault(`myproject: ${line} (from the command line)`),
    );
  });

  it.each<[string, readonly string[], string]>([
    ["a missing value", ["-p"], "-p needs a value"],
    ["an unknown option", ["--prt=1"], 'unknown option --prt (did you mean "--port"?)'],
    ["a positional that nobody asked for", ["extra"], 'unexpected argument "extra"'],
    [
      "W-44: an option of appd's own, with the hint to move it",
      ["--log-level", "debug"],
      'unknown option --log-level: it is one of appd\'s own, put it before "myproject"',
    ],
  ])("TL-13: refuses %s", async (_title, args, line) => {
    expect(await project.appd(["myproject", ...args])).toEqual(fault(`myproject: ${line}`));
  });

  it("names the variable that a wrong value comes from", async () => {
    expect(await project.appd(["myproject"], { env: { APPD_MYPROJECT_PORT: "http" } })).toEqual(
      fault('myproject: --port must be a number, got "http" (from APPD_MYPROJECT_PORT)'),
    );
  });

  it("reports every fault at once, a line each", async () => {
    const line = "kinds --big 1.5 --day tomorrow --place nowhere --colour rde --count 0x1 --name x";
    expect(await project.appd(line.split(" "))).toEqual(
      fault(
        'kinds: --big must be a whole number, got "1.5" (from the command line)',
        'kinds: --day must be an ISO 8601 date, got "tomorrow" (from the command line)',
        'kinds: --place must be a URL, got "nowhere" (from the command line)',
        'kinds: --colour must be one of red, green, got "rde" (from the command line) (did you mean "red"?)',
        'kinds: --count must be a number, got "0x1" (from the command line)',
        "kinds: <which> is required (give <which>, or set APPD_KINDS_WHICH)",
      ),
    );
  });

  it("refuses a switch with a value", async () => {
    expect(await project.appd(["kinds", "--quiet=1", "--name", "x", "y"])).toEqual(
      fault("kinds: --quiet takes no value"),
    );
  });

  it("reports what is required, and how to give it", async () => {
    expect(await project.appd(["kinds"])).toEqual(
      fault(
        "kinds: --name is required (give --name <text>, or set APPD_KINDS_NAME)",
        "kinds: <which> is required (give <which>, or set APPD_KINDS_WHICH)",
      ),
    );
  });

  it("shows 100 KB of text in short, in one line", async () => {
    const { status, stdout, stderr } = await project.appd(["myproject", "--port", "x".repeat(100_000)]);
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toMatch(
      /^appd: myproject: --port must be a number, got "x+.*\(from the command line\)\n$/,
    );
    expect(stderr.length).toBeLessThan(1_000);
  });

  it("shows bytes that are no UTF-8, and control characters, in one harmless line", async () => {
    const command = `exec "$0" node_modules/appd/dist/cli.js myproject --port "$(printf '\\377\\033[31m\\n\\376')"`;
    const { status, stdout, stderr } = await project.run("sh", ["-c", command, process.execPath]);
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toMatch(
      /^appd: myproject: --port must be valid UTF-8 text, got "[^\x00-\x1f\x7f]+" \(from the command line\)\n$/,
    );
  });
});

describe("--debug", () => {
  it("adds the stack to the line", async () => {
    const { status, stderr } = await project.appd(["--debug", "myproject", "--port", "http"]);
    expect(status).toBe(64);
    expect(stderr).toMatch(/--port must be a number, got "http" \(from the command line\)\n/);
    expect(stderr).toMatch(/^ +at /m);
  });
});
