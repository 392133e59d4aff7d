/** Checked by the compiler alone: what must not compile stands below a `@ts-expect-error`. */
import {
  Argument,
  ClientEndpoint,
  describeOptions,
  Endpoint,
  Option,
  Parameter,
  Subcommand,
  type IStreamServerEndpoint,
} from "appd";

enum Level {
  Debug,
  Warn,
}
enum Colour {
  Red = "red",
  Blue = "blue",
}
class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  static parse(text: string): Point {
    const [x, y] = text.split(",").map(Number);
    return new Point(x ?? 0, y ?? 0);
  }
}

export class Accepted {
  @Option("A switch.", { short: "q" }) quiet = false;
  @Option("A counter.", { short: "v", count: true }) verbose = 0;
  @Parameter("A number.", { short: "p" }) port = 1235;
  @Parameter("Text without default.") host?: string;
  @Parameter("Big.") big = 1n;
  @Parameter("A date.", { type: Date }) since?: Date;
  @Parameter("A date.") until = new Date(0);
  @Parameter("An address.", { type: URL }) home: URL | undefined = undefined;
  @Parameter("Text.", { type: String }) text = "";
  @Parameter("A number.", { type: Number }) count: number | null = null;
  @Parameter("A word.", { choices: ["fast", "slow"] }) mode: "fast" | "slow" = "fast";
  @Parameter("A wider field.", { choices: ["fast", "slow"] }) wide: "fast" | "slow" | "off" | undefined =
    "off";
  @Parameter("A number of a list.", { choices: [1, 2] }) step: 1 | 2 = 1;
  @Parameter("Words.", { choices: ["fast", "slow"] }) modes: ("fast" | "slow")[] = [];
  @Parameter("An enum of numbers.", { choices: Level }) level = Level.Warn;
  @Parameter("An enum of texts.", { choices: Colour }) colour?: Colour;
  @Parameter("Enums.", { choices: Colour }) colours: readonly Colour[] = [];
  @Parameter("Names.") names: string[] = [];
  @Parameter("Names.") moreNames?: string[];
  @Parameter("Numbers.", { type: Number }) numbers: number[] = [];
  @Parameter("A point.", { parse: Point.parse }) point?: Point;
  @Parameter("A point.", { type: Point.parse }) place = new Point(0, 0);
  @Parameter("Points.", { type: Point.parse }) places: Point[] = [];
  @Parameter("Numbers or words.") either: string | number = 1;
  @Parameter("Anything.", { parse: JSON.parse }) json?: Record<string, number>;
  @Parameter("Nested, by @Type of class-transformer.") nested = new Point(0, 0);
  @Parameter("Where to listen.", { type: Endpoint }) listen = Endpoint("tcp:1235");
  @Parameter("Where to listen.") open: Endpoint = Endpoint(1235);
  @Parameter("Where else.", { type: Endpoint }) others: IStreamServerEndpoint[] = [];
  @Parameter("What to connect to.", { type: ClientEndpoint }) db?: ClientEndpoint;
  @Argument("A file.") file!: string;
  @Argument("The rest.", { required: false }) rest?: string[];
  @Subcommand("More.", () => Point) more?: Point;
}

