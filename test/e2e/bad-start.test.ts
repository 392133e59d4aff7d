/** What can't start gets one line that says why, an exit status that says whose fault it is, and leaves nothing open. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { example, firstLine, isRoot, NOBODY, Project, type Ended } from "./harness";

const MAKERS = `
import { MultiService, Service, ServiceMaker, TCPServer } from "appd";

@ServiceMaker("throwing", "Its makeService throws.")
export class Throwing {
  makeService(): Service {
    throw new Error("out of luck");
  }
}

@ServiceMaker("throwing-text", "Its makeService throws something that is no Error.")
export class ThrowingText {
  makeService(): Service {
    throw "out of luck";
  }
}

@ServiceMaker("rejecting", "Its makeService rejects.")
export class Rejecting {
  async makeService(): Promise<Service> {
    throw new Error("out of luck");
  }
}

@ServiceMaker("nothing", "Its makeService returns nothing.")
export class Nothing {
  makeService(): Service {
    return undefined as never;
  }
}

@ServiceMaker("no-service", "Its makeService returns something else.")
export class NoService {
  makeService(): Service {
    return { port: 80 } as never;
  }
}

class First extends TCPServer {
  override async stopService(): Promise<void> {
    await super.stopService();
    console.error("the first has stopped");
  }
}

class Second extends Service {
  override async startService(): Promise<void> {
    throw new Error("the disk is full");
  }
}

@ServiceMaker("half", "Its second service does not start.")
export class Half {
  makeService(): Service {
    const all = new MultiService();
    all.addService(new First(0, (socket) => socket.end()));
    all.addService(new Second());
    return all;
  }
}
`;

const GRAPHS = `
import { Implements, injectable, Interface, Service, ServiceMaker } from "appd";

class Options {}

@Interface("lay")
abstract class IHen {
  abstract lay(): void;
}

@injectable()
class Egg {
  constructor(readonly hen: IHen) {}
}

@Implements(IHen)
class Hen implements IHen {
  constructor(readonly egg: Egg) {}
  lay(): void {}
}

@ServiceMaker("circle", "Which was first?", { options: Options, providers: [{ token: IHen, useClass: Hen }] })
export class Farm {
  constructor(readonly egg: Egg) {}
  makeService(): Service {
    return new Service();
  }
}

@ServiceMaker("unbound", "Nobody says what a hen is.", { options: Options })
export class EmptyFarm {
  constructor(readonly egg: Egg) {}
  makeService(): Service {
    return new Service();
  }
}
`;

let project: Project;
beforeAll(() => {
  project = new Project({
    ...example("myproject"),
    "plugins/makers.ts": MAKERS,
    "plugins/graphs.ts": GRAPHS,
  });
});
afterAll(() => project.remove());

const fault = (status: number, line: string): Ended => ({
  status,
  signal: null,
  stdout: "",
  stderr: `appd: ${line}\n`,
});

describe("a port", () => {
  let holder: Server;
  let port: number;
  beforeAll(async () => {
    holder = createServer((socket) => socket.end("taken")).listen(0);
    await once(holder, "listening");
    ({ port } = holder.address() as AddressInfo);
  });
  afterAll(() => holder.close());

  it("W-04: that is in use is reported with who has it, and 69", async () => {
    expect(await project.appd(["myproject", "--port", String(port)])).toEqual(
      fault(
        69,
        `can't listen on port ${port}: it is in use already, by process ${process.pid} (node); stop that, or choose another`,
      ),
    );
    expect(await firstLine(port)).toBe("taken");
  });

  (isRoot ? it : it.skip)("below 1024 is not permitted to an ordinary user, and 77", async () => {
    expect(await project.appd(["myproject", "--port", "80"], { user: NOBODY })).toEqual(
      fault(
        77,
        "can't listen on port 80: ports below 1024 take privileges that this process has not; choose a higher one",
      ),
    );
  });
});

describe("a makeService", () => {
  it.each([
    ["throws", "throwing", "makeService failed: out of luck"],
    ["throws something that is no Error", "throwing-text", "makeService failed: out of luck"],
    ["rejects", "rejecting", "makeService failed: out of luck"],
    [
      "SV-14: returns nothing",
      "nothing",
      "makeService returned nothing; it has to return the service to run",
    ],
    [
      "returns something that is no service",
      "no-service",
      "makeService returned an instance of Object, which is no service; extend Service, or say @Implements(IService)",
    ],
  ])("that %s is a bug, and 70", async (_title, tapname, line) => {
    expect(await project.appd([tapname])).toEqual(fault(70, `${tapname}: ${line} (--debug shows the stack)`));
  });

  it("that throws shows where with --debug", async () => {
    const { status, stderr } = await project.appd(["--debug", "throwing"]);
    expect(status).toBe(70);
    expect(stderr).toMatch(/plugins\/makers\.ts:7:11/);
  });
});

describe("a service that does not start", () => {
  it("W-15: ends the run with 70, and those that had started are stopped", async () => {
    const { status, stdout, stderr } = await project.appd(["--log-level", "error", "half"]);
    expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
    expect(stderr).toBe(
      'the first has stopped\nappd: Second "half/Second" failed to start: the disk is full (--debug shows the stack)\n',
    );
  });
});

describe("a graph", () => {
  it("with a circle is refused with its path", async () => {
    expect(await project.appd(["circle"])).toEqual(
      fault(
        70,
        "Farm → Egg → IHen → Hen → Egg: circular dependency; let one of them ask with @inject(delay(() => Egg)), or take out what both need (--debug shows the stack)",
      ),
    );
  });

  it("in which nothing provides an interface is refused with its path", async () => {
    expect(await project.appd(["unbound"])).toEqual(
      fault(
        70,
        "EmptyFarm → Egg → IHen: nothing provides IHen; name it in the providers of unbound: { token: IHen, useClass: … } (--debug shows the stack)",
      ),
    );
  });
});
