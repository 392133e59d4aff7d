/** Every test of options runs twice: from decorated fields and from the same options as plain data. */
import { AppdError, Faults } from "../../src/base/errors";
import type { AnyClass } from "../../src/metadata/metadata";
import type { CommandLine } from "../../src/options/command-line";
import { shapeOf, type OptionsShape } from "../../src/options/options-shape";
import { readOptions, type Outcome } from "../../src/options/read-options";
import { renderHelp, type HelpStyle } from "../../src/options/render-help";

export function inBothWays<T extends object>(
  type: AnyClass<T>,
  described: OptionsShape,
  tests: (shape: OptionsShape<T>) => void,
): void {
  describe("from decorators", () => tests(shapeOf(type)));
  describe("from plain data", () => tests(described as OptionsShape<T>));
}

export type Line = Partial<CommandLine>;

export function outcome<T extends object>(
  shape: OptionsShape<T>,
  argv: readonly string[],
  line: Line = {},
): Promise<Outcome<T>> {
  return readOptions(shape, { command: "myproject", environment: {}, ...line, argv });
}

/** The options that a line gives, or its fault thrown. */
export async function read<T extends object>(shape: OptionsShape<T>, argv: string, line?: Line): Promise<T> {
  const found = await outcome(shape, words(argv), line);
  if (found.kind !== "values") throw new Error(`asked for ${found.kind}`);
  return found.options;
}

/** The lines that a person sees. */
export async function faults(
  shape: OptionsShape,
  argv: string | readonly string[],
  line?: Line,
): Promise<string[]> {
  return (await errors(shape, argv, line)).map(({ message }) => message);
}

export async function errors(
  shape: OptionsShape,
  argv: string | readonly string[],
  line?: Line,
): Promise<readonly AppdError[]> {
  try {
    await outcome(shape, typeof argv === "string" ? words(argv) : argv, line);
    return [];
  } catch (error) {
    if (error instanceof Faults) return error.faults;
    if (error instanceof AppdError) return [error];
    throw error;
  }
}

export async function help(
  shape: OptionsShape,
  argv = "--help",
  style: Partial<HelpStyle & Line> = {},
): Promise<string> {
  const found = await outcome(shape, words(argv), style);
  if (found.kind !== "help") throw new Error(`no help: ${found.kind}`);
  return renderHelp(found.help, {
    width: 80,
    colour: false,
    program: "appd",
    description: "It serves.",
    ...style,
  });
}

/** Words parted by blanks; `''` is the empty one. */
const words = (line: string): string[] =>
  line
    .split(" ")
    .filter(Boolean)
    .map((one) => (one === "''" ? "" : one));
