import { Transform, Type } from "class-transformer";
import {
  IsArray,
  IsEmail,
  IsInt,
  IsNotEmpty,
  IsOptional,
  Max,
  Min,
  MinLength,
  Validate,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from "class-validator";
import { Option, Parameter, Subcommand } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { errors, faults, inBothWays, read } from "./harness";

/** Answers later, as a look into a database would. */
@ValidatorConstraint({ async: true })
class IsFree implements ValidatorConstraintInterface {
  validate(name: string): Promise<boolean> {
    return Promise.resolve(name !== "root");
  }
  defaultMessage(): string {
    return `"$value" is taken`;
  }
}

class Point {
  @IsInt() x = 0;
  @IsInt() @Max(9) y = 0;
}

class Judged {
  @Parameter("The port.", { short: "p" }) @IsInt() @Min(0) @Max(65535) port = 1235;
  @Parameter("Whom to tell.") @IsEmail() mail?: string;
  @Parameter("Whom else to tell.") @IsOptional() @IsEmail() copy?: string;
  @Parameter("A name.") @IsNotEmpty() @MinLength(2) name = "me";
  @Parameter("Who runs it.") @Validate(IsFree) user = "nobody";
  @Parameter("A list.", { type: Number }) @IsArray() @IsInt({ each: true }) list: number[] = [];
  @Parameter("A rule in words.") @Max(3, { message: "three is enough" }) tries = 3;
  @Parameter("Where.") @Type(() => Point) @ValidateNested() origin = new Point();
  @Parameter("Where else.") @Type(() => Point) @ValidateNested({ each: true }) points: Point[] = [];
  unseen = "no option";
}

const described = describeOptions({
  port: { help: "The port.", short: "p", default: 1235, decorators: [IsInt(), Min(0), Max(65535)] },
  mail: { help: "Whom to tell.", decorators: [IsEmail()] },
  copy: { help: "Whom else to tell.", decorators: [IsOptional(), IsEmail()] },
  name: { help: "A name.", default: "me", decorators: [IsNotEmpty(), MinLength(2)] },
  user: { help: "Who runs it.", default: "nobody", decorators: [Validate(IsFree)] },
  list: { help: "A list.", type: Number, default: [], decorators: [IsArray(), IsInt({ each: true })] },
  tries: { help: "A rule in words.", default: 3, decorators: [Max(3, { message: "three is enough" })] },
  origin: { help: "Where.", default: () => new Point(), decorators: [Type(() => Point), ValidateNested()] },
  points: {
    help: "Where else.",
    default: [],
    decorators: [Type(() => Point), ValidateNested({ each: true })],
  },
});

const OK = "--mail a@b.org";

inBothWays(Judged, described, (shape) => {
  it("accepts what its constraints accept, and fields without any", async () => {
    expect(await read(shape, `${OK} -p 0 --list 1 --list 2`)).toMatchObject({
      port: 0,
      list: [1, 2],
      mail: "a@b.org",
    });
  });

  it("US-05: says what a constraint says, in the option's own name, with the value and its origin", async () => {
    expect(await faults(shape, `${OK} -p 70000`)).toEqual([
      "myproject: --port must not be greater than 65535, got 70000 (from the command line)",
    ]);
    expect(await faults(shape, OK, { environment: { APPD_MYPROJECT_PORT: "70000" } })).toEqual([
      "myproject: --port must not be greater than 65535, got 70000 (from APPD_MYPROJECT_PORT)",
    ]);
    expect(await errors(shape, `${OK} -p 70000`)).toMatchObject([{ code: "APPD_REFUSED_VALUE" }]);
  });

  it("reports every fault at once: malformed, refused, unknown and missing", async () => {
    expect(await faults(shape, "-p 1.5 --tries 4 --list x --copy you --nmae y")).toEqual([
      'myproject: unknown option --nmae (did you mean "--name"?)',
      'myproject: --list must be a number, got "x" (from the command line)',
      "myproject: --port must be an integer number, got 1.5 (from the command line)",
      "myproject: --mail is required (give --mail <text>, or set APPD_MYPROJECT_MAIL)",
      'myproject: --copy must be an email, got "you" (from the command line)',
      "myproject: --tries: three is enough, got 4 (from the command line)",
    ]);
  });

  it("reports an absent option whose constraints refuse undefined as missing", async () => {
    expect(await errors(shape, "")).toMatchObject([{ code: "APPD_MISSING_OPTION" }]);
  });

  it("tells several constraints of one option in the order in which they are written", async () => {
    expect(await faults(shape, `${OK} --name ''`)).toEqual([
      'myproject: --name should not be empty, got "" (from the command line)',
      'myproject: --name must be longer than or equal to 2 characters, got "" (from the command line)',
    ]);
  });

  it("judges each value of a list", async () => {
    expect(await faults(shape, `${OK} --list 1 --list 2.5`)).toEqual([
      "myproject: each value in --list must be an integer number, got [1, 2.5] (from the command line)",
    ]);
  });

  it("waits for a constraint that answers later", async () => {
    expect(await faults(shape, `${OK} --user root`)).toEqual([
      'myproject: --user: "root" is taken, got "root" (from the command line)',
    ]);
  });

  it("builds a nested class by @Type from JSON and judges it by @ValidateNested", async () => {
    const options = await read(shape, `${OK} --origin {"x":1} --points {"x":2,"y":3}`);
    expect(options.origin).toBeInstanceOf(Point);
    expect(options.origin).toEqual({ x: 1, y: 0 });
    expect(options.points[0]).toBeInstanceOf(Point);
    expect(await faults(shape, `${OK} --origin {"x":1.5,"y":10} --points {} --points {"y":-0.5}`)).toEqual([
      "myproject: --origin.x must be an integer number, got 1.5 (from the command line)",
      "myproject: --origin.y must not be greater than 9, got 10 (from the command line)",
      "myproject: --points[1].y must be an integer number, got -0.5 (from the command line)",
    ]);
    expect(await faults(shape, `${OK} --origin {x:1}`)).toEqual([
      'myproject: --origin must be a JSON object, got "{x:1}" (from the command line)',
    ]);
  });
});

class Inner {
  @Parameter("A number.") @Max(3) number = 1;
}
class Outer {
  @Parameter("A number.") @Max(3) number = 1;
  @Subcommand("More.", () => Inner) @ValidateNested() more?: Inner;
}

inBothWays(
  Outer,
  describeOptions({
    number: { help: "A number.", default: 1, decorators: [Max(3)] },
    more: {
      help: "More.",
      subcommand: { number: { help: "A number.", default: 1, decorators: [Max(3)] } },
    },
  }),
  (shape) => {
    it("judges each subcommand once, in its own name", async () => {
      expect(await faults(shape, "--number 4 more --number 5")).toEqual([
        "myproject: --number must not be greater than 3, got 4 (from the command line)",
        "myproject more: --number must not be greater than 3, got 5 (from the command line)",
      ]);
    });
  },
);

class Plain {
  @Parameter("The port.") port = 1;
  @Parameter("Later.") later?: string;
}

const even = (port: number) => port % 2 === 1 || "must be odd";
inBothWays(
  Plain,
  describeOptions({
    port: { help: "The port.", default: 1 },
    later: { help: "Later." },
  }),
  (shape) => {
    it("asks nobody when a class declares no constraint", async () => {
      expect(await read(shape, "--port 2")).toMatchObject({ port: 2 });
    });
  },
);

describe("check, in plain data", () => {
  const shape = describeOptions({
    port: { help: "The port.", default: 1, check: even },
    name: { help: "A name.", check: (name: string) => Promise.resolve(name !== "x") },
    file: {
      help: "A file.",
      check: (file: string, { port }: { port: number }) => {
        if (file !== `${port}`) throw new Error("no such file");
      },
    },
  });

  it("refuses with the text that it returns, by false, and by what it throws", async () => {
    expect(await faults(shape, "--port 2 --name x --file y")).toEqual([
      "myproject: --port must be odd, got 2 (from the command line)",
      'myproject: --name is refused, got "x" (from the command line)',
      'myproject: --file is refused: no such file, got "y" (from the command line)',
    ]);
    expect(await faults(shape, "--port 3 --file 3")).toEqual([]);
  });
});

class Turned {
  @Parameter("A word.") @Transform(({ value }: { value: string }) => value.trim().toLowerCase()) word =
    "Initial ";
  @Parameter("An address.", { type: URL })
  @Transform(({ value }: { value: URL }) => value.host)
  host: unknown = "none";
  @Parameter("Numbers.") @Type(() => Number) numbers: unknown[] = [];
  @Parameter("A number.") @Transform(({ value }: { value: number }) => twice(value)) number = 1;
  @Option("A switch.") @Transform(({ value }: { value: boolean }) => (value ? "on" : "off")) flag: unknown =
    false;
}

function twice(value: number): number {
  if (value > 9) throw new Error("too much");
  return value * 2;
}

inBothWays(
  Turned,
  describeOptions({
    word: {
      help: "A word.",
      default: "Initial ",
      decorators: [Transform(({ value }: { value: string }) => value.trim().toLowerCase())],
    },
    host: {
      help: "An address.",
      type: URL,
      default: "none",
      decorators: [Transform(({ value }: { value: URL }) => value.host)],
    },
    numbers: { help: "Numbers.", default: [], decorators: [Type(() => Number)] },
    number: {
      help: "A number.",
      default: 1,
      decorators: [Transform(({ value }: { value: number }) => twice(value))],
    },
    flag: {
      help: "A switch.",
      default: false,
      decorators: [Transform(({ value }: { value: boolean }) => (value ? "on" : "off"))],
    },
  }),
  (shape) => {
    it("hands only what was given to @Transform, already as its type", async () => {
      expect(await read(shape, "")).toMatchObject({ word: "Initial ", host: "none", number: 1, flag: false });
      expect(await read(shape, "--word ABC --host http://a:1/b --number 4 --flag")).toMatchObject({
        word: "abc",
        host: "a:1",
        number: 8,
        flag: "on",
      });
    });

    it("reads by @Type as strictly as by type", async () => {
      expect(await read(shape, "--numbers 1 --numbers 2")).toMatchObject({ numbers: [1, 2] });
      expect(await faults(shape, "--numbers 0x10")).toHaveLength(1);
    });

    it("shows what a @Transform throws", async () => {
      expect(await faults(shape, "--number 10")).toEqual([
        'myproject: --number: too much, got "10" (from the command line)',
      ]);
    });
  },
);
