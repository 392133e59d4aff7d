import { Argument, Option, Parameter, Subcommand } from "../../src/options/decorators";
import { describeOptions } from "../../src/options/describe-options";
import { OptionDeclarationError } from "../../src/options/errors";
import { shapeOf, type OptionsShape } from "../../src/options/options-shape";
import { faults, help, inBothWays, read } from "./harness";

/** Both ways of writing the same mistake, and what it is told. */
function refuses(what: string, message: RegExp, ways: readonly (() => unknown)[]): void {
  it.each(ways.map((way, index) => [index === 0 ? "from decorators" : "from plain data", way] as const))(
    `refuses ${what}, %s`,
    (_, way) => {
      expect(way).toThrow(OptionDeclarationError);
      expect(way).toThrow(message);
    },
  );
}

refuses(
  "two options of one short name when the class is declared",
  /\.host can't be -p: .*\.port is already/,
  [
    () => {
      class Twice {
        @Parameter("One.", { short: "p" }) port = 1;
        @Parameter("Two.", { short: "p" }) host = "";
      }
      return Twice;
    },
    () => describeOptions({ port: { help: "One.", short: "p" }, host: { help: "Two.", short: "p" } }),
  ],
);

refuses("US-09: two options of one long name", /\.maxConns can't be --max-conns: .*\.other is already/, [
  () => {
    class Twice {
      @Parameter("One.", { name: "max-conns" }) other = 1;
      @Parameter("Two.") maxConns = 1;
    }
    return Twice;
  },
  () => describeOptions({ other: { help: "One.", name: "max-conns" }, maxConns: { help: "Two." } }),
]);

refuses("two subcommands of one name or alias", /\.list can't be the subcommand a: .*\.add is already/, [
  () => {
    class Twice {
      @Subcommand("One.", () => Twice, { alias: "a" }) add?: Twice;
      @Subcommand("Two.", () => Twice, { name: "a" }) list?: Twice;
    }
    return Twice;
  },
  () =>
    describeOptions({
      add: { help: "One.", alias: "a", subcommand: {} },
      list: { help: "Two.", name: "a", subcommand: {} },
    }),
]);

refuses("two default subcommands", /\.list can't be the default subcommand: .*\.add is already/, [
  () => {
    class Twice {
      @Subcommand("One.", () => Twice, { default: true }) add?: Twice;
      @Subcommand("Two.", () => Twice, { default: true }) list?: Twice;
    }
    return Twice;
  },
  () =>
    describeOptions({
      add: { help: "One.", default: true, subcommand: {} },
      list: { help: "Two.", default: true, subcommand: {} },
    }),
]);

refuses("US-02, US-08: an option without description", /\.port has no description/, [
  () => {
    class Silent {
      @Parameter(" ") port = 1;
    }
    return Silent;
  },
  () => describeOptions({ port: { default: 1 } as never }),
]);

refuses("US-02: a name that nobody could type", /\.\$port can't be called \$port: a name is a small letter/, [
  () => {
    class Odd {
      @Parameter("One.") $port = 1;
    }
    return Odd;
  },
  () => describeOptions({ $port: { help: "One." } }),
]);

refuses("a short name that is no letter or digit", /\.port: short is one letter or digit, not pp/, [
  () => {
    class Odd {
      @Parameter("One.", { short: "pp" }) port = 1;
    }
    return Odd;
  },
  () => describeOptions({ port: { help: "One.", short: "pp" } }),
]);

refuses("a name that is appd's own", /\.help can't be --help: that is appd's own/, [
  () => {
    class Odd {
      @Option("One.") help = false;
    }
    return Odd;
  },
  () => describeOptions({ help: { help: "One.", default: false } }),
]);

refuses("an unknown detail", /\.port: nobody knows a detail called shrt \(did you mean "short"\?\)/, [
  () => {
    class Odd {
      // @ts-expect-error -- so does the compiler
      @Parameter("One.", { shrt: "p" }) port = 1;
    }
    return Odd;
  },
  () => describeOptions({ port: { help: "One.", shrt: "p" } as never }),
]);

refuses("two ways of reading one text", /\.port says choices and parse/, [
  () => {
    class Odd {
      @Parameter("One.", { choices: [1], parse: Number }) port = 1;
    }
    return Odd;
  },
  () => describeOptions({ port: { help: "One.", choices: [1], parse: Number } }),
]);

refuses("an argument beside a subcommand", /\.file: a class with subcommands takes no arguments/, [
  () => {
    class Odd {
      @Subcommand("One.", () => Odd) add?: Odd;
      @Argument("Two.") file = "";
    }
    return Odd;
  },
  () => describeOptions({ add: { help: "One.", subcommand: {} }, file: { help: "Two.", argument: true } }),
]);

