import { Argument, Option, Parameter } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { shapeOf } from "../../src/options/options-shape";
import { help, inBothWays, outcome, read } from "./harness";

class Serving {
  @Parameter("The port number to listen on.", { short: "p", placeholder: "port" }) port = 1235;
  @Parameter("How it works.", { choices: ["fast", "slow"], required: true }) mode?: "fast" | "slow";
  @Option("Say more.", { short: "v", count: true }) verbose = 0;
  @Option("Say less.", { env: false }) quiet = false;
  @Option("Make it small before it is sent, which costs time but saves bandwidth.") compress = true;
  @Parameter("Whom to ask; may be repeated.", { group: "Authentication", env: "WHOM" }) auth: string[] = [
    "me",
    "you",
  ];
  @Parameter("Unseen.", { hidden: true }) unseen = "";
  @Parameter("Since when.") since = new Date(0);
  @Parameter("A prefix.") prefix = "";
  @Parameter("A line end.", { group: "Rare" }) ending = "\r\n";
  @Argument("What to serve.") folder!: string;
  @Argument("More to serve.") more: string[] = [];
}

const serving = describeOptions({
  port: { help: "The port number to listen on.", short: "p", placeholder: "port", default: 1235 },
  mode: { help: "How it works.", choices: ["fast", "slow"], required: true },
  verbose: { help: "Say more.", short: "v", count: true, default: 0 },
  quiet: { help: "Say less.", env: false, default: false },
  compress: { help: "Make it small before it is sent, which costs time but saves bandwidth.", default: true },
  auth: {
    help: "Whom to ask; may be repeated.",
    group: "Authentication",
    env: "WHOM",
    default: ["me", "you"],
  },
  unseen: { help: "Unseen.", hidden: true, default: "" },
  since: { help: "Since when.", default: new Date(0) },
  prefix: { help: "A prefix.", default: "" },
  ending: { help: "A line end.", group: "Rare", default: "\r\n" },
  folder: { help: "What to serve.", argument: true },
  more: { help: "More to serve.", argument: true, default: [] },
});

const PAGE = `\
Usage: appd myproject --mode <choice> [options] <folder> [<more>...]

It serves.

Arguments:
  <folder>              What to serve. [required] [env: APPD_MYPROJECT_FOLDER]
  <more>...             More to serve. [env: APPD_MYPROJECT_MORE]

Options:
  -p, --port <port>     The port number to listen on. [default: 1235]
                        [env: APPD_MYPROJECT_PORT]
      --mode <choice>   How it works. [choices: fast, slow] [required]
                        [env: APPD_MYPROJECT_MODE]
  -v, --verbose         Say more. [env: APPD_MYPROJECT_VERBOSE]
      --quiet           Say less.
      --[no-]compress   Make it small before it is sent, which costs time but
                        saves bandwidth. [default: on]
                        [env: APPD_MYPROJECT_COMPRESS]
      --since <date>    Since when. [default: 1970-01-01T00:00:00.000Z]
                        [env: APPD_MYPROJECT_SINCE]
      --prefix <text>   A prefix. [default: ""] [env: APPD_MYPROJECT_PREFIX]
  -h, --help            Show this help.
      --version         Show the version.

Authentication:
      --auth <text>...  Whom to ask; may be repeated. [default: me, you]
                        [env: WHOM]

Rare:
      --ending <text>   A line end. [default: "\\r\\n"]
                        [env: APPD_MYPROJECT_ENDING]
`;

