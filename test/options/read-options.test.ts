import { Argument, Option, Parameter } from "../../src/options/decorators";
import { shapeOf } from "../../src/options/options-shape";
import { readOptions } from "../../src/options/read-options";
import { renderHelp } from "../../src/options/render-help";

class Thin {
  @Parameter("The port number to listen on.", { short: "p" })
  port = 1235;
  @Option("Say less.", { short: "q" })
  quiet = false;
  @Option("Say more.", { short: "v", count: true })
  verbose = 0;
  @Argument("What to serve.")
  files: string[] = [];
}

const read = (...argv: string[]) => readOptions(shapeOf(Thin), { command: "thin", argv, environment: {} });

it("US-10: reads bundles and words", async () => {
  await expect(read("-vqp81", "a", "--", "-b")).resolves.toMatchObject({
    options: { port: 81, quiet: true, verbose: 1, files: ["a", "-b"] },
  });
});

it("refuses a number that is none", async () => {
  await expect(read("--port", "http")).rejects.toThrow(
    'thin: --port must be a number, got "http" (from the command line)',
  );
});

it("shows help", async () => {
  const outcome = await read("--help");
  if (outcome.kind !== "help") throw new Error("no help");
  const page = renderHelp(outcome.help, { width: 80, colour: false, program: "appd", description: "Thin." });
  expect(page).toContain("-p, --port <number>         The port number to listen on. [default: 1235]");
});
