import { parseArgs } from "node:util";
import { Option, Parameter } from "../../src/options/decorators";
import { shapeOf } from "../../src/options/options-shape";
import { planFor } from "../../src/options/plan";
import { tokenise } from "../../src/options/tokenise";

class Options {
  @Parameter("The port.", { short: "p" }) port = 80;
  @Parameter("The host.") host = "localhost";
  @Option("Say less.", { short: "q" }) quiet = false;
  @Option("Say more.", { short: "v", count: true }) verbose = 0;
}

const plan = planFor(shapeOf(Options), new Options());
const WORDS = [
  ...["--port", "--port=1", "--port=", "--port==1", "-p", "-p1", "-p=1", "-vqp1", "-vqp", "-qv", "-pq"],
  ...["--quiet", "--quiet=1", "--unknown", "--unknown=1", "-u", "-uv", "--host", "--=x", "--q", "-é1"],
  ...["--", "-", "", "word", "-1", "=", "a=b", "---", "--help", "-h", "--no-quiet"],
];

/** The same line by Node's own means. */
function byNode(args: readonly string[]): unknown[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h" },
      port: { type: "string", short: "p" },
      host: { type: "string" },
      quiet: { type: "boolean", short: "q" },
      verbose: { type: "boolean", short: "v" },
    },
    strict: false,
    tokens: true,
  });
  return tokens
    .filter(({ kind }) => kind !== "option-terminator")
    .map((token) => (token.kind === "option" ? [token.rawName, token.name, token.value] : token));
}

function byOurs(args: readonly string[]): unknown[] | undefined {
  const tokens = tokenise(args, plan);
  if (tokens.some((token) => token.kind === "option" && token.instead !== undefined)) return undefined;
  return tokens.map((token) => (token.kind === "option" ? [token.typed, token.name, token.value] : token));
}

describe("tokenise", () => {
  it("US-05: takes words apart as Node's parseArgs does", () => {
    const lines = WORDS.flatMap((one) =>
      WORDS.flatMap((two) => [
        [one, two],
        ["word", one, two, "last"],
      ]),
    );
    const compared = lines.filter((line) => byOurs(line) !== undefined);
    expect(compared.length).toBeGreaterThan(1_000);
    for (const line of compared) expect([line, byOurs(line)]).toEqual([line, byNode(line)]);
  });

  it("does not take an option of the line for a value", () => {
    expect(tokenise(["--port", "--quiet"], plan)).toMatchObject([
      { name: "port", value: undefined, instead: "--quiet" },
      { name: "quiet" },
    ]);
    expect(tokenise(["-p", "-vq"], plan)).toMatchObject([
      { instead: "-vq" },
      { name: "verbose" },
      { name: "quiet" },
    ]);
    expect(tokenise(["-p", "--unknown"], plan)).toMatchObject([{ name: "port", value: "--unknown" }]);
  });

  it("takes a very long bundle for one unknown name", () => {
    expect(tokenise([`-${"q".repeat(100_000)}`], plan)).toHaveLength(1);
    expect(tokenise([`-qp${"q".repeat(100_000)}`], plan)).toHaveLength(2);
  });
});
