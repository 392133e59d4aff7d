import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { ClientEndpoint, Endpoint, Parameter, TCPServer, type IStreamServerEndpoint } from "appd";
import { UNIXServerEndpoint } from "../../src/endpoint/unix-server-endpoint";
import { describeOptions } from "../../src/options/describe-options";
import { shapeOf } from "../../src/options/options-shape";
import { VALUE_TYPE, type ValueType } from "../../src/options/value-type";
import { lookForPluginsIn } from "../../src/plugin/get-plugins";
import { faults, help, inBothWays, read } from "../options/harness";
import { ProjectFolder } from "../plugin/project-folder";

class Places {
  @Parameter("Where to listen.", { short: "p", type: Endpoint }) listen = Endpoint("tcp:1235");
  @Parameter("Where else.", { type: Endpoint }) others: IStreamServerEndpoint[] = [];
  @Parameter("What to connect to.", { type: ClientEndpoint }) db = ClientEndpoint("tcp:localhost:5432");
  @Parameter("Where, in secret.", { type: Endpoint, secret: true }) hidden?: Endpoint;
}

const described = describeOptions({
  listen: { help: "Where to listen.", short: "p", type: Endpoint, default: Endpoint("tcp:1235") },
  others: { help: "Where else.", type: Endpoint, many: true, default: [] },
  db: {
    help: "What to connect to.",
    type: ClientEndpoint,
    default: () => ClientEndpoint("tcp:localhost:5432"),
  },
  hidden: { help: "Where, in secret.", type: Endpoint, secret: true },
});

inBothWays(Places, described, (shape) => {
  it("takes endpoint strings and bare ports", async () => {
    const options = await read(shape, "-p unix:/run/x.sock --others 80 --others tcp6:81 --db tcp:db:1");
    expect(options.listen).toBeInstanceOf(UNIXServerEndpoint);
    expect(options.others.map(({ description }) => description)).toEqual(["port 80", "port 81 on ::"]);
    expect(options.db.description).toBe("db, port 1");
  });

  it("keeps the initial value when nothing is given", async () => {
    const { listen, db } = await read(shape, "");
    expect([listen.description, db.description]).toEqual(["port 1235", "localhost, port 5432"]);
    expect(new TCPServer(listen, () => undefined).endpoint).toBe(listen);
  });

  it("takes one from the environment", async () => {
    const environment = { APPD_MYPROJECT_LISTEN: "unix:/run/y.sock" };
    expect(await read(shape, "", { environment })).toMatchObject({ listen: { address: "/run/y.sock" } });
  });

  it("shows the default as text in the help", async () => {
    const page = await help(shape);
    expect(page).toContain("-p, --listen <endpoint>");
    expect(page).toContain("[default: tcp:1235]");
    expect(page).toContain("--others <endpoint>...");
    expect(page).toContain("[default: tcp:localhost:5432]");
  });

  it("EP-17: names the option, the column, the text and where it came from", async () => {
    expect(await faults(shape, "--listen tcp:8o80")).toEqual([
      'myproject: --listen: column 5: port must be a whole number from 0 to 65535, got "tcp:8o80" (from the command line)',
    ]);
    expect(await faults(shape, "", { environment: { APPD_MYPROJECT_DB: "tcp:db" } })).toEqual([
      expect.stringMatching(
        /^myproject: --db: column 7: port is missing: .*, got "tcp:db" \(from APPD_MYPROJECT_DB\)$/,
      ),
    ]);
  });

  it("EP-16: refuses a kind that nobody has, with what may be meant", async () => {
    const [line = "", ...more] = await faults(shape, "--listen unx:/run/x");
    expect(more).toEqual([]);
    expect(line).toContain('myproject: --listen: column 1: "unx" is no kind of endpoint, there are tcp, ');
    expect(line).toMatch(/, got "unx:\/run\/x" \(from the command line\) \(did you mean "unix"\?\)$/);
  });

  it("reports it beside every other fault, and shows nothing of a secret", async () => {
    expect(await faults(shape, "--listen tcp:x --hidden tcp:s3cret --nonsense")).toEqual([
      "myproject: unknown option --nonsense",
      expect.stringContaining("--listen: column 5"),
      "myproject: --hidden is malformed (from the command line)",
    ]);
  });
});

describe("an endpoint option", () => {
  it("is known by its type alone, where the field has one", async () => {
    class Plain {
      @Parameter("Where to listen.") listen: Endpoint = Endpoint(8080);
    }
    expect(await read(shapeOf(Plain), "--listen 81")).toMatchObject({ listen: { port: 81 } });
    expect(await help(shapeOf(Plain))).toContain("[default: port 8080]");
  });

  it("leaves a number a number", async () => {
    class Numbered {
      @Parameter("Where to listen.") port = 8080;
    }
    expect(await read(shapeOf(Numbered), "--port 81")).toEqual({ port: 81 });
    expect(await faults(shapeOf(Numbered), "--port tcp:81")).toHaveLength(1);
  });

  it("offers a shell the kinds", async () => {
    const type = (Endpoint as unknown as { readonly [VALUE_TYPE]: ValueType })[VALUE_TYPE];
    expect(await type.complete?.()).toEqual(expect.arrayContaining(["tcp:", "unix:"]));
  });
});

