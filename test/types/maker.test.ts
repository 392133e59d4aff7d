import {
  describeMaker,
  Implements,
  Interface,
  IService,
  Parameter,
  Service,
  ServiceMaker,
  type IServiceMaker,
} from "appd";
import { testMaker } from "appd/testing";

/* What must not compile stands below `@ts-expect-error`: `tsc -p tsconfig.json` is the judge. */

class ServerOptions {
  @Parameter("The port.") port = 1234;
}

class OtherOptions {
  @Parameter("The host.") host = "localhost";
}

class MoreOptions extends ServerOptions {
  @Parameter("The host.") host = "localhost";
}

@ServiceMaker("a", "Its own fields.")
class Own {
  @Parameter("The port.") port = 1234;
  makeService(options: Own): IService {
    return new Web(options.port);
  }
}

@ServiceMaker("b", "An options class, promised.", { options: ServerOptions })
class Apart {
  async makeService(options: ServerOptions): Promise<IService> {
    return new Web(options.port);
  }
}

@ServiceMaker("c", "A thunk.", { options: () => ServerOptions })
class Thunk {
  makeService(options: ServerOptions): Service {
    return new Web(options.port);
  }
}

@ServiceMaker("d", "The parameter is left out.", { options: ServerOptions })
class LeftOut {
  makeService(): IService {
    return new Web(1);
  }
}

// @ts-expect-error -- another options class
@ServiceMaker("e", "Wrong options.", { options: ServerOptions })
class WrongOptions {
  makeService(options: OtherOptions): IService {
    return new Web(options.host.length);
  }
}

// @ts-expect-error -- an options class that has more than it is given
@ServiceMaker("f", "Too much.", { options: ServerOptions })
class TooMuch {
  makeService(options: MoreOptions): IService {
    return new Web(options.port);
  }
}

// @ts-expect-error -- a thunk of another options class
@ServiceMaker("g", "Wrong thunk.", { options: () => ServerOptions })
class WrongThunk {
  makeService(options: OtherOptions): IService {
    return new Web(options.host.length);
  }
}

// @ts-expect-error -- what it gives is no service
@ServiceMaker("h", "No service.")
class NoService {
  makeService(): string {
    return "web";
  }
}

// @ts-expect-error -- it makes nothing
@ServiceMaker("i", "Nothing.")
class MakesNothing {}

/** Refused at run time as well. */
export function refusedTwice(): unknown[] {
  // @ts-expect-error -- a detail that nobody knows
  @ServiceMaker("j", "Unknown.", { option: ServerOptions })
  class UnknownDetail {
    makeService(): IService {
      return new Web(1);
    }
  }
  // @ts-expect-error -- no description
  @ServiceMaker("k")
  class NoDescription {
    makeService(): IService {
      return new Web(1);
    }
  }
  return [UnknownDetail, NoDescription];
}

class Web extends Service {
  constructor(readonly port: number) {
    super();
  }
}

@Interface("name")
abstract class IStore {
  abstract readonly name: string;
}

@Implements(IStore)
class Store implements IStore {
  readonly name = "store";
}

/** Functions only: what they do is not of interest here. */
export async function apps(described: IServiceMaker<ServerOptions>): Promise<unknown[]> {
  const own: Own = (await testMaker(Own).start()).options;
  const apart: ServerOptions = (await testMaker(Apart).start()).options;
  const thunk: ServerOptions = (await testMaker(Thunk).start()).options;
  const given: ServerOptions = (await testMaker(described).start()).options;
  // @ts-expect-error -- the options of Apart have no host
  const wrong: OtherOptions = (await testMaker(Apart).start()).options;
  testMaker(Own).override(IStore, { useClass: Store }).override(IStore, { useValue: new Store() });
  testMaker(Own).override(IStore, { useFactory: async () => ({ name: "made" }) });
  // @ts-expect-error -- no store
  testMaker(Own).override(IStore, { useValue: { title: "x" } });
  // @ts-expect-error -- no store
  testMaker(Own).override(IStore, { useClass: Web });
  // @ts-expect-error -- no maker
  testMaker(Store);
  return [own, apart, thunk, given, wrong];
}

export const described = (): IServiceMaker<ServerOptions>[] => [
  describeMaker({
    tapname: "l",
    description: "L.",
    options: ServerOptions,
    makeService: ({ port }) => new Web(port),
  }),
  describeMaker({
    tapname: "m",
    description: "M.",
    options: { port: { help: "The port.", default: 1 } },
    makeService: ({ port }) => new Web(port),
  }),
  // @ts-expect-error -- what it gives is no service
  describeMaker({ tapname: "n", description: "N.", options: ServerOptions, makeService: () => "web" }),
];

it("makers: what must compile compiles, what must not does not (judged by tsc)", () => {
  const refused = [WrongOptions, TooMuch, WrongThunk, NoService, MakesNothing];
  expect([...refused, LeftOut].every((cls) => typeof cls === "function")).toBe(true);
});
