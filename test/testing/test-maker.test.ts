import { connect } from "node:net";
import { once } from "node:events";
import {
  Application,
  inject,
  injectable,
  Interface,
  Implements,
  Logger,
  Parameter,
  Service,
  ServiceMaker,
  Shutdown,
  TCPServer,
  type IService,
} from "appd";
import { testMaker } from "appd/testing";
import { container as root } from "tsyringe";
import { KeptLog, Noted } from "../maker/harness";

@Interface("greet")
abstract class IGreeter {
  abstract greet(): string;
}

@Implements(IGreeter)
class Greeter implements IGreeter {
  constructor(@inject("word") readonly word: string) {}
  greet(): string {
    return `${this.word}!`;
  }
}

@ServiceMaker("myproject", "Run this!")
class MyProject {
  @Parameter("The port.", { short: "p" }) port = 1235;

  makeService(): IService {
    return new TCPServer(this.port, (socket) => socket.end("hello"));
  }
}

class ServerOptions {
  @Parameter("The port.", { short: "p" }) port = 1234;
}

@ServiceMaker("myserver", "Serves.", {
  options: ServerOptions,
  providers: [Greeter, { token: "word", useFactory: async () => "Hello" }],
})
class MyServer {
  constructor(
    readonly options: ServerOptions,
    readonly greeter: IGreeter,
  ) {}
  makeService(): IService {
    return new TCPServer(this.options.port, (socket) => socket.end(this.greeter.greet()));
  }
}

async function answerOf(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (more: string) => (text += more));
  await once(socket, "close");
  return text;
}

describe("testMaker", () => {
  it("starts a maker as appd would, with its options, and stops it", async () => {
    const app = await testMaker(MyProject, ["-p", "0"]).start();
    const port: number = app.options.port;
    expect(port).toBe(0);
    expect(app.address()).toMatchObject({ port: app.port() });
    const listening = app.port();
    expect(await answerOf(listening)).toBe("hello");
    await app.stop();
    expect(await app.finished).toEqual({ exitCode: 0 });
    await expect(answerOf(listening)).rejects.toThrow("ECONNREFUSED");
  });

  it("builds the graph, with async factories awaited", async () => {
    await using app = await testMaker(MyServer, ["-p", "0"]).start();
    expect(await answerOf(app.port())).toBe("Hello!");
    expect(app.get(IGreeter)).toBe(app.get(MyServer).greeter);
    expect(app.get(ServerOptions)).toBe(app.options);
  });

  it("puts what the test says in the place of what the maker binds", async () => {
    const made = testMaker(MyServer, ["-p", "0"]).override(IGreeter, { useValue: { greet: () => "fake" } });
    await using app = await made.start();
    expect(await answerOf(app.port())).toBe("fake");
    await using other = await testMaker(MyServer, ["-p", "0"]).override("word", { useValue: "Moin" }).start();
    expect(await answerOf(other.port())).toBe("Moin!");
  });

  it("stops at the end of the block", async () => {
    let application: Application;
    {
      await using app = await testMaker(MyProject, ["-p", "0"]).start();
      ({ application } = app);
      expect(application.state).toBe("started");
    }
    expect(application.state).toBe("stopped");
  });

  it("reads variables of the test only", async () => {
    const environment = { APPD_MYPROJECT_PORT: "0" };
    await using app = await testMaker(MyProject, [], { environment }).start();
    expect(app.options.port).toBe(0);
  });

  it("reports what appd would report, and leaves nothing started", async () => {
    await expect(testMaker(MyProject, ["--port", "http"]).start()).rejects.toThrow(
      'myproject: --port must be a number, got "http" (from the command line)',
    );
    await expect(testMaker(MyProject, ["--help"]).start()).rejects.toThrow(
      "myproject: the command line asks for help",
    );
    const broken = testMaker(MyServer, ["-p", "0"]).override(IGreeter, {
      useFactory: () => {
        throw new Error("no words");
      },
    });
    await expect(broken.start()).rejects.toThrow("MyServer → IGreeter: can't be built: no words");
  });

  it("says that a class is no maker", () => {
    class Plain {
      makeService(): void {}
    }
    expect(() => testMaker(Plain)).toThrow("Plain is no maker: testMaker takes a class with @ServiceMaker");
  });

  it("says what listens when asked for another address", async () => {
    await using app = await testMaker(MyProject, ["-p", "0"]).start();
    expect(app.port("myproject")).toBe(app.port());
    expect(() => app.address("web")).toThrow("web has no address; what listens is myproject");
  });

  it("runs ten apps in one process that know nothing of each other", async () => {
    const apps = await Promise.all(
      Array.from({ length: 10 }, () => testMaker(MyServer, ["-p", "0"]).start()),
    );
    expect(new Set(apps.map((app) => app.get(Greeter))).size).toBe(10);
    expect(new Set(apps.map((app) => app.port())).size).toBe(10);
    await Promise.all(apps.map((app) => app.stop()));
  });

  it("gives whatever asks for them a logger and the end of the app", async () => {
    @injectable()
    class Ender {
      constructor(
        readonly log: Logger,
        readonly shutdown: Shutdown,
      ) {}
    }
    @ServiceMaker("ender", "Ends.")
    class EnderMaker {
      constructor(readonly ender: Ender) {}
      makeService(): IService {
        return new Noted("ender", []);
      }
    }
    const logger = new KeptLog();
    const app = await testMaker(EnderMaker, [], { logger }).start();
    app.get(Ender).log.info("enough");
    app.get(Ender).shutdown.request(3, "enough");
    expect(await app.finished).toEqual({ exitCode: 3, reason: "enough" });
    expect(logger.lines).toContain("ender: enough");
  });

  it("fails the test whose services fail to stop", async () => {
    class Stuck extends Service {
      override stopService(): void {
        throw new Error("stuck");
      }
    }
    @ServiceMaker("stuck", "Sticks.")
    class StuckMaker {
      makeService(): IService {
        return new Stuck();
      }
    }
    const app = await testMaker(StuckMaker).start();
    await expect(app.stop()).rejects.toThrow("stuck");
  });
});

describe("without appd/testing", () => {
  it("a maker is a plain class: new MyProject().makeService()", async () => {
    const maker = new MyProject();
    maker.port = 0;
    await using app = new Application("test");
    const service = maker.makeService() as TCPServer;
    service.setServiceParent(app);
    await app.start();
    expect(await answerOf((service.address as { port: number }).port)).toBe("hello");
  });

  it("tsyringe itself builds a maker from a child container in which the test registers what it asks for", () => {
    const child = root.createChildContainer();
    const options = Object.assign(new ServerOptions(), { port: 0 });
    child.register(ServerOptions, { useValue: options });
    child.register(IGreeter as unknown as new () => IGreeter, { useValue: { greet: () => "fake" } });
    const maker = child.resolve(MyServer);
    expect([maker.options.port, maker.greeter.greet()]).toEqual([0, "fake"]);
  });
});