export class Refused {
  // @ts-expect-error -- there is no description
  @Option() none = false;
  // @ts-expect-error -- an unknown detail
  @Option("Unknown.", { shrt: "u" }) unknown = false;
  // @ts-expect-error -- words don't fit a number
  @Parameter("Words.", { choices: ["a", "b"] }) words = 1;
  // @ts-expect-error -- the choices are wider than the field
  @Parameter("Wider.", { choices: ["a", "b", "c"] }) wider: "a" | "b" = "a";
  // @ts-expect-error -- another type
  @Parameter("Other.", { type: Number }) other = "";
  // @ts-expect-error -- another type
  @Parameter("Date.", { type: Date }) date = "";
  // @ts-expect-error -- an endpoint is no number
  @Parameter("Where to listen.", { type: Endpoint }) listen = 1235;
  // @ts-expect-error -- servers' endpoints and clients' are not the same
  @Parameter("What to connect to.", { type: ClientEndpoint }) db = Endpoint(1235);
  // @ts-expect-error -- parse makes points
  @Parameter("Point.", { parse: Point.parse }) point = "";
  // @ts-expect-error -- a list of points
  @Parameter("Points.", { parse: Point.parse }) points: string[] = [];
  // @ts-expect-error -- a count is a number
  @Option("Count.", { count: true }) count = false;
  // @ts-expect-error -- a list of numbers must say that they are numbers
  @Parameter("Numbers.") numbers: number[] = [];
  // @ts-expect-error -- which words are allowed has to be said
  @Parameter("Union.") union: "a" | "b" = "a";
  // @ts-expect-error -- an enum of texts needs its choices
  @Parameter("Enum.") colour = Colour.Red;
  // @ts-expect-error -- so does one of numbers
  @Parameter("Enum.") warn = Level.Warn;
  // @ts-expect-error -- and numbers of a list
  @Parameter("Union.") step: 1 | 2 = 1;
  // @ts-expect-error -- another enum
  @Parameter("Enum.", { choices: Level }) level = Colour.Red;
  // @ts-expect-error -- options are public
  @Parameter("Private.") private hidden = "";
  // @ts-expect-error -- a parameter can't be counted
  @Parameter("Counter.", { count: true }) counted = 0;
  // @ts-expect-error -- an argument has no short name
  @Argument("Short.", { short: "s" }) short = "";
  // @ts-expect-error -- the field can't be empty
  @Subcommand("More.", () => Point) more: Point = new Point(0, 0);
  // @ts-expect-error -- another class
  @Subcommand("More.", () => Date) others?: Point;
  shown(): string {
    return this.hidden;
  }
}

const described = describeOptions({
  port: { help: "The port.", default: 1235 },
  host: { help: "The host." },
  mode: { help: "A word.", choices: ["fast", "slow"] },
  modes: { help: "Words.", choices: ["fast", "slow"], many: true },
  sure: { help: "A word.", choices: ["fast", "slow"], default: "fast" },
  numbers: { help: "Numbers.", type: Number, default: [] },
  level: { help: "An enum.", choices: Level },
  verbose: { help: "A counter.", count: true, default: 0 },
  quiet: { help: "A switch.", default: false },
  since: { help: "A date.", type: Date },
  point: { help: "A point.", parse: Point.parse },
  origin: { help: "Made anew.", default: () => new Point(0, 0) },
  listen: { help: "Where to listen.", type: Endpoint, default: Endpoint(1235) },
  names: { help: "Names.", default: ["a"] },
  add: { help: "Add.", subcommand: { size: { help: "How much.", default: 1 } } },
  remove: { help: "Remove.", subcommand: () => described2 },
});
const described2 = describeOptions({ all: { help: "All.", default: true } });

export function typed(options = described.create()): unknown[] {
  const numbers: number[] = [options.port, options.verbose, options.add?.size ?? 0, ...options.numbers];
  const texts: (string | undefined)[] = [options.host, ...options.names];
  const modes: ("fast" | "slow" | undefined)[] = [options.mode, options.sure, ...(options.modes ?? [])];
  const switches: boolean[] = [options.quiet, options.remove?.all ?? false];
  const level: Level | undefined = options.level;
  const since: Date | undefined = options.since;
  const listen: IStreamServerEndpoint = options.listen;
  const points: (Point | undefined)[] = [options.point, options.origin];
  // @ts-expect-error -- it may not be given
  const host: string = options.host;
  // @ts-expect-error -- nobody described it
  const other: unknown = options.other;
  return [listen, numbers, texts, modes, switches, level, since, points, host, other];
}

// @ts-expect-error -- no description
describeOptions({ port: { default: 1 } });
