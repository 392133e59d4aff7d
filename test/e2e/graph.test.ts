import { firstLine, Project } from "./harness";

/** A maker with a graph behind it, in the files of a project. */
const GRAPH = {
  "plugins/shop.ts": `
    import { injectable, Logger, Parameter, ServiceMaker, TCPServer, type IService } from "appd";
    import { IStore } from "../src/i-store";
    import { FileStore } from "../src/file-store.js";

    export class ShopOptions {
      @Parameter("The port.", { short: "p" }) port = 1234;
    }

    @ServiceMaker("shop", "Sells.", { options: ShopOptions, providers: [FileStore] })
    export class Shop {
      constructor(private readonly options: ShopOptions, private readonly store: IStore) {}
      makeService(): IService {
        return new TCPServer(this.options.port, (socket) => socket.end(this.store.name + "\\n"));
      }
    }`,
  "src/i-store.ts": `
    import { Interface } from "appd";

    @Interface("name")
    export abstract class IStore {
      abstract readonly name: string;
    }`,
  "src/db.ts": `
    import { injectable, Logger, Service } from "appd";

    @injectable()
    export class Db extends Service {
      constructor(private readonly logger: Logger) {
        super();
      }
      override startService() {
        this.logger.info("db is open");
      }
    }`,
  "src/file-store.ts": `
    import { Implements } from "appd";
    import { inject } from "tsyringe";
    import "./registrations";
    import { Db } from "./db";
    import { IStore } from "./i-store";

    @Implements(IStore)
    export class FileStore implements IStore {
      constructor(@inject("store-name") readonly name: string, readonly db: Db) {}
    }`,
  "src/registrations.ts": `
    import { container } from "tsyringe";

    container.register("store-name", { useValue: "registered globally" });`,
};

const JAVASCRIPT = {
  "plugins/shop.js": `
    const { describeInjectable, describeMaker, Logger, Service, TCPServer } = require("appd");

    class Db extends Service {
      constructor(logger) {
        super();
        this.logger = logger;
      }
      startService() {
        this.logger.info("db is open");
      }
    }
    class Store {
      constructor(db) {
        this.db = db;
        this.name = "registered globally";
      }
    }
    describeInjectable(Db, [Logger]);
    describeInjectable(Store, [Db]);

    exports.shop = describeMaker({
      tapname: "shop",
      description: "Sells.",
      options: { port: { help: "The port.", short: "p", default: 1234 } },
      inject: { store: Store },
      makeService: ({ port }, { store }) => new TCPServer(port, (socket) => socket.end(store.name + "\\n")),
    });`,
};

describe.each([
  ["TypeScript, CommonJS", GRAPH, {}],
  ["TypeScript, ESM", GRAPH, { type: "module" }],
  ["JavaScript", JAVASCRIPT, {}],
])("a maker with a graph behind it, in %s", (_, files, manifest) => {
  let project: Project;
  beforeAll(() => (project = new Project(files, { manifest })));
  afterAll(() => project.remove());

  it("is built, its services started before it, its log lines with their paths", async () => {
    const running = project.start(["--log-format", "json", "shop", "-p", "0"]);
    expect(await firstLine(await running.port())).toBe("registered globally\n");
    const { status, stderr } = await running.stop();
    expect(status).toBe(0);
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { service?: string; msg: string });
    const told = lines.map(({ service = "", msg }) => `${service}: ${msg.replace(/\d+$/, "N")}`);
    expect(told).toContain("shop/db: db is open");
    expect(told).toContainEqual(expect.stringMatching(/^shop: listening on/));
  });
});

const HINT = " (--debug shows the stack)\n";

/** The maker above with one file of its project replaced. */
async function started(files: Readonly<Record<string, string>>) {
  const project = new Project({ ...GRAPH, ...files });
  const ended = await project.appd(["shop", "-p", "0"]);
  project.remove();
  return ended;
}

describe("a graph that can't be built ends with 70 and one line:", () => {
  it("nothing provides an interface", async () => {
    const shop = GRAPH["plugins/shop.ts"].replace(", providers: [FileStore]", "");
    expect(await started({ "plugins/shop.ts": shop })).toMatchObject({
      status: 70,
      stdout: "",
      stderr: `appd: Shop → IStore: nothing provides IStore; name it in the providers of shop: { token: IStore, useClass: … }${HINT}`,
    });
  });

  it("an interface that is imported as a type only", async () => {
    const shop = GRAPH["plugins/shop.ts"].replace("import { IStore }", "import type { IStore }");
    const { status, stderr } = await started({ "plugins/shop.ts": shop });
    expect(status).toBe(70);
    expect(stderr).toMatch(
      /^appd: Shop: its parameter "store" has a type that is gone at run time.*"import type"/,
    );
  });

  it("a subclass that is not decorated", async () => {
    const { status, stderr } = await started({
      "src/db.ts": `
        import { injectable, Logger } from "appd";
        @injectable() class Base { constructor(readonly log: Logger) {} }
        export class Db extends Base { constructor(log: Logger, readonly more: Logger) { super(log); } }`,
    });
    expect(status).toBe(70);
    expect(stderr).toContain("Shop → IStore → FileStore → Db: the constructor of Db has parameters");
    expect(stderr).toContain(`Base is decorated, Db isn't; put @injectable() on Db as well${HINT}`);
  });

  it("a constructor that throws, with its stack on --debug only", async () => {
    const db = `
      import { injectable } from "appd";
      @injectable() export class Db { constructor() { throw new Error("no route"); } }`;
    const project = new Project({ ...GRAPH, "src/db.ts": db });
    const quiet = await project.appd(["shop", "-p", "0"]);
    const loud = await project.appd(["--debug", "shop", "-p", "0"]);
    project.remove();
    expect(quiet.stderr).toBe(`appd: Shop → IStore → FileStore → Db: can't be built: no route${HINT}`);
    expect([quiet.status, loud.status]).toEqual([70, 70]);
    expect(loud.stderr).toContain("caused by: Error: no route");
    expect(loud.stderr).toContain("src/db.ts:3");
  });
});

it("two files that import each other are a plugin that can't be used, with what to do", async () => {
  const project = new Project({
    ...GRAPH,
    "src/db.ts": `
      import { injectable } from "appd";
      import { FileStore } from "./file-store";
      @injectable() export class Db { constructor(readonly store: FileStore) {} }`,
  });
  const { stdout } = await project.appd(["plugins"]);
  project.remove();
  expect(stdout).toContain("src/file-store.ts → src/db.ts → src/file-store.ts");
});