describe("by hand", () => {
  it("says what to set when the compiler calls a decorator as a standard one", () => {
    const standard = { kind: "field", name: "port" } as unknown as string;
    const call = Parameter("One.") as unknown as (target: object | undefined, field: string) => void;
    expect(() => call(undefined, standard)).toThrow(
      '@Parameter was called as a standard decorator: set "experimentalDecorators" and "emitDecoratorMetadata" in tsconfig.json',
    );
  });

  it("refuses a static field and a field that is decorated twice", () => {
    expect(() => {
      class Odd {
        @Option("One.") static one = false;
      }
      return Odd;
    }).toThrow("Odd.one is static: @Option is for fields of instances");
    expect(() => {
      class Odd {
        @Option("One.") @Parameter("Two.") one = "";
      }
      return Odd;
    }).toThrow("Odd.one is declared twice");
  });

  it("works on a prototype, for mixins", async () => {
    class Mixed {
      host = "here";
    }
    Parameter("The host.", { short: "h" })(Mixed.prototype, "host");
    expect(await read(shapeOf(Mixed), "-h there")).toEqual({ host: "there" });
  });
});

describe("what only the instance shows", () => {
  const said = (shape: OptionsShape) => expect(faults(shape, "")).resolves;

  it("refuses a type that can't be seen", async () => {
    class Unseen {
      @Parameter("One.") either?: string | number;
    }
    await said(shapeOf(Unseen)).toEqual([
      "the type of Unseen.either can't be seen: give it an initial value, or say its { type }, { choices } or { parse }",
    ]);
  });

  it("refuses arguments in an order that can't be filled", async () => {
    class Late {
      @Argument("One.") one = "";
      @Argument("Two.") two!: string;
    }
    class Rest {
      @Argument("One.") one: string[] = [];
      @Argument("Two.") two = "";
    }
    await said(shapeOf(Late)).toEqual(["Late.two is required but comes after Late.one, which is not"]);
    await said(shapeOf(Rest)).toEqual(["Rest.one takes the rest: it must be the last argument"]);
  });

  it("refuses an option that another's --no- would be", async () => {
    class Negated {
      @Option("One.") cache = true;
      @Option("Two.") noCache = false;
    }
    await said(shapeOf(Negated)).toEqual([
      "Negated.noCache can't be --no-cache: that turns off Negated.cache",
    ]);
  });

  it("says that a subcommand's class is not there", async () => {
    class Early {
      @Subcommand("One.", () => undefined as never) one?: Early;
    }
    expect(await faults(shapeOf(Early), "one")).toEqual([
      "Early.one: its options class is not there yet: do two files import each other?",
    ]);
  });
});

class Base {
  @Parameter("The port.", { short: "p" }) port = 1;
  @Parameter("The host.", { short: "H" }) host = "here";
}
class Child extends Base {
  @Option("Say more.", { short: "v" }) verbose = false;
  @Parameter("Another port.", { short: "P", env: false }) override port = 2;
  override host = "there";
}
const child = describeOptions({
  port: { help: "Another port.", short: "P", env: false, default: 2 },
  host: { help: "The host.", short: "H", default: "there" },
  verbose: { help: "Say more.", short: "v", default: false },
});

inBothWays(Child, child, (shape) => {
  it("US-09: inherits options, and one declared again replaces its parent's in its place", async () => {
    expect(await read(shape, "-P 3 -H x -v")).toMatchObject({ port: 3, host: "x", verbose: true });
    expect(await faults(shape, "-p 3")).toEqual(['myproject: unknown option -p (did you mean "-P"?)']);
    expect((await help(shape)).split("\n").slice(5, 8)).toEqual([
      "  -P, --port <number>  Another port. [default: 2]",
      "  -H, --host <text>    The host. [default: there] [env: APPD_MYPROJECT_HOST]",
      "  -v, --verbose        Say more. [env: APPD_MYPROJECT_VERBOSE]",
    ]);
  });
});

describe("inheritance", () => {
  it("US-09: leaves the parent as it was", async () => {
    expect(await read(shapeOf(Base), "-p 3")).toEqual({ port: 3, host: "here" });
    expect(shapeOf(Base).fields.map(({ field }) => field)).toEqual(["port", "host"]);
  });

  it("US-09: lets a subclass take a name that it took from its parent's field", async () => {
    class Swapped extends Base {
      @Parameter("Path.", { short: "p" }) path = "";
      @Parameter("The port.") override port = 3;
    }
    expect(await read(shapeOf(Swapped), "-p x --port 4")).toMatchObject({ path: "x", port: 4 });
  });

  it("US-09: refuses a subclass whose option takes another field's name", () => {
    class Clash extends Base {
      @Parameter("Path.", { short: "p" }) path = "";
    }
    expect(() => shapeOf(Clash)).toThrow("Clash.path can't be -p: Clash.port is already");
  });

  it("mixes options into any class", async () => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript asks for it in a mixin
    const withAuth = <B extends new (...args: any[]) => object>(base: B) => {
      class WithAuth extends base {
        @Parameter("Whom to ask.") auth: string[] = [];
      }
      return WithAuth;
    };
    class Mixed extends withAuth(Base) {
      @Option("Say more.") verbose = false;
    }
    expect(await read(shapeOf(Mixed), "-p 3 --auth a --verbose")).toEqual({
      port: 3,
      host: "here",
      auth: ["a"],
      verbose: true,
    });
  });
});
