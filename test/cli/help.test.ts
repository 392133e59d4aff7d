import { GLOBAL_OPTIONS } from "../../src/cli/global-options";
import { renderGlobalHelp } from "../../src/cli/help";

const commands = [
  { name: "web", description: "Serves files." },
  { name: "myproject", description: "Run this! It'll make your dog happy." },
];
const page = (width: number, colour = false): string => renderGlobalHelp({ commands, width, colour });

describe("appd --help", () => {
  it("US-25: lists the commands with their descriptions, then appd's own", () => {
    expect(page(80)).toMatch(/Commands:\n {2}web {8}Serves files\.\n {2}myproject {2}Run this!/);
    expect(page(80)).toMatch(/ {2}plugins {2,}List every plugin file/);
  });

  it.each([10, 40, 80, 120])("US-21: keeps within %d columns", (width) => {
    const long = page(width)
      .split("\n")
      .filter((line) => line.length > width);
    expect(long).toEqual([]);
  });

  it("shows each option once, under a heading", () => {
    const shown = page(200)
      .match(/^ {2}(?:-\w, | {4})--[\w-]+/gm)
      ?.map((row) => row.slice(8));
    expect(shown?.toSorted()).toEqual(Object.keys(GLOBAL_OPTIONS).toSorted());
    expect(page(80)).toMatch(/\n\nAs a daemon:\n {2}-D, --daemon {2,}Run in the background/);
  });

  it("says what to do where there is no maker", () => {
    expect(renderGlobalHelp({ commands: [], width: 80, colour: false })).toContain("No makers yet");
  });

  it("sets headings in bold only where it may", () => {
    expect(page(80)).not.toContain("\u001b");
    expect(page(80, true)).toContain("\u001b[1mCommands:\u001b[22m");
  });
});