inBothWays(Serving, serving, (shape) => {
  it("US-20, US-21, US-22, US-23: shows usage, arguments, options in the order of declaration, groups", async () => {
    expect(await help(shape)).toBe(PAGE);
    expect(await help(shape, "-h")).toBe(PAGE);
  });

  it("US-19: asks for help before anything is judged", async () => {
    expect(await help(shape, "--port http --nonsense --help")).toBe(PAGE);
    expect(await help(shape, "--port --help")).toBe(PAGE);
    expect(await outcome(shape, ["--port", "http", "--version"])).toEqual({ kind: "version" });
  });

  it("takes --help behind -- and as a value of = for what it is", async () => {
    expect(await read(shape, "--mode fast --prefix=--help -- --help")).toMatchObject({
      prefix: "--help",
      folder: "--help",
    });
  });

  it.each([80, 60, 40, 30, 20, 10])("US-21, W-14: fits into %d columns", async (width) => {
    const page = await help(shape, "--help", {
      width,
      details: DETAILS,
      examples: ["myproject -p 80 --mode fast ."],
    });
    for (const line of page.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
    expect(page.replace(/\s/g, "")).toContain("--mode<choice>");
    expect(page.replace(/\s/g, "")).toContain("[env:APPD_MYPROJECT_PORT]");
  });

  it("puts explanations below the names where it is narrow", async () => {
    expect((await help(shape, "--help", { width: 40 })).split("\n").slice(0, 17)).toEqual([
      "Usage:",
      "  appd myproject --mode <choice>",
      "  [options] <folder> [<more>...]",
      "",
      "It serves.",
      "",
      "Arguments:",
      "  <folder>",
      "      What to serve. [required]",
      "      [env: APPD_MYPROJECT_FOLDER]",
      "  <more>...",
      "      More to serve.",
      "      [env: APPD_MYPROJECT_MORE]",
      "",
      "Options:",
      "  -p, --port <port>",
      "      The port number to listen on.",
    ]);
  });

  it.each([NaN, 0, -1, Infinity])("takes a width of %d for one that is unknown", async (width) => {
    expect(await help(shape, "--help", { width })).toBe(PAGE);
  });

  it("colours only when asked, and nothing but headings and names", async () => {
    const page = await help(shape, "--help", { colour: true });
    expect(page).toContain("\u001b[1mOptions:\u001b[0m");
    expect(page).toContain("\u001b[36m-p, --port <port>\u001b[0m");
    expect(page.replace(/\u001b\[\d+m/g, "")).toBe(PAGE);
  });

  it("US-24: keeps the paragraphs and lists of the long text, without the indentation of its source", async () => {
    const page = await help(shape, "--help", { width: 50, details: DETAILS });
    expect(page.split("\n").slice(5, 17)).toEqual([
      "It serves a folder to whoever asks for it and goes",
      "on until it is told to stop.",
      "",
      "What it serves:",
      "",
      "- files",
      "- folders, with all that lies in them, and what",
      "  lies in that",
      "",
      "    kept as it is",
      "    also kept",
      "",
    ]);
  });

  it("shows examples as they are typed", async () => {
    const page = await help(shape, "--help", { examples: ["myproject -p 80", "appd myproject"] });
    expect(page).toMatch(/\n\nExamples:\n {2}appd myproject -p 80\n {2}appd myproject\n$/);
  });
});

const DETAILS = `
    It serves a folder to whoever asks for it and
    goes on until it is told to stop.


    What it serves:

    - files
    - folders, with all that lies in them, and what lies in that

        kept as it is
        also kept
  `;

class Host {
  @Parameter("The host.", { short: "h" }) host = "localhost";
}

inBothWays(
  Host,
  describeOptions({ host: { help: "The host.", short: "h", default: "localhost" } }),
  (shape) => {
    it("US-19: -h is the class's own where it takes it, --help always works", async () => {
      expect(await read(shape, "-h there")).toMatchObject({ host: "there" });
      expect(await help(shape)).toBe(
        [
          "Usage: appd myproject [options]\n",
          "It serves.\n",
          "Options:",
          "  -h, --host <text>  The host. [default: localhost] [env: APPD_MYPROJECT_HOST]",
          "      --help         Show this help.",
          "      --version      Show the version.\n",
        ].join("\n"),
      );
    });
  },
);

it("shows a default as it would be typed", async () => {
  class Endpoint {
    constructor(readonly spec: string) {}
    toString(): string {
      return this.spec;
    }
  }
  const shape = describeOptions({
    listen: { help: "Where.", type: (text: string) => new Endpoint(text), default: new Endpoint("tcp:80") },
    level: { help: "How.", choices: { Debug: 0, Warn: 1, 0: "Debug", 1: "Warn" }, default: 1 },
    words: { help: "Words.", default: 'say "hi"' },
    home: { help: "Home.", default: new URL("http://a/") },
    long: { help: "Long.", default: "x".repeat(100) },
  });
  const defaults = [...(await help(shape, "--help", { width: 200 })).matchAll(/\[default: (.*?)\]/g)];
  expect(defaults.map(([, text]) => text)).toEqual([
    "tcp:80",
    "Warn",
    'say "hi"',
    "http://a/",
    `"${"x".repeat(60)}…" (100 characters)`,
  ]);
});

it("US-22: shows options that are nothing but help and version", async () => {
  class Nothing {}
  expect(await help(shapeOf(Nothing))).toContain("Options:\n  -h, --help     Show this help.");
});
