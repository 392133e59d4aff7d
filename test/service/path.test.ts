import { Application, describeTree, MultiService, Service, type IService } from "../../src/index";
import { LineLogger, settled } from "./harness";

class Server extends Service {
  override startService(): void {
    this.log.info("listening");
  }
}
class Client extends Service {}

const logger = new LineLogger();
let app: Application;
beforeEach(() => {
  logger.lines.length = 0;
  app = new Application("shop", { logger });
});

function put<S extends IService>(service: S, name?: string, into: MultiService = app): S {
  if (name !== undefined) service.setName(name);
  into.addService(service);
  return service;
}

const paths = (): string[] => describeTree(app).children.map(({ path }) => path);

describe("the path of a service without a name", () => {
  it("is that of its parent while no other has none, so that one server logs as its application", async () => {
    put(new Server());
    put(new Client(), "db");
    expect(paths()).toEqual(["shop", "shop/db"]);
    await app.start();
    expect(logger.lines).toContain("info shop: listening");
    await app.stop();
  });

  it("tells several apart by their classes, and those of one class by a number", () => {
    const web = put(new MultiService(), "web");
    const servers = [Server, Client, Server].map((Class) => put(new Class(), undefined, web));
    expect(servers.map(({ path }) => path)).toEqual([
      "shop/web/Server",
      "shop/web/Client",
      "shop/web/Server-2",
    ]);
  });

  it("leaves names to those that have them", () => {
    put(new Client(), "Server");
    for (const Class of [Client, Server]) put(new Class());
    expect(paths()).toEqual(["shop/Server", "shop/Client", "shop/Server-2"]);
  });

  it("stays what the log has shown when another joins or leaves while it runs", async () => {
    const first = put(new Server());
    await app.start();
    const second = put(new Server());
    const third = put(new Server());
    expect([first, second, third].map(({ path }) => path)).toEqual([
      "shop",
      "shop/Server-2",
      "shop/Server-3",
    ]);
    await second.disownServiceParent();
    expect([first, third].map(({ path }) => path)).toEqual(["shop", "shop/Server-3"]);
    await app.stop();
  });

  it("stays until it has stopped when it leaves", async () => {
    class Slow extends Service {
      override stopService(): void {
        this.log.info("bye");
      }
    }
    put(new Client());
    const slow = put(new Slow());
    await app.start();
    await slow.disownServiceParent();
    await settled();
    expect(logger.lines).toContain("info shop/Slow: bye");
    expect(slow.path).toBe("");
    await app.stop();
  });

  it("is in what is said of a failure", async () => {
    class Broken extends Service {
      override startService(): never {
        throw new Error("no database");
      }
      override stopService(): never {
        throw new Error("stuck");
      }
    }
    class Stuck extends Service {
      override stopService(): never {
        throw new Error("stuck");
      }
    }
    put(new Stuck());
    put(new Broken());
    await expect(app.start()).rejects.toThrow("no database");
    expect(logger.grave).toEqual(['error shop/Stuck: Stuck "shop/Stuck" failed to stop: stuck']);
  });

  it("is one segment for a class that has no name", () => {
    put(new Client());
    put(new (class extends Service {})());
    expect(paths()).toEqual(["shop/Client", "shop/Service"]);
  });
});
