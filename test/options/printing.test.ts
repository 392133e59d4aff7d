import { Argument, Option, OptionDeclarationError, Parameter, Subcommand } from "appd";
import { FINISH, type Finishing } from "../../src/options/finish";
import { readOptions } from "../../src/options/read-options";
import { shapeOf } from "../../src/options/options-shape";

const read = (cls: new () => object, argv: readonly string[], environment = {}) =>
  readOptions(shapeOf<object>(cls), { command: "tool", argv, environment });

class Listing {
  @Option("List the colours.", { env: false, prints: () => "red\ngreen\n" }) listColours = false;
  @Parameter("Tell about one.", {
    type: String,
    env: false,
    prints: async ({ command, value, options }) =>
      `${command}: ${value ?? ""} of ${(options as Listing).kind}\n`,
  })
  tell?: string;
  @Parameter("Kind.") kind = "colour";
  @Argument("Needed.") file!: string;
}

describe("an option that prints", () => {
  it("ends the reading with its text, whatever else is missing or wrong", async () => {
    expect(await read(Listing, ["--list-colours", "--nonsense"])).toEqual({
      kind: "text",
      text: "red\ngreen\n",
    });
  });

  it("may be asynchronous, and is given its value, the command and the options as they begin", async () => {
    expect(await read(Listing, ["--tell", "red", "--kind", "x"])).toEqual({
      kind: "text",
      text: "tool: red of colour\n",
    });
  });

  it("gives way to --help, and to its own missing value", async () => {
    expect((await read(Listing, ["--list-colours", "--help"])).kind).toBe("help");
    await expect(read(Listing, ["file", "--tell"])).rejects.toThrow("tool: --tell needs a value");
    await expect(read(Listing, ["file", "--list-colours=1"])).rejects.toThrow(
      "--list-colours takes no value",
    );
  });

  it("works in a subcommand", async () => {
    class Outer {
      @Subcommand("List.", () => Listing) list?: Listing;
    }
    expect(await read(Outer, ["list", "--tell", "red"])).toEqual({
      kind: "text",
      text: "tool list: red of colour\n",
    });
  });

  it("is no argument", () => {
    expect(() => {
      class Wrong {
        // @ts-expect-error -- an argument prints nothing
        @Argument("File.", { prints: () => "" }) file!: string;
      }
      return Wrong;
    }).toThrow(OptionDeclarationError);
  });
});

describe("a required option with advice", () => {
  it("adds it to the message", async () => {
    class Needy {
      @Parameter("Colour.", { required: true, advice: "--list-colours lists them" }) colour = "";
    }
    await expect(read(Needy, [])).rejects.toThrow(
      "tool: --colour is required (give --colour <text>, or set APPD_TOOL_COLOUR); --list-colours lists them",
    );
  });
});

describe("what an options class makes of its values", () => {
  class Finished {
    @Parameter("Colour.") colour = "red";
    readonly notes: string[] = [];

    [FINISH]({ command, originOf, warn, hide }: Finishing): void {
      this.notes.push(`${command}: ${this.colour} from ${originOf("colour")?.kind ?? "nowhere"}`);
      warn("a warning");
      hide(this.colour);
    }

    postOptions(): void {
      this.notes.push("postOptions");
    }
  }

  it("is made once they are known to be right, before postOptions", async () => {
    const outcome = await read(Finished, ["--colour", "blue"]);
    expect(outcome).toMatchObject({
      kind: "values",
      options: { notes: ["tool: blue from command line", "postOptions"] },
      warnings: ["a warning"],
      secrets: ["blue"],
    });
    expect(await read(Finished, [])).toMatchObject({
      options: { notes: ["tool: red from nowhere", "postOptions"] },
    });
  });

  it("is not made of values that are wrong", async () => {
    class Strict extends Finished {
      @Parameter("Number.") number = 1;
    }
    await expect(read(Strict, ["--number", "x"])).rejects.toThrow("--number must be a number");
  });
});