describe("kinds of plugins", () => {
  let folder: ProjectFolder;
  afterEach(() => {
    lookForPluginsIn({});
    folder[Symbol.dispose]();
  });

  /** A plugin file with a kind. */
  const kind = (prefix: string, body: string): string => `
    const { directlyProvides, EndpointError, IStreamServerEndpointStringParser, serverFromString } = require("appd");
    exports.kind = { prefix: ${JSON.stringify(prefix)}, parseStreamServer(positional, named) { ${body} } };
    directlyProvides(exports.kind, IStreamServerEndpointStringParser);`;
  const LOCAL = kind(
    "local",
    "return serverFromString(`tcp:${positional[0]}:interface=${named.at ?? '::1'}`)",
  );

  const given = (files: Readonly<Record<string, string>>): void => {
    folder = new ProjectFolder(files);
    lookForPluginsIn({ project: folder.project });
  };
  const shape = shapeOf(Places);

  it("EP-15: are taken by options, in large and small letters", async () => {
    given({ "plugins/local.js": LOCAL });
    const { listen, others } = await read(shape, "-p local:80:at=127.0.0.1 --others LOCAL:81:at=127.0.0.1");
    expect(listen).toMatchObject({ port: 80, interface: "127.0.0.1" });
    expect(others).toMatchObject([{ port: 81 }]);
  });

  it("are among what may be meant", async () => {
    given({ "plugins/local.js": LOCAL });
    const [line = ""] = await faults(shape, "--listen lcal:80");
    expect(line).toMatch(/there are tcp, .*, local, got .*\(did you mean "local"\?\)$/);
  });

  it("say in their own words what is wrong with their arguments", async () => {
    given({ "plugins/local.js": kind("local", 'throw new EndpointError("it takes a port")') });
    expect(await faults(shape, "--listen local:x")).toEqual([
      'myproject: --listen: column 7: it takes a port, got "local:x" (from the command line)',
    ]);
  });

  it("are at fault themselves for any other error, and for what is no endpoint", async () => {
    given({ "plugins/bad.js": kind("bad", "return null.x"), "plugins/none.js": kind("none", "return {}") });
    const [bad = ""] = await faults(shape, "--listen bad:x");
    expect(bad).toContain('endpoint "bad:x": the plugin for "bad" failed: Cannot read properties of null');
    const [none = ""] = await faults(shape, "--listen none");
    expect(none).toContain('the plugin for "none" failed: what it returned is no endpoint');
  });

  it("can't be two of one name, nor appd's own, nor nameless", async () => {
    given({ "plugins/one.js": LOCAL, "plugins/two.js": kind("Local", "") });
    expect(await faults(shape, "--listen local:1")).toEqual([
      'two plugins have a kind of endpoint "Local": plugins/one.js and plugins/two.js; rename one of them',
    ]);
    folder[Symbol.dispose]();
    given({ "plugins/one.js": kind("tcp", "") });
    expect(await faults(shape, "--listen local:1")).toEqual([
      'plugins/one.js: the kind of endpoint "tcp" is appd\'s own',
    ]);
    folder[Symbol.dispose]();
    given({ "plugins/one.js": kind("", "") });
    expect(await faults(shape, "--listen local:1")).toEqual([
      'plugins/one.js: no kind of endpoint can be called ""',
    ]);
  });

  it("EP-15: are there for clients too, and looked for once, when they connect", async () => {
    given({
      "plugins/nearby.js": `
        const { clientFromString, directlyProvides, IStreamClientEndpointStringParser } = require("appd");
        globalThis.asked = 0;
        exports.kind = {
          prefix: "nearby",
          parseStreamClient([port]) { globalThis.asked++; return clientFromString("tcp:127.0.0.1:" + port); },
        };
        directlyProvides(exports.kind, IStreamClientEndpointStringParser);`,
    });
    expect(await read(shape, "--db nearby:80")).toMatchObject({ db: { description: "127.0.0.1, port 80" } });
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = ClientEndpoint(`nearby:${(server.address() as AddressInfo).port}`);
    for (const socket of [await endpoint.connect(), await endpoint.connect()]) socket.destroy();
    server.close();
    expect((globalThis as { asked?: number }).asked).toBe(2);
  });

  it("may be missing because their plugin is broken: that is said too", async () => {
    given({ "plugins/local.js": "throw new Error('out of luck')" });
    const [first = "", second = "", ...more] = await faults(shape, "--listen local:80");
    expect(first).toContain('--listen: column 1: "local" is no kind of endpoint');
    expect(second).toContain("plugins/local.js: ");
    expect(second).toContain("out of luck");
    expect(more).toEqual([]);
  });
});
